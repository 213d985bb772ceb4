"""The pools there are, how their hosts are started, and how one connects to them."""

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from weakref import WeakSet

import structlog
from django.conf import settings

from config import embedded
from moderation.workers.places import Place

# More threads than one in a worker would only take the processor from its siblings.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
ONE_THREAD = dict.fromkeys(THREADS, "1")
# A picture's memory serves the next one: asking the kernel for it anew costs a twentieth of a decode.
KEEP_MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
}
# What of our environment the decoders' host is given: nothing that is secret.
HARMLESS = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")

# What opens files has hosts of its own.
LOOK = (sys.executable, str(embedded.BASE / "manage.py"), "look", "--decoders", "0", "--films", "0")

every: WeakSet["Pool"] = WeakSet()
log = structlog.get_logger(__name__)


class PoolUnavailable(Exception):
    """No worker could be reached in time."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Pool:
    """`command` starts a host; with a lifeline appended, one that ends when this process does."""

    place: Place
    command: list[str]
    environ: dict[str, str]
    starts_itself: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)
    # What this process started, with the ends of the lifelines that only its end will close.
    started: list[tuple[subprocess.Popen, int]] = field(default_factory=list)

    def __post_init__(self):
        every.add(self)

    def connect(self, until: float) -> socket.socket:
        """A connection to the host, which is started if there is none. Raises PoolUnavailable."""
        while True:
            peer = self.try_to_connect(until)
            if peer is not None:
                return peer
            if time.monotonic() >= until:
                raise PoolUnavailable(f"There are no workers of kind {self.place.kind}.")
            if self.starts_itself:
                try:
                    self.start(until)
                except OSError as error:
                    raise PoolUnavailable(f"No workers could be started: {error}") from error
            else:
                time.sleep(0.05)

    def try_to_connect(self, until: float) -> socket.socket | None:
        try:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        except OSError as error:
            raise PoolUnavailable(str(error)) from error  # out of descriptors
        try:
            peer.settimeout(max(0.001, until - time.monotonic()))
            peer.connect(str(self.place.socket))
        except BlockingIOError:
            peer.close()
            time.sleep(0.01)
            return None
        except OSError:
            peer.close()
            return None
        except BaseException:
            peer.close()
            raise
        return peer

    def start(self, until: float) -> None:
        """Make sure that a host lives: of all threads and processes that want one, one starts it."""
        if not self.lock.acquire(timeout=max(0.0, until - time.monotonic())):
            return
        try:
            self.place.prepare()
            with open(self.place.start_lock, "ab") as file:
                if not lock_until(file, until) or self.place.is_hosted():
                    time.sleep(0.01)  # somebody else's is about to listen
                    return
                self.spawn()
                while not self.place.is_listening() and self.is_starting() and time.monotonic() < until:
                    time.sleep(0.01)
        finally:
            self.lock.release()

    def spawn(self) -> None:
        """A host whose lifeline is a pipe that the kernel closes when this process ends, however it does.

        The wish to die with one's parent would not do: it is fulfilled when the parent's thread ends.
        """
        theirs, ours = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*self.command, "--lifeline", str(theirs)],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs],
                process_group=0,
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self.forget_ended()
        self.started.append((process, ours))
        log.info("workers_started", kind=self.place.kind, host=process.pid)

    def is_starting(self) -> bool:
        return bool(self.started) and self.started[-1][0].poll() is None

    def forget_ended(self) -> None:
        for process, end in list(self.started):
            if process.poll() is not None:
                os.close(end)
                self.started.remove((process, end))

    def forget_all(self) -> None:
        """In a forked process: its parent's hosts are not its own, nor are the locks of its threads."""
        self.lock = threading.Lock()
        for process, end in self.started:
            process.returncode = 0  # another's child: there is nothing to wait for
            os.close(end)
        self.started.clear()

    def stop(self) -> None:
        """End the host that this process started, if it did."""
        for process, end in self.started:
            os.close(end)
            process.terminate()
            process.wait()
        self.started.clear()


@cache
def decoders() -> Pool:
    return Pool(
        Place("decode", directory()),
        [
            *(sys.executable, "-P", "-m", "moderation.workers.host", "decode"),
            *("--handler", "moderation.media.decoder:Decoder", "--no-network"),
            *("--directory", str(directory()), "--children", str(settings.ASSAY_DECODE_WORKERS)),
        ],
        harmless(os.environ),
        starts_itself=settings.ASSAY_OWN_WORKERS,
    )


@cache
def films() -> Pool:
    return Pool(
        Place("film", directory()),
        [
            *(sys.executable, "-P", "-m", "moderation.workers.host", "film"),
            *("--handler", "moderation.media.film.worker:Film", "--no-network"),
            *("--directory", str(directory()), "--children", str(settings.ASSAY_FILM_WORKERS)),
        ],
        harmless(os.environ),
        starts_itself=settings.ASSAY_OWN_WORKERS,
    )


@cache
def engines() -> Pool:
    return Pool(
        Place("engines", directory()),
        [*LOOK, "--hearers", "0"],
        os.environ | ONE_THREAD,
        starts_itself=settings.ASSAY_OWN_WORKERS,
    )


@cache
def hearers() -> Pool:
    return Pool(
        Place("hear", directory()),
        [*LOOK, "--engines", "0"],
        os.environ | ONE_THREAD,
        starts_itself=settings.ASSAY_OWN_WORKERS,
    )


def directory() -> Path:
    return settings.ASSAY_VAR_DIR / "run"


def harmless(environ: Mapping[str, str]) -> dict[str, str]:
    """What a decoders' host is given: where to find our code, and nothing that is secret."""
    kept = {name: environ[name] for name in HARMLESS if name in environ}
    return kept | ONE_THREAD | KEEP_MEMORY | {"PYTHONPATH": str(embedded.BASE)}


def forget_in_child() -> None:
    for pool in every:
        pool.forget_all()


def lock_until(file, until: float) -> bool:
    while time.monotonic() < until:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


os.register_at_fork(after_in_child=forget_in_child)
