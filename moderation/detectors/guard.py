"""Between an engine and whoever asks it: a failure is an answer, and an engine that keeps failing rests."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from moderation.detectors.base import Detector, DetectorSpec, RawHit

FAILURES_TO_OPEN = 5
REST_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What an engine saw; `failed`: it could not look at all of it, which is not the same as nothing.

    `scores` holds the highest score of each raw label, also those under the label's floor, which are no hits.
    `frames` says for each hit in which frame of the picture it stands; empty where there is one content.
    """

    hits: list[RawHit]
    failed: bool = False
    note: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    frames: list[int] = field(default_factory=list)


class Answer(Protocol):
    """What the engine workers say of one engine: see moderation.workers.looks.EngineLook."""

    sightings: Sequence[Any]
    failed: bool
    error: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Sighting:
    frame: int
    hit: Any


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The answer of an engine that was loaded into this process."""

    sightings: list[Sighting]
    failed: bool
    error: str
    milliseconds: float


# Asks the engine workers what the engines of these names see in a text or a decoded picture.
Looker = Callable[[list[str], Any], Mapping[str, Answer]]


def looked(spec: DetectorSpec, seen: Sequence[tuple[int, RawHit]], *, failed=False, note="") -> Look:
    """An engine without labels sees no hits: what it gives is handed on as it is."""
    if not spec.labels:
        return Look([found for _frame, found in seen], failed, note)
    floors = {label.code: label.floor for label in spec.labels}
    scores: dict[str, float] = {}
    kept = []
    for frame, hit in seen:
        scores[hit.raw] = max(scores.get(hit.raw, 0.0), round(hit.score, 2))
        if hit.score >= floors.get(hit.raw, 0.0):
            kept.append((frame, hit))
    return Look([hit for _frame, hit in kept], failed, note, scores, [frame for frame, _hit in kept])


class Breaker:
    """Opens after some failures in a row. After a rest one attempt is let through, and decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.clock = clock
        self.failures = 0
        self.rests_until = 0.0
        self.lock = threading.Lock()

    @property
    def is_resting(self) -> bool:
        return self.failures >= FAILURES_TO_OPEN and self.clock() < self.rests_until

    def lets_through(self) -> bool:
        if self.failures < FAILURES_TO_OPEN:
            return True
        with self.lock:
            if self.is_resting:
                return False
            if self.failures >= FAILURES_TO_OPEN:
                self.rests_until = self.clock() + REST_SECONDS
            return True

    def failed(self) -> None:
        with self.lock:
            self.failures += 1
            self.rests_until = self.clock() + REST_SECONDS

    def succeeded(self) -> None:
        if self.failures:
            self.failures = 0


class GuardedDetector:
    """An engine in this process. It cannot be stopped while it looks: if that took too long, it has failed.

    An engine that may hang, or that others wrote, belongs in the engine workers, which are ended in time.
    """

    is_warm = False

    def __init__(self, detector: Detector, clock: Callable[[], float] = time.monotonic):
        self.detector = detector
        self.spec: DetectorSpec = detector.spec
        self.clock = clock
        self.breaker = Breaker(clock)

    @property
    def is_resting(self) -> bool:
        return self.breaker.is_resting

    @property
    def failures(self) -> int:
        return self.breaker.failures

    def look_at(self, content) -> Look:
        return self.look_at_frames([content])

    def look_at_frames(self, contents: Sequence) -> Look:
        if not self.breaker.lets_through():
            return Look([], failed=True)
        began = self.clock()
        seen: list[tuple[int, Any]] = []
        try:
            for number, content in enumerate(contents):
                seen += [(number, hit) for hit in self.detector.inspect(content)]
        except Exception as error:  # noqa: BLE001 - whatever an engine raises, the others still answer
            log.exception("engine_failed", engine=self.spec.name)
            self.breaker.failed()
            return looked(self.spec, seen, failed=True, note=type(error).__name__)
        if self.clock() - began > self.spec.seconds:
            log.error("engine_too_slow", engine=self.spec.name, seconds=round(self.clock() - began, 3))
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return looked(self.spec, seen)


class WarmDetector(GuardedDetector):
    """An engine that lives in the engine workers: not loaded here, and ended there when its time is up."""

    is_warm = True

    def __init__(self, detector: Detector, looker: Looker, clock: Callable[[], float] = time.monotonic):
        super().__init__(detector, clock)
        self.looker = looker

    def look_at(self, content) -> Look:
        if not self.breaker.lets_through():
            return Look([], failed=True)
        return self.taken(self.looker([self.spec.name], content)[self.spec.name])

    def look_at_frames(self, contents: Sequence) -> Look:
        raise TypeError("Engine workers are given the decoded picture, not its pixels.")

    def taken(self, answer: Answer) -> Look:
        """An answer of the workers. An engine that nobody could ask is not to blame for that."""
        if not answer.failed:
            self.breaker.succeeded()
        elif answer.milliseconds:
            self.breaker.failed()
        seen = [(sighting.frame, sighting.hit) for sighting in answer.sightings]
        return looked(self.spec, seen, failed=answer.failed, note=answer.error)
