import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from moderation.learning.agreement import Agreement, agreements
from moderation.models import Head, Training
from moderation.operations.heads import promote_head, request_training, retire_head, roll_back_head


class AgreementShape(serializers.Serializer):
    seen = serializers.IntegerField(help_text="Human verdicts since the head was trained.")
    confirmed = serializers.IntegerField()
    false_alarms = serializers.IntegerField()
    missed = serializers.IntegerField()
    precision = serializers.FloatField(allow_null=True)
    precision_interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    agreement = serializers.FloatField(allow_null=True)


class HeadShape(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(Head.Status.choices, help_text="A shadow scores and decides nothing.")
    positive = serializers.IntegerField()
    negative = serializers.IntegerField()
    metrics = serializers.DictField(help_text="Measured on the newest quarter of the examples.")
    agreement = AgreementShape(required=False, help_text="With what people decided after the training.")
    trained_at = serializers.DateTimeField()
    promoted_at = serializers.DateTimeField(allow_null=True)


class NewTrainingShape(serializers.Serializer):
    label = serializers.CharField(help_text="Code of the label that the head is to learn.")


class TrainingShape(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    texts_read = serializers.IntegerField()
    head = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()


class TrainingRequest(msgspec.Struct):
    label: str


def head_body(head: Head, seen: Agreement | None = None) -> dict:
    body = {
        "id": head.pk,
        "label": head.label,
        "version": head.version,
        "status": head.status,
        "positive": head.n_positive,
        "negative": head.n_negative,
        "metrics": head.metrics,
        "trained_at": head.trained_at.isoformat(),
        "promoted_at": head.promoted_at and head.promoted_at.isoformat(),
    }
    return body | ({"agreement": seen.as_dict()} if seen else {})


def training_body(training: Training) -> dict:
    return {
        "id": training.pk,
        "label": training.label,
        "requested_at": training.requested_at.isoformat(),
        "finished_at": training.finished_at and training.finished_at.isoformat(),
        "texts_read": training.embedded,
        "head": training.head_id,
        "error": training.error,
    }


class Heads(OwnedAPIView):
    scopes = {"GET": "services:read"}

    @extend_schema(
        operation_id="list_heads",
        summary="List the heads that decide and those that are shadows",
        description="With how often people agreed with them since they were trained.",
        responses=answers({200: HeadShape(many=True)}, 401, 403, 429),
    )
    def get(self, request):
        heads = list(self.owned(Head).at_work().newest_first())
        seen = agreements(heads)
        return Response([head_body(head, seen[head.pk]) for head in heads])


class Trainings(OwnedAPIView):
    scopes = {"POST": "services:write"}

    @extend_schema(
        operation_id="train_head",
        summary="Train a head from what people decided",
        description="It is trained in the background and begins as a shadow.",
        request=NewTrainingShape,
        responses=answers({202: TrainingShape}, 400, 401, 403, 409, 413, 429),
    )
    def post(self, request):
        asked = read_body(request, TrainingRequest)
        training = request_training(
            account=self.account, label=asked.label, actor=self.caller.key, now=timezone.now()
        )
        return Response(training_body(training), status=202)


class OneTraining(OwnedAPIView):
    scopes = {"GET": "services:read"}

    @extend_schema(
        operation_id="read_training",
        summary="Read how far a training is",
        responses=answers({200: TrainingShape}, 401, 403, 404, 429),
    )
    def get(self, request, training_id):
        return Response(training_body(self.one(Training, pk=training_id)))


class HeadStep(OwnedAPIView):
    scopes = {"POST": "services:write"}
    step = None

    def do(self, head_id: int) -> Response:
        head = self.one(Head, pk=head_id)
        head = type(self).step(head=head, actor=self.caller.key, now=timezone.now())
        return Response(head_body(head))


class PromoteHead(HeadStep):
    step = promote_head

    @extend_schema(
        operation_id="promote_head",
        summary="Let a head decide",
        request=None,
        responses=answers({200: HeadShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, head_id):
        return self.do(head_id)


class RollBackHead(HeadStep):
    step = roll_back_head

    @extend_schema(
        operation_id="roll_back_head",
        summary="Let the version decide that did before this one",
        request=None,
        responses=answers({200: HeadShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, head_id):
        return self.do(head_id)


class RetireHead(HeadStep):
    step = retire_head

    @extend_schema(
        operation_id="retire_head",
        summary="Put a head to rest",
        request=None,
        responses=answers({200: HeadShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, head_id):
        return self.do(head_id)
