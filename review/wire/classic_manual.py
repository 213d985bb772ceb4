"""Version 1.0: content that people alone decide on, of all four kinds."""

from config.accounts.manual_review import require_manual_review
from config.errors import NotFound
from config.uuid7 import uuid7
from config.wire.envelopes import OK, Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.models.content import ContentType
from moderation.operations.for_people import Source
from moderation.operations.moderate import ContentMissing
from moderation.wire.classic_calls import (
    PROCESSING,
    Scan,
    Task,
    client_of,
    each,
    ids_of,
    read,
    refused,
    require_few,
    service_for,
)
from moderation.wire.classic_sources import picture_of, recording_of
from review.api.manual_bodies import with_words
from review.models import ReviewItem
from review.operations.decisions import ItemCancelled, ItemExpired
from review.operations.submit import Callback, submit
from review.states import Stage, State

MOST_AT_ONCE = 20
KINDS = {
    "Image": ContentType.IMAGE.value,
    "Text": ContentType.TEXT.value,
    "Video": ContentType.VIDEO.value,
    "Voice": ContentType.AUDIO.value,
}
ENDED = {State.EXPIRED.value: ItemExpired, State.CANCELLED.value: ItemCancelled}


def serve(name: str, content_type: str) -> None:
    """The two operations of one kind of content."""
    root = f"/green/{name.lower()}/manual"
    options = {"scope": "manual:submit", "envelope": Envelope.LOWER}

    @operation(CLASSIC, f"{name}AsyncManualScan", path=f"{root}/asyncScan", **options)
    def send(call: Call) -> dict:
        return submitted(call, content_type)

    @operation(CLASSIC, f"{name}AsyncManualScanResults", path=f"{root}/scan/results", **options)
    def ask(call: Call) -> dict:
        return decided(call, content_type)


def submitted(call: Call, content_type: str) -> dict:
    require_manual_review(call.account)
    scan = read(call, Scan)
    require_few(scan.tasks, MOST_AT_ONCE)
    code = service_for(call.account, scan.biz_type, content_type)
    told_at = Callback(scan.callback or "", scan.seed or "", scan.crypt_type or "")

    def lay_before_people(task: Task) -> dict:
        author, context = client_of(call, task)
        item = submit(
            account=call.account,
            content_type=content_type,
            source=source_of(call, task, content_type),
            service_code=code,
            data_id=str(task.data_id or ""),
            author_id=author,
            context=context,
            callback=told_at if told_at != Callback("") else None,
            request_id=uuid7(),
            now=call.now,
        )
        return {"taskId": str(item.task_id)}

    return each(call, scan.tasks, lay_before_people)


def source_of(call: Call, task: Task, content_type: str) -> Source:
    if content_type == ContentType.TEXT:
        if task.content is None:
            raise ContentMissing(field="content")
        return task.content
    return picture_of(call, task) if content_type == ContentType.IMAGE else recording_of(call, task)


def decided(call: Call, content_type: str) -> dict:
    require_manual_review(call.account)
    asked = ids_of(call)
    own = ReviewItem.objects.owned_by(call.account).manual_tasks().filter(content_type=content_type)
    found = with_words(own.filter(task_id__in=[one for one in asked.values() if one]))
    items = {item.task_id: item for item in found.select_related("service", "result")}
    return {"data": [{"taskId": text} | item_told(items.get(number)) for text, number in asked.items()]}


def item_told(item: ReviewItem | None) -> dict:
    """What holds of it: the newest recheck, else the first decision."""
    if item is None:
        return refused(NotFound())
    named = {"dataId": item.data_id} if item.data_id else {}
    if item.result is not None and item.result.content:
        named["content" if item.content_type == ContentType.TEXT else "url"] = item.result.content
    if item.state in ENDED:
        return refused(ENDED[item.state]()) | named
    if item.state != State.DECIDED:
        return {"code": PROCESSING, "msg": "PROCESSING"} | named
    said = max(item.standing, key=lambda one: (one.stage == Stage.RECHECK, one.round))
    labels = [said.label] if said.label else []
    return {"code": OK, "msg": "OK"} | named | {"suggestion": said.outcome, "labels": labels}


for _name, _content_type in KINDS.items():
    serve(_name, _content_type)
