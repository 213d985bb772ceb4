"""Shares and times of the work of people, told with how sure they are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.learning.measures import wilson
from review.queue_figures import FEWEST_RECHECKS
from stats.latencies import percentile_ms

# With fewer a share, or a median, says more about chance, or about one person's day, than about the work.
FEWEST = FEWEST_RECHECKS


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; a number only where there are enough."""

    part: int = 0
    of: int = 0

    @property
    def is_enough(self) -> bool:
        return self.of >= FEWEST

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval by Wilson."""
        return wilson(self.part, self.of) if self.is_enough else None

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds in which reviewers were indeed at a decision; no number where too few were measured."""

    n: int = 0
    median_ms: float | None = None
    p90_ms: float | None = None

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST


def times_of(buckets: Mapping[int, int]) -> Times:
    """Of decisions by bucket: exact to within the bucket, a fifth of the time."""
    n = sum(buckets.values())
    if n < FEWEST:
        return Times(n)
    # What is told in thousandths of the buckets' unit is wanted in the unit itself.
    return Times(n, *(1000 * percentile_ms(buckets, share) for share in (0.5, 0.9)))
