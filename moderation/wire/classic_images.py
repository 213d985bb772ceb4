"""Version 1.0: pictures, judged while the client waits or as soon as a worker is free."""

from config.errors import NotFound
from config.uuid7 import uuid7
from config.wire.envelopes import OK, Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.models import ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.moderate_images import moderate_image
from moderation.operations.tasks import accept_image
from moderation.scope import scopes_of
from moderation.values import Rules
from moderation.wire.classic_calls import (
    PROCESSING,
    Task,
    client_of,
    each,
    failed,
    ids_of,
    judge_for,
    keep_scenes,
    read_scan,
    refused,
)
from moderation.wire.classic_results import scenes_of, told_of
from moderation.wire.classic_sources import is_address, picture_of

IMAGE = ContentType.IMAGE.value
# Of those that are judged while the client waits: more come in several calls, or are sent for later.
MOST_AT_ONCE = 20


@operation(
    CLASSIC, "ImageSyncScan", scope="images:moderate", envelope=Envelope.LOWER, path="/green/image/scan"
)
def scan_images(call: Call) -> dict:
    scan = read_scan(call, IMAGE, most=MOST_AT_ONCE)
    code = judge_for(call.account, scan, IMAGE)

    def judge(task: Task) -> dict:
        author, device = client_of(call, task)
        [result] = moderate_image(
            account=call.account,
            revisions=call.caller.revisions,
            service_codes=[code],
            source=picture_of(call, task),
            data_id=str(task.data_id or ""),
            author_id=author,
            context=keep_scenes(scan) | device,
            request_id=uuid7(),
            now=call.now,
        )
        rules = scopes_of(account_id=call.account.pk, revision=call.caller.revisions.services)[code].rules
        return image_told(call, result, rules)

    return each(call, scan.tasks, judge)


@operation(
    CLASSIC, "ImageAsyncScan", scope="images:moderate", envelope=Envelope.LOWER, path="/green/image/asyncscan"
)
def accept_images(call: Call) -> dict:
    scan = read_scan(call, IMAGE)
    code = judge_for(call.account, scan, IMAGE)

    def accept(task: Task) -> dict:
        author, device = client_of(call, task)
        accepted = accept_image(
            account=call.account,
            revisions=call.caller.revisions,
            service_codes=[code],
            source=picture_of(call, task),
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
    """Of a request that other calls sent to several services: the result of the first."""
    asked = ids_of(call)
    ids = [one for one in asked.values() if one]
    found = ModerationResult.objects.owned_by(call.account).select_related("service", "version")
    found = found.filter(request_id__in=ids, content_type=IMAGE).order_by("-id")
    results = {result.request_id: result for result in found}
    tasks = ModerationTask.objects.owned_by(call.account).filter(task_id__in=ids)
    by_id = {task.task_id: task for task in tasks}
    told = {
        text: done(call, results[number]) if number in results else not_done(by_id.get(number))
        for text, number in asked.items()
    }
    return {"data": [{"taskId": text} | one for text, one in told.items()]}


def done(call: Call, result: ModerationResult) -> dict:
    return {"code": OK, "msg": "OK"} | image_told(call, result, result.version.rules)


def not_done(task: ModerationTask | None) -> dict:
    if task is None:
        return refused(NotFound())
    has_failed = task.state == ModerationTask.State.FAILED
    said = failed(task.error) if has_failed else {"code": PROCESSING, "msg": "PROCESSING"}
    named = {"dataId": task.data_id, "url": task.url}
    return said | {name: text for name, text in named.items() if text}


def image_told(call: Call, result: ModerationResult, rules: Rules) -> dict:
    entries, extras = told_of(call, result, rules, scenes_of(result))
    named = {"dataId": result.data_id, "url": result.content if is_address(result.content) else ""}
    told = {name: text for name, text in named.items() if text}
    told |= {"taskId": str(result.request_id), "results": entries}
    return told | ({"extras": extras} if extras else {})
