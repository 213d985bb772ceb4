"""Which of the frames that were met are kept. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.media.film.exchange import CUT, KEY, SECOND

RANK = {CUT: 0, KEY: 1, SECOND: 2}
WORTH = {CUT: 3.0, KEY: 1.5, SECOND: 1.0}
NEAR_MS = 250


@dataclass(frozen=True, slots=True)
class Candidate:
    at_ms: int
    kind: str
    look: Any
    shown: Any


def merged(met: Sequence[Candidate], *, every_ms: int, alike: Callable[[Any, Any], bool]) -> list[Candidate]:
    """By time, with one for each instant: the cut, else the key frame, of those that look alike."""
    near = min(NEAR_MS, every_ms // 2)
    kept: list[Candidate] = []
    for one in sorted(met, key=lambda one: (one.at_ms, RANK[one.kind])):
        last = kept[-1] if kept else None
        if last is None or one.at_ms - last.at_ms > near:
            kept.append(one)
        elif one.at_ms == last.at_ms or alike(one.look, last.look):
            if RANK[one.kind] < RANK[last.kind]:
                kept[-1] = one
        else:
            kept.append(one)
    return kept


def spread(found: list[Candidate], *, most: int) -> list[Candidate]:
    """At most so many: the first, and again and again what lies furthest from all that are chosen."""
    if len(found) <= most:
        return found
    chosen, rest = [found[0]], found[1:]
    gaps = [abs(one.at_ms - found[0].at_ms) for one in rest]
    while len(chosen) < most:
        best = max(range(len(rest)), key=lambda place: gaps[place] * WORTH[rest[place].kind])
        taken = rest[best]
        chosen.append(taken)
        gaps = [
            0 if place == best else min(gap, abs(one.at_ms - taken.at_ms))
            for place, (gap, one) in enumerate(zip(gaps, rest, strict=True))
        ]
    return sorted(chosen, key=lambda one: one.at_ms)
