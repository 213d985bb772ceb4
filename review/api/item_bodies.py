"""The JSON of review items and decisions, and the shapes that document it."""

from rest_framework import serializers

from moderation.api.bodies import ResultShape, result_body
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from review.items_asked import RESULTS, UNDECIDED, WAITING
from review.models import Decision, ReviewItem
from review.states import Mode, Stage

Outcome = ModerationResult.Outcome


def item_body(item: ReviewItem) -> dict:
    """No content: the client has it."""
    return {
        "id": item.pk,
        "task_id": str(item.task_id),
        "request_id": str(item.request_id),
        "mode": item.mode,
        "service": item.service.code,
        "content_type": item.content_type,
        "data_id": item.data_id,
        "level": item.level,
        "label": item.label,
        "result": result_of(item),
        "violation": item.decided_label,
        "decided_at": moment(item.decided_at),
        "recheck": recheck_body(item),
        "created_at": item.created_at.isoformat(),
        "due_at": moment(item.due_at),
        "expires_at": moment(item.expires_at),
    }


def whole_item_body(item: ReviewItem, decisions) -> dict:
    return item_body(item) | {
        "machine": item.result and result_body(item.result),
        "decisions": [decision_body(decision) for decision in decisions],
    }


def result_of(item: ReviewItem) -> str:
    return item.outcome or (item.state if item.state in UNDECIDED else WAITING)


def recheck_body(item: ReviewItem) -> dict | None:
    if not item.recheck_outcome:
        return None
    return {
        "outcome": item.recheck_outcome,
        "violation": item.recheck_label,
        "rechecked_at": moment(item.rechecked_at),
    }


def decision_body(decision: Decision) -> dict:
    return {
        "id": decision.pk,
        "item": decision.item_id,
        "stage": decision.stage,
        "outcome": decision.outcome,
        "label": decision.label,
        "category": decision.category,
        "reason": decision.reason,
        "note": decision.note,
        "reviewer": decision.reviewer.get_username() if decision.reviewer else "",
        "key": decision.reviewer_key.name if decision.reviewer_key else "",
        "decided_at": moment(decision.decided_at),
        "undone_at": moment(decision.undone_at),
    }


def moment(at) -> str | None:
    return at and at.isoformat()


class ItemRecheckShape(serializers.Serializer):
    outcome = serializers.ChoiceField(Outcome.choices)
    violation = serializers.CharField(help_text="Label; blank for a pass.")
    rechecked_at = serializers.DateTimeField()


class ListedItemShape(serializers.Serializer):
    id = serializers.IntegerField()
    task_id = serializers.UUIDField()
    request_id = serializers.UUIDField()
    mode = serializers.ChoiceField(Mode.choices)
    service = serializers.CharField()
    content_type = serializers.ChoiceField(ContentType.choices)
    data_id = serializers.CharField()
    level = serializers.ChoiceField(RiskLevel.choices, help_text="The machine's.")
    label = serializers.CharField(help_text="The machine's worst; blank: it found nothing.")
    result = serializers.ChoiceField(RESULTS, help_text="review: it waits for a person.")
    violation = serializers.CharField(help_text="Label of the first decision; blank unless it is a block.")
    decided_at = serializers.DateTimeField(allow_null=True)
    recheck = ItemRecheckShape(allow_null=True)
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="For audit: kept until then.")


class ItemPageShape(serializers.Serializer):
    items = ListedItemShape(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Pass as `cursor` for the next page; null: there is none."
    )


class ItemDecisionShape(serializers.Serializer):
    id = serializers.IntegerField()
    item = serializers.IntegerField()
    stage = serializers.ChoiceField(Stage.choices)
    outcome = serializers.ChoiceField(Outcome.choices)
    label = serializers.CharField()
    category = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    reviewer = serializers.CharField(help_text="Who decided; blank: a key did.")
    key = serializers.CharField(help_text="Name of the key that decided; blank: a person did.")
    decided_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ItemShape(ListedItemShape):
    machine = ResultShape(allow_null=True, help_text="null: the result is not kept any more.")
    decisions = ItemDecisionShape(many=True)


class NewRulingShape(serializers.Serializer):
    items = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=500)
    outcome = serializers.ChoiceField(Outcome.choices)
    category = serializers.CharField(
        required=False, help_text="A block category of the account: the label is chosen by it."
    )
    label = serializers.CharField(required=False, help_text="A block names a category or a label.")
    reason = serializers.CharField(required=False, max_length=128)
    note = serializers.CharField(required=False, max_length=512)


class RefusalShape(serializers.Serializer):
    item = serializers.IntegerField()
    error = serializers.DictField(help_text="As in an answer that refuses: code, message, details.")


class RuledShape(serializers.Serializer):
    batch = serializers.UUIDField(allow_null=True, help_text="null: one item, or none was decided.")
    decided = ItemDecisionShape(many=True)
    refused = RefusalShape(many=True, help_text="Of several items those that stayed as they were.")
