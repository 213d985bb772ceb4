"""What the page of review statistics shows."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.models import Account
from moderation.catalogue.names import label_name
from moderation.models import Service
from review.queue_figures import Figures as Live
from review.queue_figures import figures_of
from stats import wording
from stats.facts import zone_of
from stats.periods import DAY, MONTH, MONTHS_MOST, Period, end_of_month, latest_days, latest_months, midnight
from stats.reads import today_in
from stats.review_asked import ReviewAsked
from stats.review_measures import Times
from stats.review_reads import (
    Machine,
    MachineRow,
    Work,
    WorkRow,
    grouped,
    handling,
    in_all,
    machine,
    machine_by_step,
    machine_in_all,
    work,
    work_in_all,
)
from stats.review_trend import Step, Trend, trend

DAY_PRESETS, MONTH_PRESETS = (7, 14, 30, 60), (3, 6, 12)
MANY_LABELS = 100


def page_content(*, account: Account, asked: ReviewAsked, may_open: bool, now: datetime) -> dict:
    period, today = asked.period, today_in(account, now)
    narrowed = {"account": account, "services": asked.chosen}
    of_queue = narrowed | {"queue": asked.queue}
    rows = work(period=period, **of_queue)
    judged = machine(period=period, **narrowed)
    over, over_before = days_that_are_over(account, period, now)
    before = {"period": period.before(), "until": over_before}
    links = Links(asked, may_open)
    whole, whole_machine = in_all(rows, Work), in_all(judged, Machine)
    earlier = work_in_all(**before, **of_queue)
    comparable = work_in_all(period=period, until=over, **of_queue) if over else whole
    times = handling(period=period, **of_queue)
    steps = grouped(rows, "on", Work)
    judged_steps = machine_by_step(period=period, **narrowed)
    return {
        "asked": asked,
        "presets": presets(asked, today),
        "views": views(asked),
        "today_edge": today.isoformat() if period.by == DAY else f"{today:%Y-%m}",
        "days_most": settings.ASSAY_USAGE_DAYS_MOST,
        "months_most": MONTHS_MOST,
        "whole": whole,
        "before": earlier,
        "decided_change": wording.change(comparable.decided, earlier.decided),
        "opened_change": wording.change(comparable.opened, earlier.opened),
        "period_before": period.before().edges,
        "is_running": period.last >= today,
        "times": times["all"],
        "machine": whole_machine,
        "machine_before": machine_in_all(**before, **narrowed),
        "links": links.of_all(),
        "trend": trend_of(period, steps, links) if whole else None,
        "queues": queues_of(asked, rows, times, figures_of(account, now), links),
        "services": services_of(asked, judged, links),
        "labels": labels_of(judged, links),
        "steps": [
            (period.step_named(on), steps.get(on, Work()), judged_steps.get(on, Machine()), links.of_step(on))
            for on in reversed(period.steps)
            if on in steps or judged_steps.get(on)
        ],
        "query": asked.query(),
    }


def days_that_are_over(
    account: Account, period: Period, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Where to end this period and the one before, so that as many whole days are compared; or nowhere."""
    zone, today = zone_of(account), today_in(account, now)
    if period.last < today:
        return None, None
    days = today - period.first
    return midnight(today, zone), midnight(period.before().first + days, zone)


class Links:
    """Addresses of the items behind a figure; of a month, the page of its days."""

    def __init__(self, asked: ReviewAsked, may_open: bool):
        self.asked, self.may_open = asked, may_open
        self.page = reverse("admin:stats_review")
        self.items = reverse("admin:stats_review_items")

    def to_items(self, period: Period | None = None, **wanted) -> str:
        if not self.may_open:
            return ""
        period = period or self.asked.period
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        parts = days | {"service": self.asked.codes} | wanted
        asked = {name: value for name, value in parts.items() if value}
        return f"{self.items}?{urlencode(asked, doseq=True)}"

    def of_work(self, *, queue_id: int | None = None, period: Period | None = None) -> dict[str, str]:
        queue_id = queue_id or (self.asked.queue and self.asked.queue.pk)
        return {
            what: self.to_items(period, what=what, queue=queue_id)
            for what in ("decided", "passed", "blocked", "late", "rechecked", "overturned")
        }

    def of_machine(self, **wanted) -> dict[str, str]:
        asked = {
            "flagged": "confirmed,renamed,overruled",
            "right": "confirmed,renamed",
            "renamed": "renamed",
            "overruled": "overruled",
            "clean": "missed,passed",
            "missed": "missed",
        }
        return {name: self.to_items(machine=values, **wanted) for name, values in asked.items()}

    def of_all(self) -> dict[str, str]:
        return self.of_work() | self.of_machine()

    def of_step(self, on: date) -> dict[str, str]:
        if self.asked.period.by == MONTH:
            return {"step": f"{self.page}?{self.asked.of_period(Period(DAY, on, end_of_month(on)))}"}
        links = self.of_work(period=Period(DAY, on, on))
        return links | {"step": links["decided"]}


def presets(asked: ReviewAsked, today: date) -> list[tuple[str, str, bool]]:
    """Name, query and whether it is the one shown."""
    if asked.period.by == MONTH:
        offered = [
            (_("%(n)s months") % {"n": count}, latest_months(count, today=today)) for count in MONTH_PRESETS
        ]
    else:
        offered = [
            (_("%(n)s days") % {"n": count}, latest_days(count, today=today))
            for count in DAY_PRESETS
            if count <= settings.ASSAY_USAGE_DAYS_MOST
        ]
    return [(name, asked.of_period(period), period == asked.period) for name, period in offered]


def views(asked: ReviewAsked) -> list[tuple[str, str, bool]]:
    by = asked.period.by
    unbound = {"from": None, "to": None}
    return [
        (_("By day"), asked.query(by=DAY, **unbound), by == DAY),
        (_("By month"), asked.query(by=MONTH, **unbound), by == MONTH),
    ]


def trend_of(period: Period, steps: dict[date, Work], links: Links) -> Trend:
    shown = [step_of(period, on, steps.get(on, Work()), links) for on in period.steps]
    return trend(shown, spell=wording.count)


def step_of(period: Period, on: date, one: Work, links: Links) -> Step:
    return Step(
        name=f"{on:%Y-%m}" if period.by == MONTH else f"{on:%m-%d}",
        passed=one.passed,
        blocked=one.blocked,
        opened=one.opened,
        title=_("%(name)s. Came in: %(opened)s, passed: %(passed)s, blocked: %(blocked)s")
        % {
            "name": period.step_named(on),
            "opened": wording.count(one.opened),
            "passed": wording.count(one.passed),
            "blocked": wording.count(one.blocked),
        },
        link=links.of_step(on)["step"] if one.decided else "",
    )


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue as it is now, and what was done in it. `live` is None of one that is no more."""

    name: str
    live: Live | None
    figures: Work
    times: Times
    links: dict[str, str]
    query: str


def queues_of(asked: ReviewAsked, rows: list[WorkRow], times: dict, live: list[Live], links: Links):
    done = grouped(rows, "queue_id", Work)
    lines = [
        QueueLine(
            name=one.queue.name,
            live=one,
            figures=done.pop(one.queue.pk, Work()),
            times=times.get(one.queue.pk, Times()),
            links=links.of_work(queue_id=one.queue.pk),
            query=asked.query(queue=one.queue.pk),
        )
        for one in live
        if asked.queue is None or one.queue == asked.queue
    ]
    return lines + [
        QueueLine(_("Queue that was deleted"), None, figures, times.get(queue_id, Times()), {}, "")
        for queue_id, figures in done.items()
    ]


def services_of(asked: ReviewAsked, rows: list[MachineRow], links: Links) -> list[tuple]:
    """Service, its figures, and the links of both, the most looked at first."""
    by_id: dict[int, Service] = {service.pk: service for service in asked.services}
    found = grouped(rows, "service_id", Machine)
    return [
        (by_id[pk], figures, links.of_machine(service=by_id[pk].code), asked.query(service=by_id[pk].code))
        for pk, figures in sorted(found.items(), key=lambda one: (-looked_at(one[1]), one[0]))
        if pk in by_id
    ]


def labels_of(rows: list[MachineRow], links: Links) -> list[tuple]:
    """Code, name, figures and links of each label, the most looked at first; the rest are in the export."""
    found = grouped(rows, "label", Machine)
    found.pop("", None)
    ranked = sorted(found.items(), key=lambda one: (-looked_at(one[1]), one[0]))[:MANY_LABELS]
    return [
        (
            code,
            label_name(code),
            figures,
            links.of_machine(label=code) | {"missed": links.to_items(machine="missed", stands_as=code)},
        )
        for code, figures in ranked
    ]


def looked_at(figures: Machine) -> int:
    return figures.flagged + figures.missed + figures.called_wrong + figures.called_missed
