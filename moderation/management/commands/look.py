import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from config.runtime.processes import ask_to_stop, kill_group, spawn
from moderation.detectors import registry
from moderation.workers import pools
from moderation.workers.engine_room import EngineRoom, HearingRoom
from moderation.workers.host import Host, Taken

RESTART_SECONDS = 1.0
STOP_SECONDS = 10.0


class Command(BaseCommand):
    help = "Host the workers that open pictures, films and sound, hold the warm engines, and hear speech."
    # They would import all of the web, which nothing here needs.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--decoders", type=int, default=settings.ASSAY_DECODE_WORKERS, metavar="N")
        parser.add_argument("--films", type=int, default=settings.ASSAY_FILM_WORKERS, metavar="N")
        parser.add_argument("--engines", type=int, default=settings.ASSAY_ENGINE_WORKERS, metavar="N")
        parser.add_argument("--hearers", type=int, default=settings.ASSAY_SPEECH_WORKERS, metavar="N")
        parser.add_argument("--lifeline", type=int, default=-1, help="a pipe that closes when we shall end")

    def handle(self, *args, decoders, films, engines, hearers, lifeline, **options):
        if pools.ONE_THREAD.items() - os.environ.items():
            # Libraries read it when they are loaded, and some of them are by now.
            os.execve(sys.executable, sys.orig_argv, os.environ | pools.ONE_THREAD)  # noqa: S606
        connections.close_all()
        if not registry.hearing():
            hearers = 0
        keeper = Keeper([Kept.opener(pools.decoders(), decoders), Kept.opener(pools.films(), films)])
        if engines:
            # A host is of one kind: the hearers' is a program of its own beside this one.
            keeper.kept.append(Kept.hearers(hearers))
            host = Host(pools.engines().place, engines, EngineRoom, lifeline=lifeline)
        elif hearers:
            host = Host(pools.hearers().place, hearers, HearingRoom, lifeline=lifeline)
        else:
            return keeper.run()
        try:
            # Whoever is served by a host that another process started for itself keeps it until that ends.
            host.run(wait=lifeline < 0, on_tick=keeper.look_after)
        except Taken:
            self.stdout.write("There is a host already.")
        finally:
            keeper.stop()


class Keeper:
    """Keeps other hosts running, as programs of their own."""

    def __init__(self, kept: list["Kept"]):
        self.kept = kept

    def run(self) -> None:
        """Until told to stop, with nothing else to do."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            while any(one.count for one in self.kept):
                self.look_after()
                time.sleep(RESTART_SECONDS / 5)
        finally:
            self.stop()

    def look_after(self) -> None:
        for one in self.kept:
            if one.count:
                one.look_after()

    def stop(self) -> None:
        for one in self.kept:
            one.ask_to_stop()
        for one in self.kept:
            one.stop()


class Kept:
    def __init__(self, command: list[str], environ: Mapping[str, str], count: int):
        self.command, self.environ, self.count = command, environ, count
        self.process: subprocess.Popen | None = None
        self.start_at = 0.0

    @classmethod
    def opener(cls, pool: pools.Pool, count: int) -> "Kept":
        """Of what strangers sent: it may know no secrets."""
        return cls([*pool.command, "--children", str(count), "--wait"], pool.environ, count)

    @classmethod
    def hearers(cls, count: int) -> "Kept":
        pool = pools.hearers()
        return cls([*pool.command, "--hearers", str(count)], pool.environ, count)

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
