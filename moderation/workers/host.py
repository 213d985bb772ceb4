"""A host of workers: it binds the socket, forks workers that are ready at once, and replaces those that go.

As a program it knows nothing of Django, and what strangers' files are decoded in holds none of its secrets.
"""

import argparse
import fcntl
import logging
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import msgspec

from config.runtime.processes import die_with
from moderation.workers import sandbox
from moderation.workers.child import Handler, Report, Server
from moderation.workers.places import Place, PoolState, Worker

TICK = 0.5
LOCK_SECONDS = 3.0
STOP_SECONDS = 5.0
WAITING = 256  # connections that the kernel keeps while all workers are busy
LIVED_LONG_ENOUGH = 10.0
FIRST_DELAY, LONGEST_DELAY = 0.05, 5.0
LONGEST_REPORT = 2**16
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = logging.getLogger(__name__)


def void(*_) -> None:
    return None


def tell(reports: int, news: Report) -> None:
    os.write(reports, msgspec.json.encode(news) + b"\n")


class Taken(Exception):
    """Another host has this place."""


@dataclass(slots=True)
class Running:
    worker: Worker
    reports: int
    started: float
    said: bytearray = field(default_factory=bytearray)
    wants_to_go: bool = False
    is_told: bool = False


class Host:
    def __init__(self, place: Place, children: int, make: Callable[[], Handler], *, lifeline: int = -1):
        self.place, self.children, self.make, self.lifeline = place, children, make, lifeline
        self.running: dict[int, Running] = {}
        self.state = PoolState(host=os.getpid())
        self.quick_deaths = 0
        self.start_at = 0.0
        self.stopping = False

    def run(self, *, wait: bool = False, on_tick: Callable[[], None] = void) -> None:
        """Until told to stop. Raises Taken if there is another host, unless `wait` for its end is wished."""
        self.place.prepare()
        with open(self.place.host_lock, "ab") as self.lock:
            self.take(wait, on_tick)
            self.wake_up = os.pipe()
            for end in self.wake_up:
                os.set_blocking(end, False)
            signal.set_wakeup_fd(self.wake_up[1], warn_on_full_buffer=False)
            signal.signal(signal.SIGCHLD, lambda *_: None)
            for number in SIGNALS:
                signal.signal(number, self.stop)
            self.listener = self.bind()
            try:
                while not self.stopping:
                    self.look_after(time.monotonic())
                    on_tick()
                    self.listen_to_workers()
            finally:
                self.end()

    def stop(self, *_) -> None:
        self.stopping = True

    def take(self, wait: bool, on_tick: Callable[[], None]) -> None:
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                # Who only looks whether there is a host holds the lock for a moment.
                if not wait and time.monotonic() > end:
                    raise Taken from None
                if self.lifeline >= 0 and select.select([self.lifeline], [], [], 0)[0]:
                    raise Taken from None
                if wait:
                    on_tick()
                time.sleep(0.05)

    def bind(self) -> socket.socket:
        path = self.place.socket
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(WAITING)
        return listener

    def look_after(self, now: float) -> None:
        """Bury the dead, start what is missing, and let go whoever has a successor."""
        for pid in list(self.running):
            with suppress(ChildProcessError):
                if not os.waitpid(pid, os.WNOHANG)[0]:
                    continue
            self.bury(pid, now)
        leaving = [one for one in self.running.values() if one.wants_to_go]
        staying = len(self.running) - len(leaving)
        # One successor at a time: two sets of weights in memory are enough.
        while staying < self.children and now >= self.start_at and len(self.running) <= self.children:
            self.fork(now)
            staying += 1
        ready = sum(one.worker.is_ready and not one.wants_to_go for one in self.running.values())
        for one in leaving[: max(0, ready + len(leaving) - self.children)]:
            if not one.is_told:
                one.is_told = True
                os.kill(one.worker.pid, signal.SIGTERM)

    def bury(self, pid: int, now: float) -> None:
        gone = self.running.pop(pid)
        os.close(gone.reports)
        if gone.is_told:
            self.state.recycled += 1
        else:
            self.state.deaths += 1
            lived = gone.worker.is_ready and now - gone.started > LIVED_LONG_ENOUGH
            # A worker that dies of what it was given is replaced at once; one that cannot start, ever later.
            self.quick_deaths = 0 if lived or gone.worker.is_ready else self.quick_deaths + 1
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2**self.quick_deaths) if self.quick_deaths else 0.0
            self.start_at = now + delay
            log.warning("a worker of kind %s died: pid %s", self.place.kind, pid)
        self.write_state()

    def fork(self, now: float) -> None:
        mine, theirs = os.pipe()
        os.set_blocking(mine, False)
        parent = os.getpid()
        pid = os.fork()
        if pid:
            os.close(theirs)
            self.running[pid] = Running(Worker(pid), mine, now)
            return
        try:
            self.become_worker(parent, theirs, mine)
        except BaseException:  # noqa: BLE001 - nothing of the parent's code may run in here
            traceback.print_exc()
        finally:
            os._exit(1)

    def become_worker(self, parent: int, reports: int, other_end: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (*SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for fd in (*self.wake_up, other_end, *(one.reports for one in self.running.values())):
            os.close(fd)
        if self.lifeline >= 0:
            os.close(self.lifeline)
        self.lock.close()
        handler = self.make()
        sandbox.be_first_to_go()
        sandbox.no_core_dumps()
        if handler.is_confined:
            sandbox.become_nobody()
        die_with(parent)
        # Who comes to take another's place has the time to load all first.
        is_urgent = not any(one.worker.is_ready for one in self.running.values())
        server = Server(self.listener, handler, lambda news: tell(reports, news))
        server.serve(is_urgent=is_urgent)

    def listen_to_workers(self) -> None:
        by_fd = {one.reports: one for one in self.running.values()}
        ears = [self.wake_up[0], *by_fd] + ([self.lifeline] if self.lifeline >= 0 else [])
        soon = min(TICK, max(0.0, self.start_at - time.monotonic())) or TICK
        heard = select.select(ears, [], [], soon)[0]
        if self.lifeline in heard:
            self.stopping = True  # nobody ever writes to it: whoever held the other end is gone
        for fd in heard:
            if fd == self.wake_up[0]:
                with suppress(BlockingIOError):
                    os.read(fd, 4096)
            elif fd in by_fd:
                self.hear(by_fd[fd])

    def hear(self, one: Running) -> None:
        with suppress(BlockingIOError):
            one.said += os.read(one.reports, LONGEST_REPORT)
        try:
            while b"\n" in one.said:
                line, _newline, one.said = one.said.partition(b"\n")
                report = msgspec.json.decode(line, type=Report)
                one.worker.is_ready |= report.is_ready
                one.wants_to_go |= report.wants_to_go
                one.worker.engines = report.engines or one.worker.engines
                self.write_state()
            if len(one.said) > LONGEST_REPORT:
                raise msgspec.DecodeError("too long")
        except msgspec.DecodeError:
            os.kill(one.worker.pid, signal.SIGKILL)

    def write_state(self) -> None:
        self.state.workers = [one.worker for one in self.running.values()]
        with suppress(OSError):
            self.place.write_state(self.state)

    def end(self) -> None:
        self.place.socket.unlink(missing_ok=True)
        self.place.state.unlink(missing_ok=True)
        self.listener.close()
        for pid in self.running:
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while self.running:
            for pid in list(self.running):
                if time.monotonic() > end:
                    os.kill(pid, signal.SIGKILL)
                if os.waitpid(pid, os.WNOHANG)[0]:
                    del self.running[pid]
            time.sleep(0.02)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Host workers until told to stop.")
    parser.add_argument("kind")
    parser.add_argument("--handler", required=True, metavar="MODULE:CLASS")
    parser.add_argument("--directory", required=True, type=Path)
    parser.add_argument("--children", type=int, default=1)
    parser.add_argument("--lifeline", type=int, default=-1, help="a pipe that closes when we shall end")
    parser.add_argument("--wait", action="store_true", help="for the end of another host, if there is one")
    parser.add_argument("--no-network", action="store_true", help="leave the machine's networks, if allowed")
    options = parser.parse_args(arguments)
    if options.no_network:
        sandbox.leave_network()
    module, _colon, name = options.handler.partition(":")
    make = getattr(import_module(module), name)
    make.prepare()
    try:
        Host(Place(options.kind, options.directory), options.children, make, lifeline=options.lifeline).run(
            wait=options.wait
        )
    except Taken:
        log.info("there is a host of kind %s already", options.kind)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
