"""What people say of recordings of the media library, in batches, and what they said before."""

import msgspec
from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow
from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.vod import AUDIT_STATUS, second
from moderation.models import MediaAsset, MediaAudit
from moderation.wire.vod_assets import DEEPEST, asset_of
from review.operations.media_audits import Audit, Audited, create_audits, history_of

FINAL = {MediaAsset.Final.PASS.value: "Normal", MediaAsset.Final.BLOCK.value: "Blocked"}
ORDERS = {"creationtime:desc": ("-created_at", "-id"), "creationtime:asc": ("created_at", "id")}
MOST_SHOWN = 5


class AuditsPartlyRefused(NotAllowedNow):
    code = "audits_partly_refused"
    default_message = _("Some of these recordings were not decided; the others were.")


class AuditAsked(msgspec.Struct, rename="pascal"):
    video_id: str
    status: str
    reason: str = ""
    comment: str = ""

    @property
    def audit(self) -> Audit:
        return Audit(self.video_id, self.status.lower(), reason=self.reason, comment=self.comment)


@operation(VOD, "CreateAudit", scope="review:decide", envelope=Envelope.BARE)
def create_audit(call: Call) -> dict:
    asked = call.parameters.json("AuditContent", list[AuditAsked])
    outcomes = create_audits(
        account=call.account,
        audits=[one.audit for one in asked],
        actor=call.caller.key,
        now=call.now,
    )
    require_none_refused(outcomes)
    return {}


def require_none_refused(outcomes: list[Audited]) -> None:
    """The answer has no room for what came of each: so whatever was refused is told as a refusal."""
    refused = [one for one in outcomes if one.refusal]
    if not refused:
        return
    if len(outcomes) == 1:
        raise refused[0].refusal
    words = "; ".join(f"{one.media_id[:64]}: {one.refusal.message}" for one in refused[:MOST_SHOWN])
    left = len(refused) - MOST_SHOWN
    message = _("%(refused)s of %(all)s recordings were not decided; the others were. %(words)s") % {
        "refused": len(refused),
        "all": len(outcomes),
        "words": words + (f"; +{left}" if left > 0 else ""),
    }
    raise AuditsPartlyRefused(message)


@operation(VOD, "GetAuditHistory", scope="media:read", envelope=Envelope.BARE)
def history(call: Call) -> dict:
    read = call.parameters
    asset = asset_of(call, read.required("VideoId"))
    order = ORDERS.get(read.text("SortBy", "CreationTime:Desc").lower())
    if order is None:
        raise invalid("SortBy", "CreationTime:Desc or CreationTime:Asc is expected.")
    size = read.number("PageSize", 10, least=1, most=100)
    page = read.number("PageNo", 1, least=1, most=DEEPEST // size)
    audits = history_of(asset).standing().order_by(*order)
    status = {"Status": FINAL[asset.final]} if asset.final else {}
    return status | {
        "Total": audits[:DEEPEST].count(),
        "Histories": [told(audit) for audit in audits[(page - 1) * size : page * size]],
    }


def told(audit: MediaAudit) -> dict:
    return {
        "CreationTime": second(audit.created_at),
        "Status": AUDIT_STATUS[audit.status],
        "Reason": audit.reason,
        "Comment": audit.comment,
        "Auditor": audit.auditor,
    }
