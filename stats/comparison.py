"""Figures of a period beside those of the one before, by all that a page shows them by, in two reads."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, Func, IntegerField, Value

from config.accounts.models import Account
from stats.asked import Asked
from stats.covering import covering
from stats.facts import sums_of
from stats.models import SUMS, LabelSpan, UsageSpan
from stats.periods import Period
from stats.reads import SUMMED, Figures, zone_of

NONE = Figures()


# By which of its columns a row is summed: those whose bit is not set.
BY_STEP, BY_SERVICE, BY_SOURCE, BY_STEP_AND_SERVICE = 0b011, 0b101, 0b110, 0b001
SETS = {
    BY_STEP: "(step)",
    BY_SERVICE: "(is_now, service_id)",
    BY_SOURCE: "(is_now, source)",
    BY_STEP_AND_SERVICE: "(step, service_id)",
}
# What is filled in are names of our own columns, and a query of ours with its own values.
SUMS_BY = """
    SELECT GROUPING(step, service_id, source), step, is_now, service_id, source, {sums}
    FROM (SELECT *, step > %s AS is_now FROM ({rows}) AS one) AS found
    GROUP BY GROUPING SETS ({sets}) ORDER BY step, service_id, source
"""


@dataclass(slots=True)
class Side:
    """One of the two periods. By what nothing was called there is no entry."""

    by_step: dict[date, Figures] = field(default_factory=dict)
    by_service: dict[int, Figures] = field(default_factory=dict)
    by_source: dict[str, Figures] = field(default_factory=dict)
    # An hour that happens twice is twice there, so that no key can tell it.
    finely: list[tuple[date, int, Figures]] = field(default_factory=list)

    @property
    def whole(self) -> Figures:
        return sum(self.by_source.values(), NONE)

    def by_content_type(self, kinds: dict[int, str]) -> dict[str, Figures]:
        """By that of the service, as `kinds` tells."""
        found: dict[str, Figures] = {}
        for service_id, figures in self.by_service.items():
            found[kinds[service_id]] = found.get(kinds[service_id], NONE) + figures
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """An hour, a day or a month, and the one in the same place of the period before."""

    on: date
    figures: Figures
    on_before: date | None = None
    before: Figures | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    now: Side
    before: Side
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class LabelRow:
    label: str
    hits: int
    share: float
    share_before: float | None


def compare(*, account: Account, asked: Asked, now: datetime, finely: bool = False) -> Comparison:
    """Of a period that is not over only as much of the earlier one counts as has passed of itself.

    By service within each step only where it is wanted `finely`: these are most of what can be told.
    """
    zone = zone_of(account)
    starts_at, ends_at = asked.period.moments(zone)
    spans = covering(asked.period.first, ends_at, zone=zone, coarsest=asked.period.by)
    earlier, over_at = [], starts_at
    if asked.is_compared:
        over_at = passed_of_earlier(asked, zone, now)
        spans += covering(asked.earlier.first, over_at, zone=zone, coarsest=asked.period.by)
        earlier = asked.earlier.steps_in(zone)
    steps = earlier + asked.period.steps_in(zone)
    rows = UsageSpan.objects.owned_by(account).covering(spans).of_sources(asked.sources)
    rows = rows.of_services(asked.chosen).order_by()
    rows = rows.annotate(step=step_of([moment_of(on, zone) for on in steps]))
    this, before = sides_of(rows, steps, len(earlier), finely=finely)
    return Comparison(this, before, steps_of(asked, this, before, zone, over_at))


def sides_of(rows, steps: list[date], earlier: int, *, finely: bool) -> tuple[Side, Side]:
    """This period and the one before, in one statement."""
    this, before = Side(), Side()
    sets = [words for by, words in SETS.items() if finely or by != BY_STEP_AND_SERVICE]
    try:
        inner, values = (
            rows.signed(*SUMS).values("step", "service_id", "source", *SUMMED).query.sql_with_params()
        )
    except EmptyResultSet:
        return this, before
    sums = ", ".join(f"sum({name})::bigint" for name in SUMMED)
    with connection.cursor() as cursor:
        cursor.execute(SUMS_BY.format(sums=sums, rows=inner, sets=", ".join(sets)), [earlier, *values])
        for by, step, is_now, service_id, source, *summed in cursor:
            side = this if (step > earlier if is_now is None else is_now) else before
            figures = Figures(*summed)
            if by == BY_STEP:
                side.by_step[key_of(steps[step - 1])] = figures
            elif by == BY_SERVICE:
                side.by_service[service_id] = figures
            elif by == BY_SOURCE:
                side.by_source[source] = figures
            else:
                side.finely.append((steps[step - 1], service_id, figures))
    return this, before


def step_of(starts: list[datetime]) -> Func:
    """Which of the steps that begin at these moments a row belongs to, counted from 1.

    To look it up costs a fraction of what truncating every row by a clock does.
    """
    moments = Value(starts, output_field=ArrayField(DateTimeField()))
    return Func("at", moments, function="width_bucket", output_field=IntegerField())


def passed_of_earlier(asked: Asked, zone, now: datetime) -> datetime:
    """Until when the earlier period is comparable with what has passed of this one."""
    starts_at, ends_at = asked.period.moments(zone)
    begins_at, over_at = asked.earlier.moments(zone)
    return over_at if now >= ends_at else min(begins_at + (now - starts_at), over_at)


def steps_of(asked: Asked, this: Side, before: Side, zone, over_at: datetime) -> list[Step]:
    earlier = asked.earlier.steps_in(zone) if before.by_step else []
    steps = []
    for place, on in enumerate(asked.period.steps_in(zone)):
        then = earlier[place] if place < len(earlier) else None
        is_past = then is not None and moment_of(then, zone) < over_at
        steps.append(
            Step(
                on=on,
                figures=this.by_step.get(key_of(on), NONE),
                on_before=then,
                before=before.by_step.get(key_of(then), NONE) if is_past else None,
            )
        )
    return steps


def key_of(on: date) -> date:
    """Python takes two moments for one that its zone's clock shows alike."""
    return on.astimezone(UTC) if isinstance(on, datetime) else on


def moment_of(on: date, zone) -> datetime:
    return on if isinstance(on, datetime) else datetime(on.year, on.month, on.day, tzinfo=zone)


def label_rows(*, account: Account, asked: Asked) -> list[LabelRow]:
    """Labels by how often results carried them, the most frequent first; shares add up to 1."""
    found = hits_by_label(account, asked, asked.period)
    before = hits_by_label(account, asked, asked.earlier) if asked.is_compared else {}
    whole, whole_before = sum(found.values()), sum(before.values())
    return [
        LabelRow(label, hits, hits / whole, before.get(label, 0) / whole_before if whole_before else None)
        for label, hits in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]


def hits_by_label(account: Account, asked: Asked, period: Period) -> dict[str, int]:
    rows = sums_of(LabelSpan, account, period, asked.chosen, asked.sources).values("label").added_up("hits")
    return dict(rows.filter(all_hits__gt=0).values_list("label", "all_hits"))
