"""Percentiles of times that are known by the bucket. Pure.

The answer lies in the same bucket as the exact percentile, so it is off by a fifth at most, and by less where
a bucket holds many calls: within one, times are taken to be spread evenly over its logarithm.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stats.models.latency import BUCKETS_PER_OCTAVE


@dataclass(frozen=True, slots=True)
class Latency:
    """How long calls took: half of them no longer than `p50_ms`, and so on."""

    calls: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def latency_of(buckets: Mapping[int, int]) -> Latency | None:
    """Of calls by bucket; None where there are none."""
    calls = sum(buckets.values())
    if not calls:
        return None
    return Latency(calls, *(percentile_ms(buckets, share) for share in (0.5, 0.95, 0.99)))


def percentile_ms(buckets: Mapping[int, int], share: float) -> float:
    wanted, passed = share * sum(buckets.values()), 0
    for bucket, calls in sorted(buckets.items()):
        if passed + calls >= wanted:
            return 2 ** ((bucket + (wanted - passed) / calls) / BUCKETS_PER_OCTAVE) / 1000
        passed += calls
    raise ValueError("There are no calls.")
