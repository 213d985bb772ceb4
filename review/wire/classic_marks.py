"""Version 2017-08-23: what the account's own people mark on the Audit page."""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow, NotFound, PlatformError
from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.models import Label, MediaSlice
from moderation.values import NO_RISK
from review.categories import categories_of
from review.models import ReviewItem
from review.operations.decisions import decide, decide_many
from review.operations.media_audits import generic, worst_of
from review.wire.classic_items import choice

SHOWN = 20
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


class MarksRefused(NotAllowedNow):
    code = "marks_refused"
    default_message = _("Some of these were not marked; the others were.")

    @classmethod
    def of(cls, refused: dict[int, PlatformError], *, among: int, field: str) -> "MarksRefused":
        told = [f"{pk} ({error.code})" for pk, error in sorted(refused.items())]
        message = _("%(refused)s of %(all)s were not marked, the others were: %(which)s.")
        which = {"refused": len(refused), "all": among, "which": ", ".join(told[:SHOWN])}
        return cls(message % which, field=field, refused=sorted(refused))


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
        raise MarksRefused.of(refused, among=len(ids), field="Ids")


def block_under(call: Call, reasons: list[str]) -> dict[str, str]:
    """The first reason decides: a label of the catalogue, a category of the account, or a word of 1.0."""
    if not reasons:
        return {}
    first = reasons[0].replace("\0", "\ufffd")
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
