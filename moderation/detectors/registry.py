"""The engines of this installation: which there are, how they are, and how they are asked.

Engines that need weights or much memory, and all that others wrote, run in the engine workers: this process
knows only what they declare of themselves. The others are set up here when they are first wanted.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import structlog

from moderation.detectors import discovery
from moderation.detectors.base import Detector, DetectorSpec, EngineMissing
from moderation.detectors.file_engine import open_engine
from moderation.detectors.guard import (
    FAILURES_TO_OPEN,
    REST_SECONDS,
    GuardedDetector,
    Look,
    Looker,
    OwnAnswer,
    Sighting,
    WarmDetector,
)

__all__ = [
    "FAILURES_TO_OPEN",
    "REST_SECONDS",
    "EngineEntry",
    "EngineState",
    "GuardedDetector",
    "Look",
    "detectors_for",
    "entries",
    "forget",
    "hearing",
    "loaded",
    "look",
    "text_readers",
    "use_looker",
    "warm",
]

FILES = "file:"
AUDIO = "audio"

log = structlog.get_logger(__name__)


class EngineState(StrEnum):
    READY = "ready"
    MISSING = "missing"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """An engine as people see it. `spec` is None where not even that could be read.

    `origin` is the package that offers it, if it is not one of ours.
    """

    name: str
    spec: DetectorSpec | None
    state: EngineState
    note: object = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    found: discovery.Found
    guarded: GuardedDetector | None
    note: object = ""


def entries() -> list[EngineEntry]:
    return [entry_of(one) for one in known()]


def detectors_for(content_type: str) -> tuple[GuardedDetector, ...]:
    """The engines that are there for a kind of content, cheap before dear."""
    return tuple(found for found in detectors() if content_type in found.spec.content_types)


def text_readers() -> tuple[GuardedDetector, ...]:
    """Engines that find text in pictures or words in sounds, which goes on to the text engines."""
    return tuple(found for found in detectors() if found.spec.reads_text)


def warm() -> list[Detector]:
    """What the engine workers shall load, not yet set up."""
    return [found.detector for found in detectors() if found.is_warm and not hears(found)]


def hearing() -> list[Detector]:
    """The same for the workers that hear speech."""
    return [found.detector for found in detectors() if found.is_warm and hears(found)]


def hears(found: GuardedDetector) -> bool:
    return AUDIO in found.spec.content_types


def look(names: Iterable[str], content) -> dict[str, Look]:
    """What engines see in a text or a decoded picture, or hear in the samples of a sound.

    The warm ones are asked all at once.
    """
    wanted = set(names)
    chosen = [found for found in detectors_for(kind_of(content)) if found.spec.name in wanted]
    looks = {
        found.spec.name: found.look_at_frames(frames_of(content)) for found in chosen if not found.is_warm
    }
    warm_ones = [found for found in chosen if found.is_warm]
    looks |= {found.spec.name: Look([]) for found in warm_ones if not concerns(found.detector, content)}
    waiting = [found for found in warm_ones if found.spec.name not in looks]
    asked = {found.spec.name: found for found in waiting if found.breaker.lets_through()}
    answers = ask(list(asked), content) if asked else {}
    for found in chosen:
        name = found.spec.name
        if name in asked:
            looks[name] = found.taken(answers[name])
        looks.setdefault(name, Look([], failed=True))
    return looks


def kind_of(content) -> str:
    if isinstance(content, str):
        return "text"
    return AUDIO if getattr(content, "ndim", 0) == 1 else "image"


def concerns(detector: Detector, content) -> bool:
    """An engine may say by `concerns` what it has nothing to do with, so that it need not be asked."""
    ask_first = getattr(detector, "concerns", None)
    return ask_first is None or ask_first(content)


def frames_of(content) -> list:
    """A text, or the pixels of each frame of a picture; an array of pixels or samples stands for itself."""
    if hasattr(content, "frames"):
        return [content.pixels(frame) for frame in content.frames]
    return [content]


def use_looker(looker: Looker | None) -> Looker:
    """Where warm engines are asked. Without one they are loaded into this process. Returns the former one."""
    former = _looker[0]
    _looker[:] = [looker or look_here]
    return former


def ask(names: list[str], content):
    return _looker[0](names, content)


def look_here(names: list[str], content) -> dict[str, OwnAnswer]:
    return {name: looked_here(name, content) for name in names}


def looked_here(name: str, content) -> OwnAnswer:
    began = time.perf_counter()
    seen, error = [], ""
    try:
        engine = loaded(name)
        for number, one in enumerate(frames_of(content)):
            seen += [Sighting(number, hit) for hit in engine.inspect(one)]
    except Exception as problem:  # noqa: BLE001 - whatever an engine raises, the others still answer
        log.exception("engine_failed", engine=name)
        error = discovery.reason(problem)
    return OwnAnswer(seen, bool(error), error, (time.perf_counter() - began) * 1000)


_looker: list[Looker] = [look_here]


def brought(name: str) -> Detector | None:
    """An engine file by its reference, such as `file:cats@2`. Raises EngineMissing if it is not there."""
    return open_engine(name) if name.startswith(FILES) else None


@cache
def loaded(name: str) -> Detector:
    """An engine, set up in this process. Raises EngineMissing."""
    found = next((one for one in detectors() if one.spec.name == name), None)
    if found is None:
        engine = brought(name)
        if engine is None:
            raise EngineMissing(name)
        engine.setup()
        return engine
    if found.is_warm:
        found.detector.setup()
    return found.detector


@cache
def detectors() -> tuple[GuardedDetector, ...]:
    there = [one.guarded for one in known() if one.guarded is not None]
    return tuple(sorted(there, key=lambda found: found.spec.cost))


@cache
def known() -> tuple[Known, ...]:
    return tuple(guarded(found) for found in discovery.find())


def guarded(found: discovery.Found) -> Known:
    detector = found.detector
    if detector is None:
        return Known(found, None, found.note)
    if detector.spec.is_warm or found.origin:
        return Known(found, WarmDetector(detector, ask))
    try:
        detector.setup()
    except EngineMissing as error:
        return Known(found, None, error.args[0])
    except Exception as error:  # noqa: BLE001 - one engine that breaks may not break the others
        log.exception("engine_setup_failed", engine=found.name)
        return Known(found, None, discovery.reason(error))
    return Known(found, GuardedDetector(detector))


def entry_of(one: Known) -> EngineEntry:
    found = one.found
    if one.guarded is None:
        return EngineEntry(found.name, found.spec, EngineState.MISSING, one.note, found.origin)
    state = EngineState.RESTING if one.guarded.is_resting else EngineState.READY
    return EngineEntry(found.name, found.spec, state, "", found.origin)


def forget() -> None:
    """Read the settings anew: for tests that change them."""
    for kept in (known, detectors, loaded):
        kept.cache_clear()
