import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.retention.api.shapes import (
    DuePreviewShape,
    PeriodChangeShape,
    PeriodShape,
    PeriodsShape,
    period_body,
    preview_body,
)
from config.retention.periods import period_named, periods, purged_class, read_days, set_period
from config.retention.preview import SHOWN_MOST, preview

RESULTS = {
    "name": "results",
    "title": "Detection results",
    "days": 90,
    "default_days": 30,
    "is_own": True,
    "changed_by": "jane",
    "changed_at": "2026-11-21T09:00:00+00:00",
}


class PeriodChange(msgspec.Struct):
    days: int | None


class Periods(OwnedAPIView):
    scopes = {"GET": "retention:read"}

    @extend_schema(
        operation_id="list_retention",
        summary="Read how long what is kept",
        responses=answers({200: PeriodsShape}, 401, 403, 429),
        examples=[OpenApiExample("One class", value={"classes": [RESULTS]}, response_only=True)],
    )
    def get(self, request):
        return Response({"classes": [period_body(one) for one in periods(self.account)]})


class OnePeriod(OwnedAPIView):
    scopes = {"GET": "retention:read", "PATCH": "retention:write"}

    @extend_schema(
        operation_id="read_retention",
        summary="Read how long one class is kept",
        responses=answers({200: PeriodShape}, 401, 403, 404, 429),
    )
    def get(self, request, name):
        return Response(period_body(period_named(self.account, name)))

    @extend_schema(
        operation_id="set_retention",
        summary="Set how long one class is kept",
        description="The next purge goes by it, and what goes does not come back: look at the preview first.",
        request=PeriodChangeShape,
        responses=answers({200: PeriodShape}, 400, 401, 403, 404, 429),
        examples=[
            OpenApiExample("For 90 days", value={"days": 90}, request_only=True),
            OpenApiExample("So it stands", value=RESULTS, response_only=True),
        ],
    )
    def patch(self, request, name):
        asked = read_body(request, PeriodChange)
        period = set_period(
            account=self.account, name=name, days=asked.days, actor=self.caller.key, now=timezone.now()
        )
        return Response(period_body(period))


class PeriodPreview(OwnedAPIView):
    scopes = {"GET": "retention:read"}

    @extend_schema(
        operation_id="preview_retention",
        summary="Count what the next purge would take",
        parameters=[OpenApiParameter("days", int, description="As if so many days were set.")],
        responses=answers({200: DuePreviewShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, name):
        found = preview(
            account=self.account,
            kept=purged_class(name),
            now=timezone.now(),
            days=read_days(request.query_params.get("days", "")),
            most=SHOWN_MOST,
        )
        return Response(preview_body(found))
