"""Which of the frames that were met are kept. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.media.film.exchange import CUT, KEY, SECOND

RANK = {CUT: 0, KEY: 1, SECOND: 2}
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


def spread(found: list[Candidate], *, start_ms: int, stop_ms: int, most: int) -> list[Candidate]:
    """At most so many: the best of each equal part of the window, then the best of the rest."""
    if len(found) <= most:
        return found
    parts: dict[int, list[Candidate]] = {}
    for one in found:
        parts.setdefault((one.at_ms - start_ms) * most // max(1, stop_ms - start_ms), []).append(one)
    ranked = [sorted(part, key=lambda one: (RANK[one.kind], one.at_ms)) for part in parts.values()]
    chosen = [part[0] for part in ranked]
    rest = sorted((one for part in ranked for one in part[1:]), key=lambda one: (RANK[one.kind], one.at_ms))
    chosen += rest[: max(0, most - len(chosen))]
    return sorted(chosen[:most], key=lambda one: one.at_ms)
