"""How a time is made of as few sums as possible. Pure.

Whole months where there are such; of a month that is not meant whole its days, or the month without the
others, whichever is fewer. What ends within a day is made of its hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from stats.periods import DAY, HOUR, MONTH, end_of_month, midnight, steps_between

# Counters that are not summed up yet, and what is not folded yet.
OPEN, TAIL = "open", "tail"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of a grain, added, or with a sign of -1 taken away."""

    grain: str
    starts_at: datetime
    ends_at: datetime
    sign: int = 1


def covering(first: date, ends_at: datetime, *, zone: ZoneInfo, coarsest: str) -> list[Span]:
    """From the beginning of a day to a moment."""
    starts_at = midnight(first, zone)
    if ends_at <= starts_at:
        return []
    spans = [Span(grain, starts_at, ends_at) for grain in (TAIL, OPEN)]
    if coarsest == HOUR:
        return [*spans, Span(HOUR, starts_at, ends_at)]
    after = ends_at.astimezone(zone).date()
    over_at = midnight(after, zone)
    if ends_at > over_at:
        spans.append(Span(HOUR, over_at, ends_at))
    if after > first:
        parts = months_and_days if coarsest == MONTH else days_alone
        spans += (
            Span(grain, midnight(one, zone), midnight(last + ONE_DAY, zone), sign)
            for grain, one, last, sign in parts(first, after - ONE_DAY)
        )
    return spans


def days_alone(first: date, last: date) -> Iterator[tuple[str, date, date, int]]:
    yield DAY, first, last, 1


def months_and_days(first: date, last: date) -> Iterator[tuple[str, date, date, int]]:
    """First and last day of each part, both included."""
    begun = None
    for month in steps_between(MONTH, first.replace(day=1), last):
        ends = end_of_month(month)
        one, other = max(first, month), min(last, ends)
        if 2 * (other - one + ONE_DAY) < ends - month + ONE_DAY:
            yield DAY, one, other, 1
            continue
        begun, whole = begun or month, ends
        if one > month:
            yield DAY, month, one - ONE_DAY, -1
        if other < ends:
            yield DAY, other + ONE_DAY, ends, -1
    if begun:
        yield MONTH, begun, whole, 1
