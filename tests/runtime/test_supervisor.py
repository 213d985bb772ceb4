import sys
import time

import psutil
import pytest

from config.runtime import supervisor as module
from config.runtime.supervisor import Program, Supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", "raise SystemExit(3)"]
IS_DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
HAS_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    " time.sleep(60)",
]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(module, "TICK", 0.02)
    monkeypatch.setattr(module, "STOP_SECONDS", 1)


@pytest.fixture
def supervise(quick, monkeypatch):
    """Run a supervisor over commands until `until(supervisor)` is true; signals stay the tests' own."""
    monkeypatch.setattr(module.signal, "signal", lambda *_: None)

    def run(*commands, until, seconds=10):
        supervisor = Supervisor([Program(f"program {n}", command) for n, command in enumerate(commands)])
        end = time.monotonic() + seconds

        def on_tick():
            if until(supervisor) or time.monotonic() > end:
                supervisor.stopping.set()

        return supervisor, supervisor.run(on_tick)

    return run


def pids(supervisor) -> list[int]:
    return [one.process.pid for one in supervisor.running if one.process]


def test_starts_all_and_stops_all(supervise):
    supervisor, went_well = supervise(SLEEPS, SLEEPS, until=lambda one: len(pids(one)) == 2)

    assert went_well
    assert not any(map(psutil.pid_exists, pids(supervisor)))


def test_gives_up_on_a_program_that_keeps_dying_and_stops_the_others(supervise):
    supervisor, went_well = supervise(DIES, SLEEPS, until=lambda one: False)

    assert not went_well
    assert supervisor.running[0].quick_deaths == module.QUICK_DEATHS_TO_GIVE_UP
    assert not any(map(psutil.pid_exists, pids(supervisor)))


def test_kills_what_does_not_listen(supervise, tmp_path):
    up = tmp_path / "up"

    supervisor, _ok = supervise([sys.executable, "-c", IS_DEAF, str(up)], until=lambda one: up.exists())

    assert up.exists()
    assert not any(map(psutil.pid_exists, pids(supervisor)))


def test_leaves_no_grandchildren(supervise):
    family = []

    def has_grandchild(one):
        family[:] = [child for pid in pids(one) for child in psutil.Process(pid).children()]
        return family

    supervise(HAS_CHILD, until=has_grandchild)

    _gone, alive = psutil.wait_procs(family, timeout=2)
    assert alive == []
