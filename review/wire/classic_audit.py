"""Version 2017-08-23: the Audit page. What the machine said, and what the account's own people mark."""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow, NotFound
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.catalogue.scenes import place_of, suggestion_of
from moderation.models import Label, MediaJob, MediaShot, MediaSlice
from moderation.models.content import ContentType
from moderation.values import EXEMPT, NO_RISK
from moderation.wire.classic_calls import as_uuid
from review.categories import categories_of
from review.models import ReviewItem
from review.operations.decisions import decide, decide_many
from review.operations.media_audits import generic, worst_of
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
# Under which of the categories that an account begins with 1.0's reasons fall.
CATEGORIES = {
    "porn": "porn",
    "sexy": "porn",
    "terrorism": "terrorism",
    "bloody": "terrorism",
    "weapon": "terrorism",
    "ad": "ad",
    "qrcode": "ad",
    "programCode": "ad",
    "logo": "ad",
    "politics": "politics",
    "flag": "politics",
    "live": "undesirable_scene",
    "meaningless": "undesirable_scene",
    "smoking": "undesirable_scene",
    "abuse": "text_and_image_violation",
    "contraband": "text_and_image_violation",
    "spam": "text_and_image_violation",
    "flood": "text_and_image_violation",
    "customized": "text_and_image_violation",
}
MOST_FRAMES = 200
WITHOUT = ("ImageId", "KeywordId", "LibType")


class MarksRefused(NotAllowedNow):
    code = "marks_refused"
    default_message = _("Some of these were not marked; the others were.")


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
    frames = frames_of(items)
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
    elif result.content:
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


def frames_of(items: list[ReviewItem]) -> dict[int, list[dict]]:
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
        of_item += [{"Label": label, "Offset": shot.at_ms // 1000} for label in dict.fromkeys(labels)]
    return found


@operation(CLASSIC_CONSOLE, "MarkAuditContent", scope="review:decide", envelope=Envelope.BARE)
def mark_audit_content(call: Call) -> dict:
    mark(call, ids_asked(call))
    return {}


@operation(CLASSIC_CONSOLE, "MarkAuditContentItem", scope="review:decide", envelope=Envelope.BARE)
def mark_audit_content_item(call: Call) -> dict:
    """A recording is decided on as a whole: who marks a stretch of it marks the recording."""
    ids = ids_asked(call)
    slices = (
        MediaSlice.objects.owned_by(call.account).filter(pk__in=ids).values_list("job__job_id", flat=True)
    )
    items = ReviewItem.objects.owned_by(call.account).filter(request_id__in=set(slices))
    found = list(items.values_list("pk", flat=True))
    if not found:
        raise NotFound(field="Ids")
    mark(call, found)
    return {}


def ids_asked(call: Call) -> list[int]:
    call.parameters.required("Ids")
    texts = call.parameters.several("Ids")
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        raise invalid("Ids", "ids between commas are expected.")
    return [int(text) for text in dict.fromkeys(texts)]


def mark(call: Call, ids: list[int]) -> None:
    outcome = choice(call, "AuditResult", ("pass", "block"))
    if not outcome:
        raise invalid("AuditResult", "pass or block is expected.")
    reasons = call.parameters.several("AuditIllegalReasons") if outcome == "block" else []
    terms = {"outcome": outcome, "reason": ", ".join(reasons)[:128]}
    who = {"account": call.account, "reviewer": call.caller.key, "now": call.now}
    groups = [(ids, block_under(call, reasons))] if reasons or outcome == "pass" else by_finding(call, ids)
    if len(ids) == 1:
        [(_same, under)] = groups
        decide(item_id=ids[0], **terms, **under, **who)
        return
    refused = {}
    for some, under in groups:
        refused |= decide_many(item_ids=some, **terms, **under, **who).refused
    if refused:
        told = [f"{pk} ({error.code})" for pk, error in sorted(refused.items())]
        message = _("%(refused)s of %(all)s were not marked, the others were: %(which)s.")
        which = {"refused": len(refused), "all": len(ids), "which": ", ".join(told[:20])}
        raise MarksRefused(message % which, field="Ids", refused=sorted(refused))


def block_under(call: Call, reasons: list[str]) -> dict[str, str]:
    """The first reason decides: a label of the catalogue, a category of the account, or a word of 1.0."""
    if not reasons:
        return {}
    first = reasons[0]
    if Label.objects.current().filter(code=first).exclude(code=NO_RISK).exists():
        return {"label": first}
    known = {category.code for category in categories_of(call.account)}
    return {"category": first if first in known else CATEGORIES.get(first, first)}


def by_finding(call: Call, ids: list[int]) -> list[tuple[list[int], dict[str, str]]]:
    """Where no reason is given: under the worst that the machine found, else in general."""
    items = ReviewItem.objects.owned_by(call.account).filter(pk__in=ids).select_related("result", "account")
    groups = defaultdict(list)
    for item in items:
        found = worst_of(item) if item.result else ""
        groups[tuple(({"label": found} if found else generic(item)).items())].append(item.pk)
    # Those that are not the account's are refused as any other unknown id.
    if missing := set(ids) - {pk for some in groups.values() for pk in some}:
        groups[(("category", CATEGORIES["spam"]),)] += sorted(missing)
    return [(some, dict(under)) for under, some in groups.items()]


@operation(CLASSIC_CONSOLE, "DescribeAuditContentItem", scope="results:read", envelope=Envelope.BARE)
def describe_audit_content_item(call: Call) -> dict:
    """The stretches of speech of a recording."""
    page, number = Page.asked(call.parameters), as_uuid(call.parameters.required("TaskId"))
    jobs = (
        MediaJob.objects.owned_by(call.account).filter(job_id=number) if number else MediaJob.objects.none()
    )
    job = jobs.first()
    if job is None:
        raise NotFound(field="TaskId")
    slices = MediaSlice.objects.owned_by(call.account).filter(job=job)
    item = ReviewItem.objects.owned_by(call.account).filter(request_id=job.job_id).first()
    said = word_of(item) if item else {"Audit": 0}
    first = (page.number - 1) * page.size + 1
    return page.facts(counted(slices)) | {
        "AuditContentItemList": [
            {
                "Id": one.pk,
                "ParentTaskId": str(job.job_id),
                "Sn": place,
                "Content": one.text,
                "StartTime": str(one.start_ms // 1000),
                "EndTime": str(-(-one.end_ms // 1000)),
                **({} if one.is_unheard else {"Suggestion": suggestion_of(one.level)}),
                **said,
            }
            for place, one in enumerate(page.of(slices.order_by("start_ms")), start=first)
        ]
    }
