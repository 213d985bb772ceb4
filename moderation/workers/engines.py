"""The warm engines as their users see them: what they saw, and how they are."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
import numpy
import structlog

from moderation.detectors import sentences
from moderation.detectors.base import EngineMissing
from moderation.media.decoding import Picture
from moderation.workers import client, memory, pools
from moderation.workers.engine_room import memory_used
from moderation.workers.looks import EngineLook, Order, Vectors, Wanted
from moderation.workers.places import PoolState

SECONDS = 30.0
# Recognisers take about as long as what they hear, and wait for each other.
SECONDS_OF_SOUND = 240.0
ATTEMPTS = 3
EMBED_SECONDS = 90.0
EMBED_AT_ONCE = 64

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """`state` is loading, ready, missing or failed; `seconds` it took; `bytes` are the worker's memory."""

    engine: str
    state: str
    version: str
    seconds: float
    bytes: int
    note: str = ""


def look(
    names: list[str],
    content: Picture | str | numpy.ndarray,
    *,
    seconds: float | None = None,
    pool: pools.Pool | None = None,
) -> dict[str, EngineLook]:
    """What each engine saw in a text, in all frames of a picture, or heard in a sound (its samples).

    Raises nothing: a failure is an answer.

    An engine that takes its worker with it has failed; the others are asked again, of the next worker.
    """
    is_sound = isinstance(content, numpy.ndarray)
    pool = pool or (pools.hearers() if is_sound else pools.engines())
    until = time.monotonic() + (seconds or (SECONDS_OF_SOUND if is_sound else SECONDS))
    found: dict[str, EngineLook] = {}
    waiting = list(dict.fromkeys(names))
    error = "There was no time left."
    for _attempt in range(ATTEMPTS):
        if not waiting or time.monotonic() >= until:
            break
        try:
            gather(found, waiting, content, pool, until)
        except pools.PoolUnavailable as problem:
            error = str(problem)
            break
        except (client.Lost, client.Fault, msgspec.DecodeError) as problem:
            error = f"{type(problem).__name__}: {problem}"
            log.error("engine_worker_lost", engines=waiting, error=error)
        waiting = [name for name in waiting if name not in found]
    return {name: found.get(name) or EngineLook(name, failed=True, error=error) for name in names}


def gather(
    found: dict[str, EngineLook],
    names: list[str],
    content: Picture | str | numpy.ndarray,
    pool: pools.Pool,
    until: float,
) -> None:
    """Add answers as they come. Who was at work when the worker ended is found to have failed."""
    wanted = Wanted(seconds=max(0.001, until - time.monotonic()), engines=names)
    with shared(content, wanted) as fds:
        # While it waits for a free worker the time runs, too.
        parts = client.ask(pool, wanted, fds, patience=until - time.monotonic(), until=until)
    order: list[str] = []
    began = time.monotonic()
    try:
        order = msgspec.json.decode(next(parts), type=Order).engines
        for name in order:
            began = time.monotonic()
            found[name] = msgspec.json.decode(next(parts), type=EngineLook)
    except client.Lost as lost:
        culprit = next((name for name in order if name not in found), None)
        if culprit is None or lost.is_late:
            raise
        took = round((time.monotonic() - began) * 1000, 3)
        log.error("engine_ended_its_worker", engine=culprit, why=str(lost), milliseconds=took)
        found[culprit] = EngineLook(
            culprit, failed=True, error="It crashed, hung, or used up the memory.", milliseconds=took
        )
    except StopIteration:
        raise client.Fault("The worker left out an answer.") from None


@contextmanager
def shared(content: Picture | str | numpy.ndarray, wanted: Wanted) -> Iterator[tuple[int, ...]]:
    """The content in `wanted`, or what of it travels as memory."""
    if isinstance(content, str):
        wanted.text = content
        yield ()
    elif isinstance(content, numpy.ndarray):
        wanted.samples = content.size
        fd = memory.allocate(max(1, content.nbytes), content=content.tobytes())
        try:
            memory.seal(fd)
            yield (fd,)
        finally:
            os.close(fd)
    else:
        wanted.views = [(frame.offset, frame.height, frame.width) for frame in content.frames]
        yield (content.memory,)


class EmbeddingFailed(Exception):
    """The encoder could not be asked, or its worker ended."""


def embed(texts: Sequence[str], *, pool: pools.Pool | None = None) -> numpy.ndarray:
    """Texts as vectors: a row of float16 each. Raises EngineMissing or EmbeddingFailed."""
    pool = pool or pools.engines()
    parts = [texts[start : start + EMBED_AT_ONCE] for start in range(0, len(texts), EMBED_AT_ONCE)]
    rows = [embedded([text[: sentences.LONGEST] for text in part], pool) for part in parts]
    return numpy.concatenate([numpy.empty((0, sentences.DIMENSIONS), numpy.float16), *rows])


def embedded(texts: list[str], pool: pools.Pool) -> numpy.ndarray:
    wanted = Wanted(seconds=EMBED_SECONDS, kind="embed", texts=texts)
    for is_last in (False, True):
        try:
            [body] = client.ask(pool, wanted, patience=EMBED_SECONDS)
            found = msgspec.json.decode(body, type=Vectors)
            break
        except client.Lost as lost:
            if is_last or not lost.was_quick:
                raise EmbeddingFailed(str(lost)) from lost
        except (pools.PoolUnavailable, client.Fault, msgspec.DecodeError) as error:
            raise EmbeddingFailed(str(error)) from error
    if found.missing:
        raise EngineMissing(found.missing)
    return numpy.frombuffer(found.numbers, numpy.float16).reshape(len(texts), sentences.DIMENSIONS)


def status(pool: pools.Pool | None = None) -> list[EngineStatus]:
    """How the warm engines are; empty while there is no worker. Answers at once, because it asks none."""
    state = (pool or pools.engines()).place.read_state()
    if state is None or not state.workers:
        return []
    worker = max(state.workers, key=lambda one: one.is_ready)
    used = memory_used(worker.pid)
    return [
        EngineStatus(one.engine, one.state, one.version, one.seconds, used, one.note)
        for one in worker.engines
    ]


def gaps() -> list[str]:
    """What the sandbox lacks on this machine; empty also while there is nothing in it."""
    states = [pool.place.read_state() for pool in (pools.decoders(), pools.films())]
    workers = [worker for state in states if state for worker in state.workers]
    found = [one.note for worker in workers for one in worker.engines if one.note]
    return sorted({name for note in found for name in note.split(", ")})


def missing(pool: pools.Pool | None = None) -> list[str]:
    """Engines that are named, and not installed."""
    return [one.engine for one in status(pool) if one.state == "missing"]


def alive(pool: pools.Pool | None = None) -> bool:
    """Whether a worker is there that has loaded them."""
    state: PoolState | None = (pool or pools.engines()).place.read_state()
    return state is not None and any(one.is_ready and is_running(one.pid) for one in state.workers)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
