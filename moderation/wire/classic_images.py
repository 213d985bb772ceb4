"""Version 1.0: pictures, judged while the client waits or as soon as a worker is free."""

from collections import defaultdict

from config.accounts.models import Account
from config.errors import NotFound
from config.uuid7 import uuid7
from config.wire.envelopes import OK, Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.api.images import ImageMissing
from moderation.models import ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.moderate_images import ImageSource, moderate_image
from moderation.operations.tasks import accept_image
from moderation.scope import scopes_of
from moderation.wire.classic_calls import (
    PROCESSING,
    Task,
    client_of,
    each,
    failed,
    ids_of,
    keep_scenes,
    read_scan,
    refused,
    services_for,
)
from moderation.wire.classic_results import rules_of, scenes_of, told_of
from moderation.wire.classic_scenes import SERVICES
from moderation.wire.object_sources import picture_at

IMAGE = ContentType.IMAGE.value
# Of those that are judged while the client waits: more come in several calls, or are sent for later.
MOST_AT_ONCE = 20


@operation(
    CLASSIC, "ImageSyncScan", scope="images:moderate", envelope=Envelope.LOWER, path="/green/image/scan"
)
def scan_images(call: Call) -> dict:
    scan = read_scan(call, IMAGE, most=MOST_AT_ONCE)
    codes = services_for(call.account, scan, IMAGE)

    def judge(task: Task) -> dict:
        author, device = client_of(call, task)
        results = moderate_image(
            account=call.account,
            revisions=call.caller.revisions,
            service_codes=codes,
            source=source_of(task, call.account),
            data_id=str(task.data_id or ""),
            author_id=author,
            context=keep_scenes(scan) | device,
            request_id=uuid7(),
            now=call.now,
        )
        scopes = scopes_of(account_id=call.account.pk, revision=call.caller.revisions.services)
        rules = {result.pk: scopes[result.service.code].rules for result in results}
        return image_told(call, results, rules, scan.scenes)

    return each(call, scan.tasks, judge)


@operation(
    CLASSIC, "ImageAsyncScan", scope="images:moderate", envelope=Envelope.LOWER, path="/green/image/asyncscan"
)
def accept_images(call: Call) -> dict:
    scan = read_scan(call, IMAGE)
    codes = services_for(call.account, scan, IMAGE)

    def accept(task: Task) -> dict:
        author, device = client_of(call, task)
        accepted = accept_image(
            account=call.account,
            revisions=call.caller.revisions,
            service_codes=codes,
            source=source_of(task, call.account),
            data_id=str(task.data_id or ""),
            author_id=author,
            context=keep_scenes(scan) | device,
            **scan.told_at,
            now=call.now,
        )
        return {"taskId": str(accepted.task_id)}

    return each(call, scan.tasks, accept)


@operation(
    CLASSIC,
    "ImageAsyncScanResults",
    scope="results:read",
    envelope=Envelope.LOWER,
    path="/green/image/results",
)
def image_results(call: Call) -> dict:
    asked = ids_of(call)
    ids = [one for one in asked.values() if one]
    by_request = defaultdict(list)
    results = ModerationResult.objects.owned_by(call.account).select_related("service", "version")
    for result in results.filter(request_id__in=ids, content_type=IMAGE).order_by("id"):
        by_request[result.request_id].append(result)
    tasks = ModerationTask.objects.owned_by(call.account).filter(task_id__in=ids)
    by_task = {task.task_id: task for task in tasks}
    return {
        "data": [
            {"taskId": text}
            | (done(call, by_request[number]) if number in by_request else not_done(by_task.get(number)))
            for text, number in asked.items()
        ]
    }


def done(call: Call, results: list[ModerationResult]) -> dict:
    return {"code": OK, "msg": "OK"} | image_told(call, results, rules_of(results), scenes_of(results[0]))


def not_done(task: ModerationTask | None) -> dict:
    if task is None:
        return refused(NotFound())
    said = (
        failed(task.error)
        if task.state == ModerationTask.State.FAILED
        else {"code": PROCESSING, "msg": "PROCESSING"}
    )
    named = {"dataId": task.data_id, "url": task.url}
    return said | {name: text for name, text in named.items() if text}


def source_of(task: Task, account: Account) -> ImageSource:
    if not task.url:
        raise ImageMissing(field="url")
    return picture_at(account, str(task.url))


def image_told(call: Call, results: list[ModerationResult], rules, scenes: list[str]) -> dict:
    first = results[0]
    entries, extras = told_of(call, results, rules, [one for one in scenes if one in SERVICES[IMAGE]])
    named = {"dataId": first.data_id, "url": first.content}
    told = {name: text for name, text in named.items() if text}
    told |= {"taskId": str(first.request_id), "results": entries}
    return told | ({"extras": extras} if extras else {})
