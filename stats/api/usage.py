from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from moderation.catalogue.names import label_name
from stats.asked import Asked, read_asked
from stats.reads import Figures, label_shares, usage


class FiguresShape(serializers.Serializer):
    calls = serializers.IntegerField()
    hits = serializers.IntegerField(help_text="Calls whose result carries a risk.")
    high = serializers.IntegerField()
    medium = serializers.IntegerField()
    low = serializers.IntegerField()


class UsageRowShape(FiguresShape):
    service = serializers.CharField()
    date = serializers.CharField(help_text="A day, 2026-11-21, or a month, 2026-11.")


class LabelShareShape(serializers.Serializer):
    label = serializers.CharField()
    name = serializers.CharField()
    hits = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of all hits of labels, from 0 to 1.")


class UsageShape(serializers.Serializer):
    account_uid = serializers.CharField()
    by = serializers.ChoiceField(["day", "month"])
    to = serializers.CharField()
    time_zone = serializers.CharField(help_text="Whose days and months these are.")
    total = FiguresShape()
    usage = UsageRowShape(many=True, help_text="Only services and dates with calls.")
    labels = LabelShareShape(many=True)

    def get_fields(self):
        return {**super().get_fields(), "from": serializers.CharField()}


def figures_body(figures: Figures) -> dict:
    return {name: getattr(figures, name) for name in ("calls", "hits", "high", "medium", "low")}


def usage_body(account, asked: Asked) -> dict:
    period, codes = asked.period, {service.pk: service.code for service in asked.services}
    rows = list(usage(account=account, period=period, services=asked.chosen))
    first, last = period.edges
    return {
        "account_uid": account.uid,
        "by": period.by,
        "from": first,
        "to": last,
        "time_zone": account.time_zone,
        "total": figures_body(sum((row.figures for row in rows), Figures())),
        "usage": [
            {"service": codes[row.service_id], "date": period.step_named(row.on)} | figures_body(row.figures)
            for row in rows
        ],
        "labels": [
            {
                "label": one.label,
                "name": label_name(one.label),
                "hits": one.hits,
                "share": round(one.share, 6),
            }
            for one in label_shares(account=account, period=period, services=asked.chosen)
        ],
    }


class Usage(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_usage",
        summary="Read how much was called and what it hit",
        description="Calls made as an online test do not count. Without a range: the last 14 days.",
        responses=answers({200: UsageShape}, 400, 401, 403, 429),
        parameters=[
            OpenApiParameter("by", str, enum=["day", "month"], description="By day unless told otherwise."),
            OpenApiParameter("from", str, description="First day or month: 2026-11-01 or 2026-11."),
            OpenApiParameter(
                "to", str, description="Last day or month, included. Today unless told otherwise."
            ),
            OpenApiParameter("service", str, many=True, description="Code of a service; may be repeated."),
        ],
        examples=[
            OpenApiExample(
                "One service on one day",
                value={
                    "account_uid": "1000000000000001",
                    "by": "day",
                    "from": "2026-11-21",
                    "to": "2026-11-21",
                    "time_zone": "Asia/Shanghai",
                    "total": {"calls": 1200, "hits": 96, "high": 40, "medium": 36, "low": 20},
                    "usage": [
                        {
                            "service": "comment_detection",
                            "date": "2026-11-21",
                            "calls": 1200,
                            "hits": 96,
                            "high": 40,
                            "medium": 36,
                            "low": 20,
                        }
                    ],
                    "labels": [
                        {"label": "pt_to_contact", "name": "Contact details", "hits": 96, "share": 1.0}
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request):
        asked = read_asked(request.query_params, account=self.account, now=timezone.now())
        return Response(usage_body(self.account, asked))
