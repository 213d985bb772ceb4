"""Where percentiles of several services stand beside each other, on a scale of doublings. Pure geometry."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

EDGE = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Three marks on a line as long as the widest of all spans."""

    width: int
    middle: float
    most: float
    slowest: float


def spans(times: Iterable[tuple[float, float, float]], *, width: int = 150) -> list[Span]:
    """Of percentiles in milliseconds, each triple in rising order; equal distances are equal factors."""
    times = [tuple(map(scaled, one)) for one in times]
    least = min((one[0] for one in times), default=0)
    wide = max((one[2] for one in times), default=0) - least or 1
    room = width - 2 * EDGE
    return [Span(width, *(round(EDGE + (mark - least) / wide * room, 1) for mark in one)) for one in times]


def scaled(milliseconds: float) -> float:
    return log2(max(milliseconds, 0.001))
