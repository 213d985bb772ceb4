"""Keep the platform's programs running: start them, restart one that dies, stop them all."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from config.runtime.processes import ask_to_stop, kill_group, spawn

TICK = 0.2
STOP_SECONDS = 20
LIVED_LONG_ENOUGH = 30
FIRST_DELAY, LONGEST_DELAY = 0.5, 15
QUICK_DEATHS_TO_GIVE_UP = 8

log = structlog.get_logger("assay.supervisor")


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Running:
    program: Program
    process: subprocess.Popen | None = None
    started: float = 0.0
    start_at: float = 0.0
    quick_deaths: int = 0


class Supervisor:
    def __init__(self, programs: list[Program]):
        self.running = [Running(program) for program in programs]
        self.stopping = threading.Event()
        self.gave_up = False

    def add(self, program: Program) -> None:
        self.running.append(Running(program))

    def run(self, on_tick: Callable[[], None]) -> bool:
        """Until told to stop. Returns False if a program died so often that going on makes no sense."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            while not self.stopping.is_set():
                for one in list(self.running):
                    self.look_after(one, time.monotonic())
                on_tick()
                self.stopping.wait(TICK)
        finally:
            self.stop()
        return not self.gave_up

    def look_after(self, one: Running, now: float) -> None:
        if one.process is None:
            if now >= one.start_at:
                one.process = spawn(one.program.command, os.environ | one.program.environ)
                one.started = now
                log.info("started", program=one.program.name, pid=one.process.pid)
            return
        code = one.process.poll()
        if code is None:
            return
        kill_group(one.process)
        one.process = None
        one.quick_deaths = one.quick_deaths + 1 if now - one.started < LIVED_LONG_ENOUGH else 1
        if one.quick_deaths >= QUICK_DEATHS_TO_GIVE_UP:
            log.critical("keeps dying, so everything stops", program=one.program.name, code=code)
            self.gave_up = True
            self.stopping.set()
            return
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (one.quick_deaths - 1))
        one.start_at = now + delay
        log.error("died", program=one.program.name, code=code, restart_in_seconds=delay)

    def stop(self) -> None:
        alive = [one.process for one in self.running if one.process is not None]
        for process in alive:
            ask_to_stop(process)
        end = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("did not stop in time, so it is killed", pid=process.pid)
            kill_group(process)
