from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from moderation.results_asked import FilterInvalid
from review.handling import BY, DEFAULT_DAYS, LEAST, MOST, MOST_DAYS, Handling, handling_times


class HandlingShape(serializers.Serializer):
    decisions = serializers.IntegerField(help_text="How many were measured.")
    too_few = serializers.BooleanField(help_text=f"Fewer than {LEAST}: there are no figures then.")
    lower_quartile_ms = serializers.FloatField(allow_null=True)
    median_ms = serializers.FloatField(allow_null=True)
    upper_quartile_ms = serializers.FloatField(allow_null=True)


class HandlingRowShape(HandlingShape):
    key = serializers.CharField(help_text="Id of the queue, code of the detection or content type.")
    name = serializers.CharField()


class HandlingTimesShape(serializers.Serializer):
    by = serializers.ChoiceField(list(BY))
    days = serializers.IntegerField()
    all = HandlingShape()
    rows = HandlingRowShape(many=True)


def figures(one: Handling) -> dict:
    return {
        "decisions": one.n,
        "too_few": one.is_too_few,
        "lower_quartile_ms": one.lower,
        "median_ms": one.median,
        "upper_quartile_ms": one.upper,
    }


class HandlingTimes(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_handling_times",
        summary="Read how long decisions of people take",
        description=(
            "Time in which a reviewer was indeed at the item: the page was in sight, and they were not idle. "
            f"Of the newest {MOST} first decisions that stand. There are no figures about persons."
        ),
        parameters=[
            OpenApiParameter("by", str, enum=list(BY), description="By queue unless told otherwise."),
            OpenApiParameter(
                "days", int, description=f"The last days, 1 to {MOST_DAYS}; {DEFAULT_DAYS} if absent."
            ),
        ],
        responses=answers({200: HandlingTimesShape}, 400, 401, 403, 429),
        examples=[
            OpenApiExample(
                "By queue",
                value={
                    "by": "queue",
                    "days": 30,
                    "all": {
                        "decisions": 812,
                        "too_few": False,
                        "lower_quartile_ms": 1900.0,
                        "median_ms": 3400.0,
                        "upper_quartile_ms": 7250.0,
                    },
                    "rows": [
                        {
                            "key": "7",
                            "name": "General",
                            "decisions": 812,
                            "too_few": False,
                            "lower_quartile_ms": 1900.0,
                            "median_ms": 3400.0,
                            "upper_quartile_ms": 7250.0,
                        }
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request):
        by = request.query_params.get("by", "queue")
        if by not in BY:
            raise FilterInvalid(field="by")
        days = days_asked(request.query_params.get("days", str(DEFAULT_DAYS)))
        whole, parts = handling_times(account=self.account, by=[by], days=days, now=timezone.now())
        return Response(
            {
                "by": by,
                "days": days,
                "all": figures(whole),
                "rows": [{"key": row.key, "name": row.name} | figures(row) for row in parts[by]],
            }
        )


def days_asked(text: str) -> int:
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= days <= MOST_DAYS:
        raise FilterInvalid(field="days")
    return days
