"""The JSON of manual tasks, and the shapes that document it."""

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from moderation.api.bodies import AuthorShape
from moderation.api.image_shapes import PerCallShape
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from review.models import Decision, ReviewItem
from review.states import Mode, Stage, State

# What clients are told of where an item is.
STATES = {
    State.WAITING.value: "waiting",
    State.CLAIMED.value: "in_review",
    State.DECIDED.value: "decided",
    State.EXPIRED.value: "expired",
    State.CANCELLED.value: "cancelled",
}
MODES = [(mode.value, mode.label) for mode in (Mode.HUMAN_MACHINE, Mode.HUMAN_ONLY)]
Outcome = ModerationResult.Outcome


def with_words(items: QuerySet) -> QuerySet:
    """With all that `task_body` says."""
    standing = Decision.objects.standing().order_by("round")
    return items.select_related("service").prefetch_related(
        Prefetch("decisions", queryset=standing, to_attr="standing")
    )


def task_body(item: ReviewItem) -> dict:
    said = {decision.stage: decision for decision in item.standing}
    decision, recheck = said.get(Stage.DECISION), said.get(Stage.RECHECK)
    return {
        "task_id": str(item.task_id),
        "request_id": str(item.request_id),
        "mode": item.mode,
        "state": STATES[item.state],
        "service": item.service.code,
        "content_type": item.content_type,
        "data_id": item.data_id,
        "created_at": item.created_at.isoformat(),
        "due_at": item.due_at and item.due_at.isoformat(),
        "cancelled_at": item.cancelled_at and item.cancelled_at.isoformat(),
        "result": decision and words_of(decision),
        "recheck": recheck and words_of(recheck),
    }


def words_of(decision: Decision) -> dict:
    return {
        "outcome": decision.outcome,
        "label": decision.label,
        "category": decision.category,
        "reason": decision.reason,
        "decided_at": decision.decided_at.isoformat(),
    }


class SubmissionShape(PerCallShape):
    service = serializers.CharField(
        required=False, help_text="Code of a service for this kind of content; else the one for people only."
    )
    data_id = serializers.CharField(required=False, max_length=128, help_text="Your id of the content.")
    account = AuthorShape(required=False, help_text="Who sent it, as you know them.")
    context = serializers.DictField(
        child=serializers.CharField(max_length=1000),
        required=False,
        help_text="What reviewers should know beside the content: at most 20 texts.",
    )


class ManualTextShape(SubmissionShape):
    content = serializers.CharField(help_text="The text, as its author wrote it.")


class ManualFileShape(SubmissionShape):
    url = serializers.CharField(required=False, help_text="Where the file can be fetched.")
    name = serializers.CharField(required=False, help_text="What to call it in lists.")


class ManualImageShape(ManualFileShape):
    image = serializers.CharField(required=False, help_text="Or its bytes, in base64.")


class ManualAudioShape(ManualFileShape):
    audio = serializers.CharField(required=False, help_text="Or its bytes, in base64.")


class ManualVideoShape(ManualFileShape):
    video = serializers.CharField(required=False, help_text="Or its bytes, in base64.")


class NewResultShape(serializers.Serializer):
    outcome = serializers.ChoiceField(Outcome.choices)
    category = serializers.CharField(
        required=False, help_text="Of a block: code of one of the account's categories."
    )
    label = serializers.CharField(
        required=False, help_text="Of a block: a label of the catalogue; may be left out with a category."
    )
    reason = serializers.CharField(required=False, max_length=128)
    note = serializers.CharField(required=False, max_length=512)


class WordsShape(serializers.Serializer):
    outcome = serializers.ChoiceField(Outcome.choices)
    label = serializers.CharField()
    category = serializers.CharField()
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ManualTaskShape(serializers.Serializer):
    task_id = serializers.UUIDField()
    request_id = serializers.UUIDField(help_text="Of the call: the id of its result.")
    mode = serializers.ChoiceField(Mode.choices)
    state = serializers.ChoiceField(sorted(STATES.values()))
    service = serializers.CharField()
    content_type = serializers.ChoiceField(ContentType.choices)
    data_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="By when people mean to have decided.")
    cancelled_at = serializers.DateTimeField(allow_null=True)
    result = WordsShape(allow_null=True, help_text="Null until a person has decided.")
    recheck = WordsShape(allow_null=True, help_text="What a second person said later: it is what stands.")


class ManualTaskPageShape(serializers.Serializer):
    tasks = ManualTaskShape(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Pass as `cursor` for the next page; null: there is none."
    )
