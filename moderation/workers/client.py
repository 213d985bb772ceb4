"""How a pool of workers is asked. A picture that kills a worker is an answer here, never an error of ours."""

import math
import os
import socket
import time
from collections.abc import Iterator

import msgspec

from moderation.workers import wire
from moderation.workers.child import Request
from moderation.workers.pools import Pool, PoolUnavailable

# Over what the worker is given: by then the kernel has ended it, or it is stuck in the kernel itself.
GRACE = 1.0
QUICK = 2.0


class Lost(Exception):
    """The worker ended, or went silent, after it had taken the request up."""

    def __init__(self, error: Exception, seconds: float):
        super().__init__(str(error) or type(error).__name__)
        self.seconds = seconds
        # It may be at work yet; there was no time to wait for it.
        self.is_late = isinstance(error, TimeoutError)

    @property
    def was_quick(self) -> bool:
        """So soon that it may have had another cause than the request."""
        return self.seconds < QUICK


class Fault(Exception):
    """The work raised an error that it did not expect; here is its traceback."""


def ask(
    pool: Pool, request: Request, fds: tuple[int, ...] = (), *, patience: float, until: float = math.inf
) -> Iterator[bytes]:
    """The parts of the answer as they come; returns as soon as a worker has begun.

    `patience` is how long to wait for one to be free, `until` the moment at which to give up in any case.
    Raises PoolUnavailable if none took the request up; while the parts come, Lost if the worker ended or
    did not answer in time, Fault if it failed.
    """
    peer = taken_up(pool, msgspec.json.encode(request), fds, time.monotonic() + patience)
    began = time.monotonic()
    return parts(peer, began, min(until, began + request.seconds) + GRACE)


def parts(peer: socket.socket, began: float, until: float) -> Iterator[bytes]:
    with peer:
        try:
            while True:
                what, part, strange = wire.receive(peer, until=until)
                if strange:
                    close_all(strange)
                    raise wire.Broken("A worker sends no descriptors.")
                if what == wire.FAULT:
                    raise Fault(part.decode(errors="replace"))
                yield part
                if what == wire.LAST:
                    return
        except (OSError, wire.Broken) as error:
            raise Lost(error, time.monotonic() - began) from error


def taken_up(pool: Pool, body: bytes, fds: tuple[int, ...], until: float) -> socket.socket:
    """A connection on which a worker has said that it has begun. Before that, asking again is harmless."""
    while True:
        peer = pool.connect(until)
        try:
            wire.send(peer, wire.REQUEST, body, fds)
            what, _body, strange = wire.receive(peer, until=until)
            close_all(strange)
            if what == wire.TAKEN:
                return peer
        except TimeoutError:
            peer.close()
            raise PoolUnavailable("All workers are busy.") from None
        except (OSError, wire.Broken):
            pass  # the worker or its host ended before it looked
        except BaseException:
            peer.close()
            raise
        peer.close()
        if time.monotonic() > until:
            raise PoolUnavailable("No worker took the request up.")
        time.sleep(0.005)


def close_all(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
