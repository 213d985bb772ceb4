"""Whether the figures are right: days counted anew, and what differs."""

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.accounts.models import Account
from config.api import OwnedAPIView, answers
from stats.api.usage import RangeShape
from stats.models import UsageCheck, UsageDrift
from stats.periods import DAY, Period, read_period
from stats.reads import today_in


class CheckedDayShape(serializers.Serializer):
    date = serializers.CharField()
    state = serializers.ChoiceField(
        UsageCheck.State.choices,
        help_text="`unclear`: the account's time zone was changed, or the day is too old. `begun`: what was "
        "deleted up to this day was not noted.",
    )
    counted = serializers.IntegerField(help_text="Calls by the counters.")
    results = serializers.IntegerField(help_text="Results that exist.")
    forgotten = serializers.IntegerField(help_text="Results that were deleted since they counted.")
    checked_at = serializers.DateTimeField()


class DifferenceShape(serializers.Serializer):
    date = serializers.CharField()
    service = serializers.CharField()
    source = serializers.CharField()
    figure = serializers.ChoiceField(UsageDrift.Figure.choices)
    name = serializers.CharField(help_text="The label, or the shortest time; empty for other figures.")
    counted = serializers.IntegerField()
    recounted = serializers.IntegerField()
    found_at = serializers.DateTimeField()


class ExactnessShape(RangeShape):
    account_uid = serializers.CharField()
    time_zone = serializers.CharField(help_text="Whose days these are.")
    days = CheckedDayShape(many=True, help_text="Days that were counted anew, the latest first.")
    differences = DifferenceShape(many=True, help_text="Until somebody mends them.")


def exactness_body(account: Account, period: Period) -> dict:
    span = (period.first, period.last)
    checks = UsageCheck.objects.owned_by(account).filter(day__range=span).order_by("-day")
    drifts = UsageDrift.objects.owned_by(account).standing().filter(day__range=span)
    first, last = period.edges
    return {
        "account_uid": account.uid,
        "from": first,
        "to": last,
        "time_zone": account.time_zone,
        "days": [
            {"date": check.day.isoformat()}
            | {
                name: getattr(check, name)
                for name in ("state", "counted", "results", "forgotten", "checked_at")
            }
            for check in checks
        ],
        "differences": [
            {
                "date": drift.day.isoformat(),
                "service": drift.service.code,
                "source": drift.source,
                "figure": drift.figure,
                "name": drift.shown_name,
                "counted": drift.counted,
                "recounted": drift.recounted,
                "found_at": drift.found_at,
            }
            for drift in drifts.select_related("service").newest_first()
        ],
    }


class UsageExactness(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_exactness",
        summary="Read whether the figures are exact",
        description="Each finished day is counted anew from its results. Without a range: the last 14 days.",
        responses=answers({200: ExactnessShape}, 400, 401, 403, 429),
        parameters=[
            OpenApiParameter("from", str, description="First day: 2026-11-01."),
            OpenApiParameter("to", str, description="Last day, included. Today unless told otherwise."),
        ],
    )
    def get(self, request):
        period = read_period(
            by=DAY,
            first=request.query_params.get("from", ""),
            last=request.query_params.get("to", ""),
            today=today_in(self.account, timezone.now()),
            days_most=settings.ASSAY_USAGE_DAYS_MOST,
        )
        return Response(exactness_body(self.account, period))
