import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from config.runtime.processes import ask_to_stop, kill_group, spawn
from moderation.workers import pools
from moderation.workers.engine_room import EngineRoom
from moderation.workers.host import Host, Taken

RESTART_SECONDS = 1.0
STOP_SECONDS = 10.0


class Command(BaseCommand):
    help = "Host the workers that open pictures, films and sound, and those that hold the warm engines."
    # They would import all of the web, which nothing here needs.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--decoders", type=int, default=settings.ASSAY_DECODE_WORKERS, metavar="N")
        parser.add_argument("--films", type=int, default=settings.ASSAY_FILM_WORKERS, metavar="N")
        parser.add_argument("--engines", type=int, default=settings.ASSAY_ENGINE_WORKERS, metavar="N")
        parser.add_argument("--lifeline", type=int, default=-1, help="a pipe that closes when we shall end")

    def handle(self, *args, decoders, films, engines, lifeline, **options):
        if pools.ONE_THREAD.items() - os.environ.items():
            # Libraries read it when they are loaded, and some of them are by now.
            os.execve(sys.executable, sys.orig_argv, os.environ | pools.ONE_THREAD)  # noqa: S606
        connections.close_all()
        keeper = Keeper({pools.decoders(): decoders, pools.films(): films})
        if not engines:
            keeper.run()
        host = Host(pools.engines().place, engines, EngineRoom, lifeline=lifeline)
        try:
            # Whoever is served by a host that another process started for itself keeps it until that ends.
            host.run(wait=lifeline < 0, on_tick=keeper.look_after)
        except Taken:
            self.stdout.write("There is a host already.")
        finally:
            keeper.stop()


class Keeper:
    """Keeps the hosts running that open what strangers sent: programs of their own, which know no secrets."""

    def __init__(self, wanted: dict[pools.Pool, int]):
        self.kept = [Kept(pool, children) for pool, children in wanted.items() if children]

    def run(self) -> None:
        """Until told to stop, with nothing else to do."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            while self.kept:
                self.look_after()
                time.sleep(RESTART_SECONDS / 5)
        finally:
            self.stop()

    def look_after(self) -> None:
        for one in self.kept:
            one.look_after()

    def stop(self) -> None:
        for one in self.kept:
            one.ask_to_stop()
        for one in self.kept:
            one.stop()


class Kept:
    def __init__(self, pool: pools.Pool, children: int):
        self.command = [*pool.command, "--children", str(children), "--wait"]
        self.environ = pool.environ
        self.process: subprocess.Popen | None = None
        self.start_at = 0.0

    def look_after(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            kill_group(self.process)
            self.process = None
            self.start_at = time.monotonic() + RESTART_SECONDS
        if self.process is None and time.monotonic() >= self.start_at:
            self.process = spawn(self.command, self.environ)

    def ask_to_stop(self) -> None:
        if self.process is not None:
            ask_to_stop(self.process)

    def stop(self) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        kill_group(self.process)
