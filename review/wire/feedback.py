"""What clients say against a result."""

from uuid import UUID

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from moderation.api.results import ServiceAmbiguous
from moderation.models import ModerationResult
from moderation.models.content import RiskLevel
from moderation.wire.result_filters import resource_type, translate
from review.models import Feedback
from review.operations.feedback import give_feedback

KINDS = {
    "misreport": Feedback.Kind.FALSE_POSITIVE.value,
    "missout": Feedback.Kind.MISSED_VIOLATION.value,
}
LEVELS = {level: level for level in RiskLevel.values}


@operation(CONSOLE, "UpdateScanResultFeedback", scope="results:write", envelope=Envelope.BARE)
def update_scan_result_feedback(call: Call) -> dict:
    given = call.parameters
    kind = translate("Feedback", given.required("Feedback").lower(), KINDS)
    labels, level = given.several("Labels"), given.text("RiskLevel").lower()
    if level:
        translate("RiskLevel", level, LEVELS)
    give_feedback(
        result=result_meant(call, labels),
        kind=kind,
        label=labels[0] if labels else "",
        note=note_of(labels, level),
        actor=call.caller.key,
        now=call.now,
    )
    return {"Data": True}


def note_of(labels: list[str], level: str) -> str:
    """What feedback has no field for stands in its note: the level, and labels after the first."""
    parts = [f"RiskLevel: {level}"] if level else []
    parts += [f"Labels: {', '.join(labels)}"] if len(labels) > 1 else []
    return "; ".join(parts)


def result_meant(call: Call, labels: list[str]) -> ModerationResult:
    """The result of the request; of several the one that carries a label that is named."""
    try:
        request_id = UUID(call.parameters.required("QueryRequestId"))
    except ValueError as error:
        raise invalid("QueryRequestId", "the id of a request is expected.") from error
    results = ModerationResult.objects.owned_by(call.account).select_related("service").order_by("id")
    found = list(results.filter(request_id=request_id))
    kind = resource_type(call.parameters.text("ResourceType"))
    found = [one for one in found if not kind or one.content_type == kind]
    carrying = [one for one in found if any(label["label"] in labels for label in one.labels)]
    meant = carrying if len(found) > 1 else found
    if not found:
        raise NotFound()
    if len(meant) != 1:
        raise ServiceAmbiguous(field="service", services=[one.service.code for one in found])
    return meant[0]
