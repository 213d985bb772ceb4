"""The worker that holds the warm engines: it loads them once, and has them look at what comes."""

import math
import mmap
import os
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy
import structlog

from moderation.detectors import registry
from moderation.detectors.base import Detector, EngineMissing
from moderation.detectors.sentences import SentenceEncoder
from moderation.workers import child, memory
from moderation.workers.looks import EngineLook, Order, Sighting, Vectors, Wanted
from moderation.workers.places import EngineState

# An engine that has used up its time is stopped between two frames, or after this much more with the worker.
HARD_SECONDS = 2.0
# After this an engine that loads will never have loaded.
LOADING_SECONDS = 300.0
EMBEDDING_SECONDS = 60.0
LOADING, READY, MISSING, FAILED = "loading", "ready", "missing", "failed"

log = structlog.get_logger(__name__)


class EngineRoom:
    """The handler of the pools of kind `engines` and `hear`.

    Each engine is loaded when it is first asked, or when nothing else is to be done: after a start, and after
    the death of a worker, those that load fast need not wait for those that take long.
    """

    request = Wanted
    # Loading takes seconds, so that these are not replaced as often as the decoders.
    lifetime = 5000
    is_confined = False

    def __init__(self, candidates: Callable[[], list[Detector]] | None = None):
        self.candidates = candidates or registry.warm
        self.waiting: dict[str, Detector] = {}
        self.ready: dict[str, Detector] = {}
        self.states: dict[str, EngineState] = {}

    @staticmethod
    def prepare() -> None:
        """Nothing: what engines load into memory they load with threads and handles of their own."""

    def setup(self) -> None:
        for detector in sorted(self.candidates(), key=lambda one: one.spec.cost):
            self.waiting[detector.spec.name] = detector
            self.states[detector.spec.name] = EngineState(detector.spec.name, LOADING, detector.spec.version)

    def load_more(self) -> bool:
        if not self.waiting:
            return False
        child.end_after(LOADING_SECONDS)
        self.load(next(iter(self.waiting)))
        child.end_after(0)
        return True

    def engines(self) -> list[EngineState]:
        return list(self.states.values())

    def load(self, name: str) -> None:
        detector = self.waiting.pop(name)
        self.states[name] = self.loaded(detector)
        if self.states[name].state == READY:
            self.ready[name] = detector

    def loaded(self, detector: Detector) -> EngineState:
        spec, began = detector.spec, time.monotonic()
        state, note = READY, ""
        try:
            detector.setup()
        except EngineMissing as error:
            state, note = MISSING, str(error)
        except Exception as error:  # noqa: BLE001 - whatever an engine raises, the others still work
            log.exception("engine_setup_failed", engine=spec.name)
            state, note = FAILED, f"{type(error).__name__}: {error}"
        return EngineState(spec.name, state, spec.version, round(time.monotonic() - began, 3), note)

    def handle(self, wanted: Wanted, fds: list[int], emit: Callable[[bytes], None]) -> bytes:
        if wanted.kind == "embed":
            return self.embedded(wanted.texts)
        until = time.monotonic() + wanted.seconds
        names = sorted(wanted.engines, key=self.place_of)
        emit(msgspec.json.encode(Order(names)))
        contents = contents_of(wanted, memory.mapped(fds[0]) if fds else None)
        for name in names:
            emit(encoded(self.looked(name, contents, until)))
        return b"{}"

    def place_of(self, name: str) -> tuple[bool, float]:
        """Those that are loaded first, and of them the cheap before the dear."""
        detector = self.ready.get(name) or self.waiting.get(name)
        return name in self.waiting, detector.spec.cost if detector else 0.0

    def looked(self, name: str, contents: list, until: float) -> EngineLook:
        if name not in self.states:
            self.bring(name)
        if name in self.waiting:
            # Not given up when the asker does: then it would never be loaded.
            child.end_after(LOADING_SECONDS)
            self.load(name)
        detector = self.ready.get(name)
        if detector is None:
            return self.not_ready(name)
        spec = detector.spec
        began = time.monotonic()
        seconds = max(0.0, min(spec.seconds, until - began))
        found: list[Sighting] = []
        error = ""
        child.end_after(seconds + HARD_SECONDS)
        try:
            for number, content in enumerate(contents):
                if time.monotonic() - began >= seconds:
                    error = f"Its time was up after {number} of {len(contents)} frames."
                    break
                found += [Sighting(number, hit) for hit in sane(detector.inspect(content))]
        except Exception as problem:  # noqa: BLE001 - whatever an engine raises, the others still answer
            log.exception("engine_failed", engine=name)
            error = f"{type(problem).__name__}: {problem}"[:500]
        finally:
            child.end_after(0)
        took = round((time.monotonic() - began) * 1000, 3)
        return EngineLook(name, spec.version, found, bool(error), False, error, took)

    def bring(self, name: str) -> None:
        """Files that admins bring are not known at the start: one is loaded when it is first asked for."""
        try:
            detector = registry.brought(name)
        except EngineMissing as error:
            self.states[name] = EngineState(name, MISSING, "", 0.0, str(error))
        else:
            if detector is not None:
                self.waiting[name] = detector

    def embedded(self, texts: list[str]) -> bytes:
        """The encoder is loaded when it is first asked for: most installations never do."""
        name = SentenceEncoder.spec.name
        if name not in self.states:
            self.waiting[name] = SentenceEncoder()
            child.end_after(LOADING_SECONDS)
            self.load(name)
        if name not in self.ready:
            return msgspec.json.encode(Vectors(missing=self.states[name].note))
        child.end_after(EMBEDDING_SECONDS)
        return msgspec.json.encode(Vectors(numbers=self.ready[name].embed(texts).tobytes()))

    def not_ready(self, name: str) -> EngineLook:
        state = self.states.get(name)
        if state is None:
            return EngineLook(
                name, failed=True, is_missing=True, error="There is no warm engine of this name."
            )
        is_missing = state.state == MISSING
        return EngineLook(name, state.version, [], True, is_missing, state.note)


def contents_of(wanted: Wanted, mapped: mmap.mmap | None) -> list:
    if mapped is None:
        return [wanted.text]
    if wanted.samples:
        return [memory.samples(mapped, wanted.samples)]
    return [memory.pixels(mapped, *view) for view in wanted.views]


class HearingRoom(EngineRoom):
    """The handler of the pool of kind `hear`: recognisers take as long as people speak, for them alone."""

    def __init__(self):
        super().__init__(registry.hearing)


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
