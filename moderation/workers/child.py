"""A worker: it takes one request at a time from the socket it shares with its siblings. Pure."""

import itertools
import os
import select
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

    def setup(self) -> None:
        """Load what is needed; then give up what is not needed any more."""

    def load_more(self) -> bool:
        """Load a part of what can wait until nobody asks for anything; False when all is loaded."""

    def engines(self) -> list[EngineState]:
        """What has become of each, for those who watch."""

    def handle(self, request, fds: list[int], emit: Callable[[bytes], None]) -> bytes:
        """Answer: `emit` sends a part ahead, what is returned is the last one."""


class Server:
    def __init__(self, listener: socket.socket, handler: Handler, report: Callable[[Report], None]):
        self.listener, self.handler, self.report = listener, handler, report
        self.is_ready = False
        self.said: Report | None = None

    def serve(self, *, is_urgent: bool) -> None:
        """Until killed. SIGTERM waits for the end of a request, and is deadly between two.

        Where it `is_urgent`, because nobody else is there, requests are taken before all is loaded.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        self.handler.setup()
        self.load(until_asked=is_urgent)
        for served in itertools.count(1):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
            peer, _address = self.listener.accept()
            # Killed here, the asker sees that nobody took the request up, and asks again.
            signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
            with peer, suppress(OSError, wire.Broken):
                answer(peer, self.handler)
            self.load(until_asked=True)
            self.tell(wants_to_go=served >= self.handler.lifetime)

    def load(self, *, until_asked: bool) -> None:
        """What is not loaded yet; `until_asked`, only as long as nobody waits."""
        while not self.is_ready:
            self.tell()
            if until_asked and select.select([self.listener], [], [], 0)[0]:
                return
            self.is_ready = not self.handler.load_more()
        self.tell()

    def tell(self, *, wants_to_go: bool = False) -> None:
        """The host, what it has not been told yet."""
        news = Report(is_ready=self.is_ready, wants_to_go=wants_to_go, engines=self.handler.engines())
        if news != self.said:
            self.report(news)
            self.said = news


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
