from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from moderation.catalogue.names import label_name
from stats.periods import STEPS
from stats.review_asked import ReviewAsked, read_review_asked
from stats.review_measures import FEWEST, Share, Times
from stats.review_reads import Machine, Work, grouped, handling, in_all, machine, work

COUNTS = (
    "opened", "decided", "passed", "blocked", "late", "rechecked", "overturned", "relabelled", "expired",
    "cancelled",
)  # fmt: skip
JUDGED = ("flagged", "confirmed", "renamed", "overruled", "clean", "missed", "called_wrong", "called_missed")


class ShareShape(serializers.Serializer):
    share = serializers.FloatField(allow_null=True, help_text=f"Null with fewer than {FEWEST}.")
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 %, Wilson: from, to."
    )
    of = serializers.IntegerField()


class WorkTimeShape(serializers.Serializer):
    measured = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True, help_text=f"Null with fewer than {FEWEST}.")
    p90_seconds = serializers.FloatField(allow_null=True)


class ReviewWorkShape(serializers.Serializer):
    opened = serializers.IntegerField(help_text="Items that came in.")
    decided = serializers.IntegerField()
    passed = serializers.IntegerField()
    blocked = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Decided after they were due.")
    rechecked = serializers.IntegerField()
    overturned = serializers.IntegerField(help_text="Rechecked with another outcome.")
    relabelled = serializers.IntegerField(help_text="Blocked again, under another label.")
    expired = serializers.IntegerField(help_text="Their time was over before anybody decided.")
    cancelled = serializers.IntegerField(help_text="Taken back by whoever had sent them.")
    mean_wait_seconds = serializers.FloatField(allow_null=True)
    overturn = ShareShape()


class ReviewStepShape(ReviewWorkShape):
    date = serializers.CharField(help_text="A day, 2026-11-21, or a month, 2026-11.")


class ReviewQueueFiguresShape(ReviewWorkShape):
    queue = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    handling = WorkTimeShape(help_text="Time in which a reviewer was at the item.")


class MachineFiguresShape(serializers.Serializer):
    flagged = serializers.IntegerField(help_text="Flagged by the machine and looked at by people.")
    confirmed = serializers.IntegerField(help_text="Blocked under the machine's main label.")
    renamed = serializers.IntegerField(help_text="Blocked under another label.")
    overruled = serializers.IntegerField(help_text="Passed by people.")
    clean = serializers.IntegerField(help_text="Passed by the machine and looked at by people.")
    missed = serializers.IntegerField(help_text="Of those, blocked by people.")
    called_wrong = serializers.IntegerField(help_text="By feedback.")
    called_missed = serializers.IntegerField(help_text="By feedback.")
    precision = ShareShape(help_text="What people blocked of what the machine flagged and they looked at.")


class MachineServiceShape(MachineFiguresShape):
    service = serializers.CharField()
    miss = ShareShape(help_text="What people blocked of what the machine passed and they looked at.")


class MachineLabelShape(MachineFiguresShape):
    service = serializers.CharField()
    label = serializers.CharField(help_text="Empty for what the machine and people passed.")
    name = serializers.CharField()


class ReviewStatisticsShape(serializers.Serializer):
    account_uid = serializers.CharField()
    by = serializers.ChoiceField(list(STEPS))
    to = serializers.CharField()
    time_zone = serializers.CharField(help_text="Whose days and months these are.")
    total = ReviewWorkShape()
    handling = WorkTimeShape()
    steps = ReviewStepShape(many=True, help_text="Only days or months in which something happened.")
    queues = ReviewQueueFiguresShape(many=True)
    services = MachineServiceShape(many=True)
    labels = MachineLabelShape(many=True)

    def get_fields(self):
        return {**super().get_fields(), "from": serializers.CharField()}


def share_body(share: Share) -> dict:
    return {
        "share": share.value if share.value is None else round(share.value, 6),
        "interval": share.interval and [round(edge, 6) for edge in share.interval],
        "of": share.of,
    }


def in_seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 1)


def handling_body(times: Times) -> dict:
    return {
        "measured": times.n,
        "median_seconds": in_seconds(times.median_ms),
        "p90_seconds": in_seconds(times.p90_ms),
    }


def work_body(figures: Work) -> dict:
    counts = {name: getattr(figures, name) for name in COUNTS}
    waited = {"mean_wait_seconds": in_seconds(figures.mean_wait_ms)}
    return counts | waited | {"overturn": share_body(figures.overturn)}


def machine_body(figures: Machine) -> dict:
    return {name: getattr(figures, name) for name in JUDGED} | {"precision": share_body(figures.precision)}


def statistics_body(account, asked: ReviewAsked) -> dict:
    narrowed = {"account": account, "period": asked.period, "services": asked.chosen}
    rows = work(**narrowed, queue=asked.queue)
    times = handling(**narrowed, queue=asked.queue)
    judged = machine(**narrowed) if asked.queue is None else []
    names = {queue.pk: queue.name for queue in asked.queues}
    codes = {service.pk: service.code for service in asked.services}
    first, last = asked.period.edges
    return {
        "account_uid": account.uid,
        "by": asked.period.by,
        "from": first,
        "to": last,
        "time_zone": account.time_zone,
        "total": work_body(in_all(rows, Work)),
        "handling": handling_body(times["all"]),
        "steps": [
            {"date": asked.period.step_named(on)} | work_body(figures)
            for on, figures in grouped(rows, "on", Work).items()
        ],
        "queues": [
            {"queue": queue_id, "name": names.get(queue_id, "")}
            | work_body(figures)
            | {"handling": handling_body(times.get(queue_id, Times()))}
            for queue_id, figures in grouped(rows, "queue_id", Work).items()
        ],
        "services": [
            {"service": codes.get(pk, "")} | machine_body(figures) | {"miss": share_body(figures.miss)}
            for pk, figures in sorted(grouped(judged, "service_id", Machine).items())
        ],
        "labels": [
            {
                "service": codes.get(row.service_id, ""),
                "label": row.label,
                "name": label_name(row.label) if row.label else "",
            }
            | machine_body(row.figures)
            for row in sorted(judged, key=lambda row: (row.service_id, row.label))
        ],
    }


EXAMPLE_SHARE = {"share": 0.05, "interval": [0.020, 0.118], "of": 80}
EXAMPLE_WORK = {
    "opened": 900, "decided": 870, "passed": 500, "blocked": 370, "late": 12, "rechecked": 80,
    "overturned": 4, "relabelled": 3, "expired": 30, "cancelled": 0, "mean_wait_seconds": 1260.5,
    "overturn": EXAMPLE_SHARE,
}  # fmt: skip
EXAMPLE_TIMES = {"measured": 870, "median_seconds": 6.2, "p90_seconds": 21.4}
EXAMPLE_MACHINE = {
    "flagged": 410, "confirmed": 340, "renamed": 12, "overruled": 58, "clean": 0, "missed": 0,
    "called_wrong": 3, "called_missed": 1,
    "precision": {"share": 0.858537, "interval": [0.821500, 0.888900], "of": 410},
}  # fmt: skip


class ReviewStatistics(OwnedAPIView):
    scopes = {"GET": "stats:read"}

    @extend_schema(
        operation_id="read_review_statistics",
        summary="Read what people did in review, and how the machine stood before them",
        description="Work counts on the day on which it was done; the machine on the day on which it judged. "
        "Without a range: the last 14 days.",
        responses=answers({200: ReviewStatisticsShape}, 400, 401, 403, 429),
        parameters=[
            OpenApiParameter("by", str, enum=["day", "month"], description="By day unless told otherwise."),
            OpenApiParameter("from", str, description="First day or month: 2026-11-01 or 2026-11."),
            OpenApiParameter(
                "to", str, description="Last day or month, included. Today unless told otherwise."
            ),
            OpenApiParameter("service", str, many=True, description="Code of a service; may be repeated."),
            OpenApiParameter(
                "queue", int, description="Of one review queue; what the machine did is not told by queue."
            ),
        ],
        examples=[
            OpenApiExample(
                "A day of one queue and one service",
                value={
                    "account_uid": "1000000000000001",
                    "by": "day",
                    "from": "2026-11-21",
                    "to": "2026-11-21",
                    "time_zone": "Asia/Shanghai",
                    "total": EXAMPLE_WORK,
                    "handling": EXAMPLE_TIMES,
                    "steps": [{"date": "2026-11-21"} | EXAMPLE_WORK],
                    "queues": [{"queue": 4, "name": "General"} | EXAMPLE_WORK | {"handling": EXAMPLE_TIMES}],
                    "services": [
                        {"service": "comment_detection"}
                        | EXAMPLE_MACHINE
                        | {"miss": {"share": None, "interval": None, "of": 0}}
                    ],
                    "labels": [
                        {"service": "comment_detection", "label": "pt_to_contact", "name": "Contact details"}
                        | EXAMPLE_MACHINE
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request):
        asked = read_review_asked(request.query_params, account=self.account, now=timezone.now())
        return Response(statistics_body(self.account, asked))
