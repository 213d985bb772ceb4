"""Shares and times of the work of people, told with how sure they are. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.learning.measures import wilson
from review.queue_figures import FEWEST_RECHECKS

# With fewer a share, or a median, says more about chance, or about one person's day, than about the work.
FEWEST = FEWEST_RECHECKS
BUCKETS_OF_AN_OCTAVE = 4


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


def times_of(buckets: Iterable[tuple[int, int]]) -> Times:
    """From rows of bucket and how many: exact to within the bucket, a fifth of the time."""
    rows = sorted((bucket, count) for bucket, count in buckets if count > 0)
    n = sum(count for _bucket, count in rows)
    if n < FEWEST:
        return Times(n)
    return Times(n, quantile(rows, n, 0.5), quantile(rows, n, 0.9))


def quantile(rows: list[tuple[int, int]], n: int, share: float) -> float:
    """As if the times of a bucket were spread evenly over its octave's quarter."""
    wanted, below = share * n, 0
    for bucket, count in rows:
        if below + count >= wanted:
            return 2 ** ((bucket + (wanted - below) / count) / BUCKETS_OF_AN_OCTAVE)
        below += count
    raise AssertionError("unreachable")
