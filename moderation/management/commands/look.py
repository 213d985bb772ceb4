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
    help = "Host the workers that decode pictures, hold the warm engines, and hear speech, until stopped."
    # They would import all of the web, which nothing here needs.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--decoders", type=int, default=settings.ASSAY_DECODE_WORKERS, metavar="N")
        parser.add_argument("--engines", type=int, default=settings.ASSAY_ENGINE_WORKERS, metavar="N")
        parser.add_argument("--hearers", type=int, default=settings.ASSAY_SPEECH_WORKERS, metavar="N")
        parser.add_argument("--lifeline", type=int, default=-1, help="a pipe that closes when we shall end")

    def handle(self, *args, decoders, engines, hearers, lifeline, **options):
        if pools.ONE_THREAD.items() - os.environ.items():
            # Libraries read it when they are loaded, and some of them are by now.
            os.execve(sys.executable, sys.orig_argv, os.environ | pools.ONE_THREAD)  # noqa: S606
        connections.close_all()
        if not registry.hearing():
            hearers = 0
        keepers = [Keeper.of_decoders(decoders)] if decoders else []
        if engines:
            # Hosts of one kind each: the hearers' is a program of its own beside this one.
            keepers += [Keeper.of_hearers(hearers)] if hearers else []
            host = Host(pools.engines().place, engines, EngineRoom, lifeline=lifeline)
        elif hearers:
            host = Host(pools.hearers().place, hearers, HearingRoom, lifeline=lifeline)
        else:
            return keep_running(keepers)
        try:
            # Whoever is served by a host that another process started for itself keeps it until that ends.
            host.run(wait=lifeline < 0, on_tick=lambda: look_after(keepers))
        except Taken:
            self.stdout.write("There is a host already.")
        finally:
            stop(keepers)


def keep_running(keepers: list["Keeper"]) -> None:
    """Until told to stop, with nothing else to do."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while keepers:
            look_after(keepers)
            time.sleep(RESTART_SECONDS / 5)
    finally:
        stop(keepers)


def look_after(keepers: list["Keeper"]) -> None:
    for keeper in keepers:
        keeper.look_after()


def stop(keepers: list["Keeper"]) -> None:
    for keeper in keepers:
        keeper.stop()


class Keeper:
    """Keeps another host running, as a program of its own."""

    def __init__(self, command: list[str], environ: Mapping[str, str]):
        self.command = command
        self.environ = environ
        self.process: subprocess.Popen | None = None
        self.start_at = 0.0

    @classmethod
    def of_decoders(cls, count: int) -> "Keeper":
        """It may know no secrets."""
        pool = pools.decoders()
        return cls([*pool.command, "--children", str(count), "--wait"], pool.environ)

    @classmethod
    def of_hearers(cls, count: int) -> "Keeper":
        pool = pools.hearers()
        return cls([*pool.command, "--hearers", str(count)], pool.environ)

    def look_after(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            kill_group(self.process)
            self.process = None
            self.start_at = time.monotonic() + RESTART_SECONDS
        if self.process is None and time.monotonic() >= self.start_at:
            self.process = spawn(self.command, self.environ)

    def stop(self) -> None:
        if self.process is None:
            return
        ask_to_stop(self.process)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        kill_group(self.process)
