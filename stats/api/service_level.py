"""How fast calls were answered, and which were refused."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from stats.api.parameters import RANGE, SOURCE
from stats.api.usage import RangeShape, range_body
from stats.asked import Asked, read_asked
from stats.periods import GRAINS
from stats.reads import latency, latency_by_service, refusals, refusals_by_step


class LatencyFigures(serializers.Serializer):
    calls = serializers.IntegerField()
    p50_ms = serializers.FloatField(help_text="Half of the calls were answered within this time.")
    p95_ms = serializers.FloatField()
    p99_ms = serializers.FloatField()


class ServiceLatencyShape(LatencyFigures):
    service = serializers.CharField()


class AskedShape(RangeShape):
    account_uid = serializers.CharField()
    by = serializers.ChoiceField(GRAINS)
    time_zone = serializers.CharField(help_text="Whose days these are.")


class LatencyShape(AskedShape):
    all = LatencyFigures(allow_null=True, help_text="Null where nothing was called.")
    services = ServiceLatencyShape(many=True, help_text="The slowest first, by `p95_ms`.")


class ErrorCountShape(serializers.Serializer):
    code = serializers.CharField()
    status = serializers.IntegerField()
    calls = serializers.IntegerField()


class ErrorsOfDateShape(serializers.Serializer):
    date = serializers.CharField(help_text="A day, 2026-11-21, or a month, 2026-11.")
    status = serializers.IntegerField()
    calls = serializers.IntegerField()


class ErrorsShape(AskedShape):
    total = serializers.IntegerField()
    errors = ErrorCountShape(many=True, help_text="The most frequent first.")
    by_date = ErrorsOfDateShape(many=True, help_text="Only dates with such calls.")


def latency_figures(found) -> dict:
    times = {name: round(getattr(found, name), 3) for name in ("p50_ms", "p95_ms", "p99_ms")}
    return {"calls": found.calls} | times


def latency_body(account, asked: Asked) -> dict:
    narrowed = {"account": account, **asked.narrowing}
    codes = {service.pk: service.code for service in asked.services}
    whole, found = latency(**narrowed), latency_by_service(**narrowed)
    slowest = sorted(found.items(), key=lambda entry: (-entry[1].p95_ms, entry[0]))
    return range_body(account, asked) | {
        "all": latency_figures(whole) if whole else None,
        "services": [{"service": codes[service_id]} | latency_figures(one) for service_id, one in slowest],
    }


def errors_body(account, asked: Asked) -> dict:
    """They are counted by day, so by hour there is nothing finer to say."""
    period = asked.period.by_day()
    narrowed = {"account": account, "period": period, "services": asked.chosen}
    found = refusals(**narrowed)
    return range_body(account, asked) | {
        "total": sum(one.count for one in found),
        "errors": [{"code": one.code, "status": one.status, "calls": one.count} for one in found],
        "by_date": [
            {"date": period.step_named(on), "status": status, "calls": calls}
            for on, counts in refusals_by_step(**narrowed).items()
            for status, calls in counts.items()
        ],
    }


class UsageLatency(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_latency",
        summary="Read how fast calls were answered",
        description="Time that the platform took, without the network, by the day. Percentiles are known to "
        "within a fifth.",
        responses=answers({200: LatencyShape}, 400, 401, 403, 429),
        parameters=[*RANGE, SOURCE],
    )
    def get(self, request):
        asked = read_asked(request.query_params, account=self.account, now=timezone.now())
        return Response(latency_body(self.account, asked))


class UsageErrors(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_errors",
        summary="Read which calls were refused or failed",
        description="Calls of the account's keys by the answer they got. Of some services: only those that "
        "named one of them.",
        responses=answers({200: ErrorsShape}, 400, 401, 403, 429),
        parameters=RANGE,
    )
    def get(self, request):
        asked = read_asked(request.query_params, account=self.account, now=timezone.now())
        return Response(errors_body(self.account, asked))
