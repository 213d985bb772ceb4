from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from review.queue_figures import CAP, Agreement, Figures, agreement_by_queue, figures_of


class OldestItemShape(serializers.Serializer):
    item_id = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class RecheckAgreementShape(serializers.Serializer):
    rechecked = serializers.IntegerField(help_text="In the last 30 days.")
    agreed = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="Null with fewer than 20 rechecks.")
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 %, Wilson: from, to."
    )


class QueueShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    decide_within_minutes = serializers.IntegerField()
    skills = serializers.ListField(child=serializers.CharField())
    takes_the_rest = serializers.BooleanField()
    paused = serializers.BooleanField()
    waiting = serializers.IntegerField(help_text=f"Counts end at {CAP + 1}, which stands for more.")
    in_hand = serializers.IntegerField()
    overdue = serializers.IntegerField()
    due_within_the_hour = serializers.IntegerField()
    next_due_at = serializers.DateTimeField(allow_null=True)
    oldest = OldestItemShape(allow_null=True)
    agreement = RecheckAgreementShape()


class QueueListShape(serializers.Serializer):
    queues = QueueShape(many=True)


def queue_body(figures: Figures, agreement: Agreement) -> dict:
    queue, oldest = figures.queue, figures.oldest
    return {
        "id": queue.pk,
        "name": queue.name,
        "description": queue.description,
        "decide_within_minutes": queue.sla_minutes,
        "skills": queue.skills,
        "takes_the_rest": queue.is_default,
        "paused": queue.is_paused,
        "waiting": figures.waiting,
        "in_hand": figures.in_hand,
        "overdue": figures.overdue,
        "due_within_the_hour": figures.due_soon,
        "next_due_at": figures.next_due_at and figures.next_due_at.isoformat(),
        "oldest": oldest and {"item_id": oldest.item_id, "created_at": oldest.created_at.isoformat()},
        "agreement": {
            "rechecked": agreement.of,
            "agreed": agreement.agreed,
            "share": agreement.share,
            "interval": agreement.interval and list(agreement.interval),
        },
    }


class ReviewQueues(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="list_review_queues",
        summary="List the review queues, with what waits in them and what is due",
        responses=answers({200: QueueListShape}, 401, 403, 429),
    )
    def get(self, request):
        now = timezone.now()
        agreement = agreement_by_queue(self.account, now)
        return Response(
            {
                "queues": [
                    queue_body(figures, agreement.get(figures.queue.pk, Agreement()))
                    for figures in figures_of(self.account, now)
                ]
            }
        )
