"""The worker that holds the warm engines: it loads them once, and has them look at what comes."""

import math
import os
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy
import structlog

from moderation.detectors import registry
from moderation.detectors.base import Detector, EngineMissing
from moderation.workers import child, memory
from moderation.workers.looks import EngineLook, Order, Sighting, Wanted
from moderation.workers.places import EngineState

# An engine that has used up its time is stopped between two frames, or after this much more with the worker.
HARD_SECONDS = 2.0

log = structlog.get_logger(__name__)


class EngineRoom:
    """The handler of the pool of kind `engines`."""

    request = Wanted
    # Loading takes seconds, so that these are not replaced as often as the decoders.
    lifetime = 5000
    is_confined = False

    def __init__(self, candidates: Callable[[], list[Detector]] | None = None):
        self.candidates = candidates or registry.warm
        self.ready: dict[str, Detector] = {}
        self.states: dict[str, EngineState] = {}

    @staticmethod
    def prepare() -> None:
        """Nothing: what engines load into memory they load with threads and handles of their own."""

    def setup(self) -> list[EngineState]:
        for detector in self.candidates():
            state = self.loaded(detector)
            self.states[state.engine] = state
            if state.state == "ready":
                self.ready[state.engine] = detector
        return list(self.states.values())

    def loaded(self, detector: Detector) -> EngineState:
        spec, began = detector.spec, time.monotonic()
        state, note = "ready", ""
        try:
            detector.setup()
        except EngineMissing as error:
            state, note = "missing", str(error)
        except Exception as error:  # noqa: BLE001 - whatever an engine raises, the others still work
            log.exception("engine_setup_failed", engine=spec.name)
            state, note = "failed", f"{type(error).__name__}: {error}"
        return EngineState(spec.name, state, spec.version, round(time.monotonic() - began, 3), note)

    def handle(self, wanted: Wanted, fds: list[int], emit: Callable[[bytes], None]) -> bytes:
        until = time.monotonic() + wanted.seconds
        names = sorted(
            wanted.engines, key=lambda name: self.ready[name].spec.cost if name in self.ready else 0
        )
        emit(msgspec.json.encode(Order(names)))
        mapped = memory.mapped(fds[0]) if fds else None
        contents = [memory.pixels(mapped, *view) for view in wanted.views] if mapped else [wanted.text]
        for name in names:
            emit(encoded(self.looked(name, contents, until)))
        return b"{}"

    def looked(self, name: str, contents: list, until: float) -> EngineLook:
        detector = self.ready.get(name)
        if detector is None:
            return self.not_ready(name)
        spec = detector.spec
        began = time.monotonic()
        seconds = min(spec.seconds, until - began)
        found: list[Sighting] = []
        error = ""
        if seconds > 0:
            child.end_after(min(seconds + HARD_SECONDS, max(0.001, until - began)))
        try:
            for number, content in enumerate(contents):
                if time.monotonic() - began >= seconds:
                    error = f"Its time was up after {number} of {len(contents)} frames."
                    break
                found += [Sighting(number, hit) for hit in sane(detector.inspect(content))]
        except Exception as problem:  # noqa: BLE001 - whatever an engine raises, the others still answer
            log.exception("engine_failed", engine=name)
            error = f"{type(problem).__name__}: {problem}"[:500]
        child.end_after(max(0.001, until - time.monotonic()))
        took = round((time.monotonic() - began) * 1000, 3)
        return EngineLook(name, spec.version, found, bool(error), False, error, took)

    def not_ready(self, name: str) -> EngineLook:
        state = self.states.get(name)
        if state is None:
            return EngineLook(
                name, failed=True, is_missing=True, error="There is no warm engine of this name."
            )
        is_missing = state.state == "missing"
        return EngineLook(name, state.version, [], True, is_missing, state.note)


def sane(hits: list) -> Iterator:
    for hit in hits:
        if not math.isfinite(hit.score):
            raise ValueError(f"The score of {hit.raw} is {hit.score}.")
        yield hit


def encoded(look: EngineLook) -> bytes:
    return msgspec.json.encode(look, enc_hook=plain_number)


def plain_number(value):
    """Engines hand on numbers as their libraries make them."""
    if isinstance(value, numpy.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no part of a hit.")


def memory_used(pid: int) -> int:
    """Bytes of a process that are in memory; 0 if it is gone, or the machine does not tell."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
