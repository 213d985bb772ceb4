import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.errors import NotFound
from moderation.api.results import SERVICE, ResultOfRequest
from review.models import Feedback
from review.operations.feedback import FeedbackUnknown, give_feedback, withdraw_feedback

Kind = Feedback.Kind


class NewFeedback(msgspec.Struct):
    kind: str
    label: str = ""
    note: str = ""


class NewFeedbackShape(serializers.Serializer):
    kind = serializers.ChoiceField(Kind.choices)
    label = serializers.CharField(
        required=False,
        help_text="The label that is wrong (may be left out), or the one that was missed (may not).",
    )
    note = serializers.CharField(required=False, max_length=500)


class FeedbackShape(serializers.Serializer):
    request_id = serializers.UUIDField()
    service = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    label = serializers.CharField()
    note = serializers.CharField()
    given_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class FeedbackListShape(serializers.Serializer):
    feedback = FeedbackShape(many=True)


def feedback_body(feedback: Feedback) -> dict:
    return {
        "request_id": str(feedback.request_id),
        "service": feedback.service.code,
        "kind": feedback.kind,
        "label": feedback.label,
        "note": feedback.note,
        "given_at": feedback.given_at.isoformat(),
        "withdrawn_at": feedback.withdrawn_at and feedback.withdrawn_at.isoformat(),
    }


class ResultFeedback(ResultOfRequest, OwnedAPIView):
    """Feedback on one result: a request id, and the service where the request was sent to several."""

    scopes = {"GET": "results:read", "POST": "results:write", "DELETE": "results:write"}

    @extend_schema(
        operation_id="list_feedback",
        summary="List what was said against a result, newest first",
        parameters=[SERVICE],
        responses=answers({200: FeedbackListShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, request_id):
        given = self.owned(Feedback).filter(result=self.result_of(request_id)).select_related("service")
        return Response({"feedback": [feedback_body(one) for one in given.newest_first()]})

    @extend_schema(
        operation_id="give_feedback",
        summary="Say that a result is a false positive or missed a violation",
        description="One of each kind stands at a time. To send the same again changes nothing.",
        request=NewFeedbackShape,
        parameters=[SERVICE],
        responses=answers({200: FeedbackShape}, 400, 401, 403, 404, 409, 413, 429),
        examples=[
            OpenApiExample(
                "Missed",
                value={"kind": "missed_violation", "label": "pt_to_contact", "note": "A phone number"},
                request_only=True,
            )
        ],
    )
    def post(self, request, request_id):
        asked = read_body(request, NewFeedback)
        feedback = give_feedback(
            result=self.result_of(request_id),
            kind=asked.kind,
            label=asked.label,
            note=asked.note,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(feedback_body(feedback))

    @extend_schema(
        operation_id="withdraw_feedback",
        summary="Withdraw feedback",
        parameters=[SERVICE, OpenApiParameter("kind", str, enum=Kind.values, required=True)],
        responses=answers({200: FeedbackShape}, 400, 401, 403, 404, 409, 429),
    )
    def delete(self, request, request_id):
        kind = request.query_params.get("kind", "")
        if kind not in Kind.values:
            raise FeedbackUnknown(field="kind")
        given = self.owned(Feedback).filter(result=self.result_of(request_id), kind=kind)
        feedback = given.select_related("service", "account").newest_first().first()
        if feedback is None:
            raise NotFound()
        withdrawn = withdraw_feedback(feedback=feedback, actor=self.caller.key, now=timezone.now())
        return Response(feedback_body(withdrawn))
