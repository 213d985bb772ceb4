"""The warm engines as their users see them: what they saw, and how they are."""

import os
import time
from dataclasses import dataclass

import msgspec
import structlog

from moderation.media.decoding import Picture
from moderation.workers import client, pools
from moderation.workers.engine_room import memory_used
from moderation.workers.looks import EngineLook, Order, Wanted
from moderation.workers.places import PoolState

SECONDS = 30.0
ATTEMPTS = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """`state` is ready, missing or failed, `seconds` how long loading took, `bytes` the worker's memory."""

    engine: str
    state: str
    version: str
    seconds: float
    bytes: int
    note: str = ""


def look(
    names: list[str], content: Picture | str, *, seconds: float = SECONDS, pool: pools.Pool | None = None
) -> dict[str, EngineLook]:
    """What each engine saw in a text, or in all frames of a picture. Raises nothing: a failure is an answer.

    An engine that takes its worker with it has failed; the others are asked again, of the next worker.
    """
    pool = pool or pools.engines()
    until = time.monotonic() + seconds
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
    found: dict[str, EngineLook], names: list[str], content: Picture | str, pool: pools.Pool, until: float
) -> None:
    """Add answers as they come. Who was at work when the worker ended is found to have failed."""
    wanted = Wanted(seconds=max(0.001, until - time.monotonic()), engines=names)
    fds: tuple[int, ...] = ()
    if isinstance(content, str):
        wanted.text = content
    else:
        fds = (content.memory,)
        wanted.views = [(frame.offset, frame.height, frame.width) for frame in content.frames]
    # While it waits for a free worker the time runs, too.
    parts = client.ask(pool, wanted, fds, patience=until - time.monotonic())
    order: list[str] = []
    began = time.monotonic()
    try:
        order = msgspec.json.decode(next(parts), type=Order).engines
        for name in order:
            began = time.monotonic()
            found[name] = msgspec.json.decode(next(parts), type=EngineLook)
    except client.Lost as lost:
        culprit = next((name for name in order if name not in found), None)
        if culprit is None:
            raise
        took = round((time.monotonic() - began) * 1000, 3)
        log.error("engine_ended_its_worker", engine=culprit, why=str(lost), milliseconds=took)
        found[culprit] = EngineLook(
            culprit, failed=True, error="It crashed, hung, or used up the memory.", milliseconds=took
        )
    except StopIteration:
        raise client.Fault("The worker left out an answer.") from None


def status(pool: pools.Pool | None = None) -> list[EngineStatus]:
    """How the warm engines are; empty while no worker has loaded them. Answers at once: it asks no worker."""
    state = (pool or pools.engines()).place.read_state()
    worker = next((one for one in state.workers if one.is_ready), None) if state else None
    if worker is None:
        return []
    used = memory_used(worker.pid)
    return [
        EngineStatus(one.engine, one.state, one.version, one.seconds, used, one.note)
        for one in worker.engines
    ]


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
