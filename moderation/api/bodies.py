"""The JSON that moderation answers with, and the shapes that document it."""

from rest_framework import serializers

from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.models.content import RiskLevel
from moderation.results_hooks import manual_tasks_of
from moderation.values import Source


def result_body(result: ModerationResult) -> dict:
    return result_bodies([result])[0]


def result_bodies(results: list[ModerationResult]) -> list[dict]:
    tasks = manual_tasks_of(results)
    return [body_of(result, tasks.get(result.pk)) for result in results]


def body_of(result: ModerationResult, manual_task_id: str | None) -> dict:
    """What no machine has judged has no level: it is unknown, not clean."""
    return {
        "request_id": str(result.request_id),
        "service": result.service.code,
        "version_id": result.version_id,
        "data_id": result.data_id,
        "level": result.level if result.is_judged else None,
        "labels": [{**label, "name": label_name(label["label"])} for label in result.labels],
        "uncovered": result.uncovered,
        "human": human_body(result),
        "manual_task_id": manual_task_id,
        "created_at": result.created_at.isoformat(),
    }


def human_body(result: ModerationResult) -> dict | None:
    if not result.human_outcome:
        return None
    return {
        "outcome": result.human_outcome,
        "label": result.human_label,
        "decided_at": result.human_decided_at.isoformat(),
    }


class AuthorShape(serializers.Serializer):
    id = serializers.CharField(required=False, max_length=128, help_text="Your id of the author.")
    device_id = serializers.CharField(required=False, max_length=128)
    ip = serializers.CharField(required=False, max_length=45)


class TextShape(serializers.Serializer):
    service = serializers.CharField(help_text="Code of the service whose rules apply.")
    content = serializers.CharField(help_text="The text, as its author wrote it.")
    data_id = serializers.CharField(required=False, max_length=128, help_text="Your id of the content.")
    account = AuthorShape(required=False, help_text="Who wrote it, as you know them.")


class EvidenceShape(serializers.Serializer):
    source = serializers.ChoiceField([source.value for source in Source])
    detector = serializers.CharField()
    score = serializers.FloatField()
    start = serializers.IntegerField(required=False)
    end = serializers.IntegerField(required=False)
    text = serializers.CharField(required=False)
    line = serializers.CharField(required=False, help_text="The line in the picture that it stands in.")
    box = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Left, top, width, height in pixels of the upright picture.",
    )
    frame = serializers.IntegerField(required=False, help_text="Of an animation: which frame.")
    at_ms = serializers.IntegerField(required=False, help_text="Of a video: the moment of the frame.")
    until_ms = serializers.IntegerField(required=False, help_text="Of a video: until when it was unchanged.")
    start_ms = serializers.IntegerField(required=False, help_text="Of speech: where the stretch begins.")
    end_ms = serializers.IntegerField(required=False, help_text="Of speech: where it ends.")
    service = serializers.CharField(
        required=False, help_text="Of a video: the service whose rules judged this moment."
    )
    sample = serializers.IntegerField(
        required=False, help_text="What a person decided on: a text, or the picture in `image`."
    )
    image = serializers.IntegerField(required=False, help_text="The image of a library that it matches.")
    distance = serializers.IntegerField(required=False, help_text="Bits that differ, of 256.")


class LabelShape(serializers.Serializer):
    label = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(RiskLevel.choices)
    confidence = serializers.FloatField(allow_null=True)
    evidence = EvidenceShape(many=True)
    frames = serializers.IntegerField(required=False, help_text="Of a video: in how many frames.")
    slices = serializers.IntegerField(required=False, help_text="Of a recording: in how much speech.")


class HumanShape(serializers.Serializer):
    outcome = serializers.ChoiceField(ModerationResult.Outcome.choices)
    label = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ResultShape(serializers.Serializer):
    request_id = serializers.UUIDField()
    service = serializers.CharField()
    version_id = serializers.IntegerField(help_text="The version of the rules that judged.")
    data_id = serializers.CharField()
    level = serializers.ChoiceField(
        RiskLevel.choices,
        allow_null=True,
        help_text="Null: nothing but people looks at it, so that no machine has judged.",
    )
    labels = LabelShape(many=True)
    uncovered = serializers.ListField(
        child=serializers.CharField(), help_text="Labels that are on but that nothing could look for."
    )
    human = HumanShape(allow_null=True)
    manual_task_id = serializers.UUIDField(
        allow_null=True, help_text="Where it was sent on to the review team: ask by it, or wait to be told."
    )
    created_at = serializers.DateTimeField()
