from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from moderation.catalogue.names import label_name
from stats.api.parameters import COMPARE, RANGE, SOURCE
from stats.asked import Asked, read_asked
from stats.comparison import Side, compare, label_rows
from stats.periods import GRAINS
from stats.reads import Figures


class FiguresShape(serializers.Serializer):
    calls = serializers.IntegerField()
    hits = serializers.IntegerField(help_text="Calls whose result carries a risk.")
    high = serializers.IntegerField()
    medium = serializers.IntegerField()
    low = serializers.IntegerField()


class UsageRowShape(FiguresShape):
    service = serializers.CharField()
    date = serializers.CharField(
        help_text="A day, 2026-11-21, a month, 2026-11, or an hour, 2026-11-21T09:00: with its offset from "
        "UTC where the clock shows it twice."
    )


class SourceRowShape(FiguresShape):
    source = serializers.CharField()


class ContentTypeRowShape(FiguresShape):
    content_type = serializers.CharField()


class LabelShareShape(serializers.Serializer):
    label = serializers.CharField()
    name = serializers.CharField()
    hits = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of all hits of labels, from 0 to 1.")
    share_before = serializers.FloatField(
        allow_null=True, help_text="In the earlier period; null where nothing hit or nothing is compared."
    )


class RangeShape(serializers.Serializer):
    to = serializers.CharField()

    def get_fields(self):
        return {**super().get_fields(), "from": serializers.CharField()}


class BeforeShape(RangeShape):
    total = FiguresShape()


class UsageShape(RangeShape):
    account_uid = serializers.CharField()
    by = serializers.ChoiceField(GRAINS)
    time_zone = serializers.CharField(help_text="Whose hours, days and months these are.")
    total = FiguresShape()
    before = BeforeShape(
        allow_null=True,
        help_text="The earlier period; while this one is not over, up to the same hour. Null where nothing "
        "is compared.",
    )
    usage = UsageRowShape(many=True, help_text="Only services and dates with calls.")
    sources = SourceRowShape(many=True, help_text="The most called first.")
    content_types = ContentTypeRowShape(many=True, help_text="The most called first.")
    labels = LabelShareShape(many=True)


def figures_body(figures: Figures) -> dict:
    return {name: getattr(figures, name) for name in ("calls", "hits", "high", "medium", "low")}


def usage_body(account, asked: Asked, now) -> dict:
    found = compare(account=account, asked=asked, now=now, finely=True)
    kinds = {service.pk: service.content_type for service in asked.services}
    return range_body(account, asked) | {
        "total": figures_body(found.now.whole),
        "before": before_body(asked, found.before) if asked.is_compared else None,
        "usage": usage_rows(asked, found.now),
        "sources": ranked("source", found.now.by_source),
        "content_types": ranked("content_type", found.now.by_content_type(kinds)),
        "labels": [
            {
                "label": one.label,
                "name": label_name(one.label),
                "hits": one.hits,
                "share": round(one.share, 6),
                "share_before": None if one.share_before is None else round(one.share_before, 6),
            }
            for one in label_rows(account=account, asked=asked)
        ],
    }


def range_body(account, asked: Asked) -> dict:
    first, last = asked.period.edges
    return {
        "account_uid": account.uid,
        "by": asked.period.by,
        "from": first,
        "to": last,
        "time_zone": account.time_zone,
    }


def before_body(asked: Asked, before: Side) -> dict:
    first, last = asked.earlier.edges
    return {"from": first, "to": last, "total": figures_body(before.whole)}


def usage_rows(asked: Asked, side: Side) -> list[dict]:
    codes = {service.pk: service.code for service in asked.services}
    return [
        {"service": codes[service_id], "date": asked.period.step_named(on)} | figures_body(figures)
        for on, service_id, figures in side.finely
    ]


def ranked(name: str, found: dict[str, Figures]) -> list[dict]:
    ordered = sorted(found.items(), key=lambda entry: (-entry[1].calls, entry[0]))
    return [{name: key} | figures_body(figures) for key, figures in ordered]


ONE_DAY = {"calls": 1200, "hits": 96, "high": 40, "medium": 36, "low": 20}


class Usage(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_usage",
        summary="Read how much was called and what it hit",
        description="Calls made as an online test count only where their source is asked for. Without a "
        "range: the last 14 days; by hour today, by month the last six.",
        responses=answers({200: UsageShape}, 400, 401, 403, 429),
        parameters=[*RANGE, SOURCE, COMPARE],
        examples=[
            OpenApiExample(
                "One service on one day",
                value={
                    "account_uid": "1000000000000001",
                    "by": "day",
                    "from": "2026-11-21",
                    "to": "2026-11-21",
                    "time_zone": "Asia/Shanghai",
                    "total": ONE_DAY,
                    "before": {
                        "from": "2026-11-20",
                        "to": "2026-11-20",
                        "total": {"calls": 1100, "hits": 88, "high": 38, "medium": 30, "low": 20},
                    },
                    "usage": [{"service": "comment_detection", "date": "2026-11-21"} | ONE_DAY],
                    "sources": [{"source": "api"} | ONE_DAY],
                    "content_types": [{"content_type": "text"} | ONE_DAY],
                    "labels": [
                        {
                            "label": "pt_to_contact",
                            "name": "Contact details",
                            "hits": 96,
                            "share": 1.0,
                            "share_before": 1.0,
                        }
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request):
        now = timezone.now()
        asked = read_asked(request.query_params, account=self.account, now=now)
        return Response(usage_body(self.account, asked, now))
