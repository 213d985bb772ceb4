"""How much of the hard things a reviewer may see, as rules on numbers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite

# What counts as severe, and is blurred, where an account has said nothing.
SEVERE = frozenset({"pornographic", "terrorist"})
BLURRED = frozenset({"pornographic", "suggestive", "terrorist"})
# The name under which the sum of all that is severe is kept among the caps.
ALL_SEVERE = ""
# A report tells of seconds since the one before: no browser has more to tell than this.
LONGEST_REPORT = 600.0


@dataclass(frozen=True, slots=True)
class Budget:
    """A reviewer's day: seconds seen by detection type, how many they may, and whether to rest."""

    caps: dict[str, float] = field(default_factory=dict)
    used: dict[str, float] = field(default_factory=dict)
    capped: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    severe: frozenset[str] = SEVERE
    items: int = 0
    at_work_since: datetime | None = None
    break_due_at: datetime | None = None
    break_due: bool = False
    break_minutes: int = 0

    @property
    def severe_used(self) -> float:
        return sum_of_severe(self.used, self.severe)

    def left(self, group: str) -> float | None:
        """Seconds of a detection type that may still be seen today; None: as many as there are."""
        if group in self.capped:
            return 0.0
        ends = [
            cap - (self.severe_used if name == ALL_SEVERE else self.used.get(name, 0.0))
            for name, cap in self.caps.items()
            if name not in self.waived and (name == group or (name == ALL_SEVERE and group in self.severe))
        ]
        return max(0.0, min(ends)) if ends else None


def capped_by(
    *, caps: Mapping[str, float], used: Mapping[str, float], severe: Iterable[str], waived: Iterable[str] = ()
) -> frozenset[str]:
    """Detection types of which a reviewer has seen all that they may today."""
    waived, severe = frozenset(waived), frozenset(severe)
    over = {
        name
        for name, cap in caps.items()
        if name != ALL_SEVERE and name not in waived and used.get(name, 0.0) >= cap
    }
    if ALL_SEVERE in caps and ALL_SEVERE not in waived and sum_of_severe(used, severe) >= caps[ALL_SEVERE]:
        over |= severe
    return frozenset(over)


def sum_of_severe(used: Mapping[str, float], severe: Iterable[str]) -> float:
    return sum(used.get(group, 0.0) for group in severe)


def sane_seconds(value) -> float:
    """What a browser says it measured, within what can be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return 0.0
    return min(max(float(value), 0.0), LONGEST_REPORT)


def stretch_of_work(
    *, since: datetime | None, seen: datetime | None, now: datetime, rest: timedelta
) -> datetime:
    """Since when somebody works who looked at something just now: a pause as long as a rest starts anew."""
    if since is None or seen is None or now - seen >= rest:
        return now
    return since
