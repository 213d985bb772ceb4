"""Version 2017-08-23: the Audit page. What the machine said, and what the account's own people mark."""

from collections import defaultdict
from datetime import datetime

from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.catalogue.scenes import place_of, suggestion_of
from moderation.models import MediaShot
from moderation.models.content import ContentType
from moderation.operations.frame_links import frame_address
from moderation.values import EXEMPT, NO_RISK
from moderation.wire.classic_calls import as_uuid
from moderation.wire.classic_sources import is_address
from review.models import ReviewItem
from review.wire.classic_items import (
    OUTCOMES,
    choice,
    codes_for,
    kind_of,
    narrowed,
    page_of,
    read_asked,
    services_of,
)

LEVELS = {"block": "high", "review": "medium,low", "pass": "none", "": ""}
MOST_FRAMES = 200
WITHOUT = ("ImageId", "KeywordId", "LibType")


@operation(CLASSIC_CONSOLE, "DescribeAuditContent", scope="results:read", envelope=Envelope.BARE)
def describe_audit_content(call: Call) -> dict:
    for name in WITHOUT:
        if name in call.parameters:
            raise invalid(name, "this list is not narrowed by what was met in libraries.")
    kind = kind_of(call, "ResourceType")
    task = call.parameters.text("TaskId").strip()
    asked = read_asked(
        call,
        {
            "mode": "audit",
            "content_type": kind,
            "result": choice(call, "AuditResult", OUTCOMES) or ",".join(OUTCOMES),
            "level": LEVELS[choice(call, "Suggestion", OUTCOMES)],
            "service": services_of(call, kind),
            "data_id": call.parameters.text("DataId"),
            "request_id": task if as_uuid(task) else "",
        },
    )
    scene, label = call.parameters.text("Scene").strip(), call.parameters.text("Label").strip()
    if scene or label:
        asked = narrowed(asked, "labels", codes_for(kind, scene=scene, label=label))
    if task and not as_uuid(task):
        asked = narrowed(asked, "labels", [])
    items, facts = page_of(call, asked)
    frames = frames_of(items, call.now)
    return facts | {"AuditContentList": [audit_told(call, item, frames) for item in items]}


def audit_told(call: Call, item: ReviewItem, frames: dict[int, list[dict]]) -> dict:
    result = item.result
    told = {
        "Id": item.pk,
        "TaskId": str(item.request_id),
        "BizType": item.service.code,
        "Suggestion": suggestion_of(item.level),
        "RequestTime": shown(item.created_at, call.account),
        "ScanFinishedTime": shown(result.created_at if result else item.created_at, call.account),
    } | word_of(item)
    if item.data_id:
        told["DataId"] = item.data_id
    if result is None:
        return told
    if item.content_type == ContentType.TEXT:
        told["Content"] = result.content
    elif is_address(result.content):
        told["Url"] = result.content
    told["Results"] = [machine_told(label, item.content_type) for label in result.labels]
    return told | ({"FrameResults": frames[item.pk]} if item.pk in frames else {})


def word_of(item: ReviewItem) -> dict:
    """What holds: the recheck, or the first decision."""
    outcome, label = (
        (item.recheck_outcome, item.recheck_label)
        if item.recheck_outcome
        else (item.outcome, item.decided_label)
    )
    told = {"Audit": int(bool(outcome))}
    if outcome:
        told |= {"AuditResult": outcome, "AuditIllegalReasons": [label] if label else []}
    return told


def machine_told(label: dict, content_type: str) -> dict:
    code = label["label"]
    scene, word = place_of(code, content_type)
    told = {"Label": word, "Suggestion": suggestion_of(label["level"])}
    # What is clean is clean in every scene that was looked at.
    return told | {"Label": "normal"} if code in (NO_RISK, EXEMPT) else told | {"Scene": scene}


def frames_of(items: list[ReviewItem], now: datetime) -> dict[int, list[dict]]:
    """Of videos: by the item's id, the frames in which something was found."""
    by_job = {item.request_id: item.pk for item in items if item.content_type == ContentType.VIDEO}
    found = defaultdict(list)
    shots = MediaShot.objects.filter(job__job_id__in=by_job).exclude(level="none").order_by("job_id", "at_ms")
    for shot in shots.select_related("job")[: MOST_FRAMES * max(1, len(by_job))]:
        labels = [
            place_of(label["label"], ContentType.IMAGE)[1]
            for verdict in shot.verdicts
            for label in verdict.get("labels", ())
            if label["level"] != "none"
        ]
        of_item = found[by_job[shot.job.job_id]]
        of_item += [
            {"Label": label, "Offset": shot.at_ms // 1000, "Url": frame_address(shot=shot, now=now)}
            for label in dict.fromkeys(labels)
        ]
    return found
