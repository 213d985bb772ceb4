"""When invented content comes: more every month, less at night and on Sundays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

# The traffic of the hours of a day, in UTC, and of the days from Monday on.
HOURS = (34, 26, 22, 20, 22, 28, 38, 52, 66, 78, 86, 92, 95, 93, 88, 84, 84, 88, 94, 100, 98, 86, 66, 48)
WEEKDAYS = (100, 102, 104, 103, 106, 90, 82)
GROWTH = 1.5
LEAST_BATCH = 40_000


@dataclass(frozen=True, slots=True)
class Hour:
    """`count` results from number `first` on, spread over the seconds that the hour has."""

    starts_at: datetime
    seconds: float
    first: int
    count: int


def hours_of(*, results: int, days: int, now: datetime) -> list[Hour]:
    """So many results over the days before now, the oldest first."""
    starts = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=days)
    spans = []
    while starts < now:
        seconds = min(3600.0, (now - starts).total_seconds())
        age = (now - starts) / timedelta(days=days)
        weight = HOURS[starts.hour] * WEEKDAYS[starts.weekday()] * (1 + GROWTH * (1 - age)) * seconds
        spans.append((starts, seconds, weight))
        starts += timedelta(hours=1)
    whole, passed, first, hours = sum(weight for _at, _s, weight in spans), 0.0, 0, []
    for starts, seconds, weight in spans:
        passed += weight
        upto = round(results * passed / whole)
        if upto > first:
            hours.append(Hour(starts, seconds, first, upto - first))
            first = upto
    return hours


def batches(hours: list[Hour], least: int = LEAST_BATCH) -> Iterator[list[Hour]]:
    batch, held = [], 0
    for hour in hours:
        batch.append(hour)
        held += hour.count
        if held >= least:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
