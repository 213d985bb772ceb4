"""How an engine does on this machine, in a process of its own: its self-test, its speed, its memory."""

import multiprocessing
import os
import statistics
import time
from dataclasses import asdict, dataclass, field

import django
import numpy
from PIL import Image, ImageDraw, ImageFont

from moderation.detectors import golden, golden_sound, registry
from moderation.detectors.base import DetectorSpec, EngineMissing
from moderation.workers.engine_room import memory_used

LOOKS = 5
SECONDS = 180.0
TEXT = "Add me on WeChat: abc_12345. Nice weather today, shall we all go to the park together? " * 3


@dataclass(frozen=True, slots=True)
class Measured:
    """`state`: healthy, unhealthy (the self-test failed), broken (it could not be loaded), or missing.

    `bytes` is what the process grew by, `milliseconds` the median of some looks, `seconds` what loading took.
    """

    name: str
    state: str
    note: str = ""
    milliseconds: float | None = None
    seconds: float | None = None
    bytes: int | None = None
    version: str = ""
    content_types: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    licence: str = ""
    weights_licence: str = ""
    weights: dict[str, str] = field(default_factory=dict)
    are_weights_verified: bool = False
    runs: str = ""
    origin: str = ""

    @property
    def is_installed(self) -> bool:
        return self.state != "missing"

    @property
    def is_well(self) -> bool:
        return self.state in ("healthy", "missing")

    def to_json(self) -> dict:
        return asdict(self)


def measure(entry: registry.EngineEntry) -> Measured:
    if entry.state is registry.EngineState.MISSING:
        return described(entry, state="missing", note=str(entry.note))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=measure_into, args=(theirs, entry.name), daemon=True)
    child.start()
    theirs.close()
    try:
        values = ours.recv() if ours.poll(SECONDS) else {"state": "broken", "note": "It took too long."}
    except EOFError:
        values = {"state": "broken", "note": "Its process ended."}
    finally:
        child.kill()
        child.join()
    return described(entry, **values)


def described(entry: registry.EngineEntry, **values) -> Measured:
    spec = entry.spec
    if spec is not None:
        values |= {
            "version": spec.version,
            "content_types": sorted(spec.content_types),
            "labels": [label.code for label in spec.labels],
            "languages": list(spec.languages),
            "licence": spec.licence,
            "weights_licence": spec.weights_licence,
            "weights": dict(spec.weights),
            "runs": place_of(spec, entry.origin),
        }
    return Measured(name=entry.name, origin=entry.origin, **values)


def place_of(spec: DetectorSpec, origin: str) -> str:
    place = "workers" if spec.is_warm or origin else "in place"
    return f"{place}, leaves the host" if spec.leaves_host else place


def measure_into(pipe, name: str) -> None:
    django.setup()
    pipe.send(measured_here(name))
    pipe.close()


def measured_here(name: str) -> dict:
    before, began = memory_used(os.getpid()), time.perf_counter()
    try:
        engine = registry.loaded(name)
    except EngineMissing as error:
        return {"state": "missing", "note": str(error.args[0])}
    except Exception as error:  # noqa: BLE001 - that it breaks is what is asked here
        return {"state": "broken", "note": f"{type(error).__name__}: {error}"}
    seconds = time.perf_counter() - began
    try:
        health = engine.health()
        times = [timed(engine, sample_for(engine.spec)) for _look in range(LOOKS)]
    except Exception as error:  # noqa: BLE001 - as above
        return {"state": "unhealthy", "note": f"{type(error).__name__}: {error}"}
    return {
        "state": "healthy" if health.is_ok else "unhealthy",
        "note": health.note,
        "milliseconds": round(statistics.median(times), 1),
        "seconds": round(seconds, 2),
        "bytes": max(0, memory_used(os.getpid()) - before),
        # Engines load no weights but pinned ones: a file that differs is no engine.
        "are_weights_verified": bool(engine.spec.weights),
    }


def timed(engine, content) -> float:
    began = time.perf_counter()
    engine.inspect(content)
    return (time.perf_counter() - began) * 1000


def sample_for(spec: DetectorSpec):
    if "text" in spec.content_types:
        return TEXT
    return golden_sound.sentence() if "audio" in spec.content_types else picture()


def picture() -> numpy.ndarray:
    """A picture of the common kind: 1024 x 768, a thing in it, and two lines of text."""
    canvas = Image.fromarray(golden.picture()).resize((1024, 768), Image.Resampling.BICUBIC)
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(36)
    for number, line in enumerate(("Summer sale: two for one", "Call 555 0100 or visit us")):
        draw.text((60, 560 + 60 * number), line, fill=(250, 250, 240), font=font)
    return numpy.asarray(canvas)
