"""A worker: it takes one request at a time from the socket it shares with its siblings. Pure."""

import itertools
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import msgspec

from moderation.workers import wire
from moderation.workers.places import EngineState

REQUEST_SECONDS = 5.0
ANSWER_SECONDS = 5.0
LONGEST_TRACE = 4000
STOP = {signal.SIGTERM}


class Request(msgspec.Struct, kw_only=True):
    """What all requests say. `seconds` is how long the work may take; then the kernel ends the worker."""

    seconds: float


class Report(msgspec.Struct):
    """What a worker tells its host: that it is ready, and later that it would like to be replaced."""

    is_ready: bool = False
    wants_to_go: bool = False
    engines: list[EngineState] = []


class Handler(Protocol):
    """The work. One is made in each worker."""

    request: type[Request]
    lifetime: int  # requests, after which the worker is replaced
    is_confined: bool  # handles what strangers sent: the worker runs as a user without rights

    @staticmethod
    def prepare() -> None:
        """Load in the host what all workers share."""

    def setup(self) -> list[EngineState]:
        """Load what is needed; then give up what is not needed any more."""

    def handle(self, request, fds: list[int], emit: Callable[[bytes], None]) -> bytes:
        """Answer: `emit` sends a part ahead, what is returned is the last one."""


def serve(listener: socket.socket, handler: Handler, report: Callable[[Report], None]) -> None:
    """Until killed. SIGTERM waits for the end of a request, and is deadly between two."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    report(Report(is_ready=True, engines=handler.setup()))
    for served in itertools.count(1):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
        peer, _address = listener.accept()
        # Killed here, the asker sees that nobody took the request up, and asks again.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        with peer, suppress(OSError, wire.Broken):
            answer(peer, handler)
        if served == handler.lifetime:
            report(Report(wants_to_go=True))


def answer(peer: socket.socket, handler: Handler) -> None:
    what, body, fds = wire.receive(
        peer, until=time.monotonic() + REQUEST_SECONDS, longest=wire.LONGEST_REQUEST
    )

    def emit(part: bytes, what: bytes = wire.PART) -> None:
        try:
            wire.send(peer, what, part)
        except OSError as error:
            raise wire.Broken("Whoever asked has gone.") from error

    try:
        if what != wire.REQUEST:
            raise wire.Broken("This is no request.")
        wire.send(peer, wire.TAKEN)
        peer.settimeout(ANSWER_SECONDS)
        try:
            request = msgspec.json.decode(body, type=handler.request)
            end_after(request.seconds)
            emit(handler.handle(request, fds, emit), wire.LAST)
        except wire.Broken:
            raise
        except Exception:  # noqa: BLE001 - whatever the work raises, the worker goes on
            trace = traceback.format_exc()
            with suppress(OSError):
                sys.stderr.write(trace)
            emit(trace.encode()[-LONGEST_TRACE:], wire.FAULT)
    finally:
        end_after(0)
        for fd in fds:
            os.close(fd)


def end_after(seconds: float) -> None:
    """Have the kernel end this process then, whatever it is busy with; 0 takes the wish back.

    A signal that nobody handles: a thread of our own would wait for the interpreter's lock, which
    the code that hangs may hold.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
