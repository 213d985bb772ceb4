"""Figures of a period beside those of the one before, by all that a page shows them by, in two reads."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, Func, IntegerField, Value

from config.accounts.models import Account
from stats.asked import Asked
from stats.covering import covering
from stats.facts import sums_of
from stats.models import LabelSpan, UsageSpan
from stats.periods import Period
from stats.reads import SUMMED, Figures, zone_of

NONE = Figures()


@dataclass(frozen=True, slots=True)
class Cell:
    """What came from one source to one service in one step; there is none where nothing was called."""

    on: date
    service_id: int
    source: str
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two periods."""

    cells: list[Cell]

    @property
    def whole(self) -> Figures:
        return self.by(lambda cell: None).get(None, NONE)

    def by(self, key: Callable[[Cell], Hashable]) -> dict:
        sums: dict[Hashable, list[int]] = {}
        for cell in self.cells:
            known = sums.get(name := key(cell))
            sums[name] = [*cell.sums] if known is None else [*map(int.__add__, known, cell.sums)]
        return {name: Figures(*found) for name, found in sums.items()}

    def by_step(self) -> dict[date, Figures]:
        return self.by(lambda cell: key_of(cell.on))

    def by_service(self) -> dict[int, Figures]:
        return self.by(lambda cell: cell.service_id)

    def by_source(self) -> dict[str, Figures]:
        return self.by(lambda cell: cell.source)


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


def compare(*, account: Account, asked: Asked, now: datetime) -> Comparison:
    """Of a period that is not over only as much of the earlier one counts as has passed of itself."""
    zone = zone_of(account)
    starts_at, ends_at = asked.period.moments(zone)
    spans = covering(asked.period.first, ends_at, zone=zone, coarsest=asked.period.by)
    steps, over_at = asked.period.steps_in(zone), starts_at
    if asked.is_compared:
        over_at = passed_of_earlier(asked, zone, now)
        spans += covering(asked.earlier.first, over_at, zone=zone, coarsest=asked.period.by)
        steps = asked.earlier.steps_in(zone) + steps
    rows = UsageSpan.objects.owned_by(account).covering(spans).of_sources(asked.sources)
    rows = rows.of_services(asked.chosen).order_by()
    rows = rows.annotate(step=step_of([moment_of(on, zone) for on in steps]))
    rows = rows.values("step", "service_id", "source").summed().order_by("step", "service_id", "source")
    cells = [
        Cell(steps[step - 1], service_id, source, tuple(sums))
        for step, service_id, source, *sums in rows.values_list("step", "service_id", "source", *SUMMED)
    ]
    this = Side([cell for cell in cells if moment_of(cell.on, zone) >= starts_at])
    before = Side([cell for cell in cells if moment_of(cell.on, zone) < starts_at])
    return Comparison(this, before, steps_of(asked, this, before, zone, over_at))


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
    earlier = asked.earlier.steps_in(zone) if before.cells else []
    figures, figures_before = this.by_step(), before.by_step()
    steps = []
    for place, on in enumerate(asked.period.steps_in(zone)):
        then = earlier[place] if place < len(earlier) else None
        is_past = then is not None and moment_of(then, zone) < over_at
        steps.append(
            Step(
                on=on,
                figures=figures.get(key_of(on), NONE),
                on_before=then,
                before=figures_before.get(key_of(then), NONE) if is_past else None,
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
