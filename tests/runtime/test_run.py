"""`manage.py run`, whole: what it starts, what it restarts, and what it leaves behind."""

import contextlib
import os
import signal
import subprocess

import psutil
import pytest
import requests

from config import embedded
from config.runtime import programs
from tests.ground.live import LiveAssay, wait_until


@pytest.fixture(scope="module")
def platform(make_database):
    """A supervisor with everything under it, as `make run` starts it."""
    var = embedded.BASE / "var" / "live"
    var.mkdir(parents=True, exist_ok=True)
    platform = LiveAssay(make_database(), var)
    with platform.log_path.open("ab") as log:
        platform.supervisor = subprocess.Popen(
            [*programs.MANAGE, "run"], env=platform.env, stdout=log, stderr=log, process_group=0
        )
    wait_until(lambda: "Assay is ready" in platform.log(), "everything runs", platform.supervisor, 240)
    yield platform
    with contextlib.suppress(ProcessLookupError):
        os.killpg(platform.supervisor.pid, signal.SIGKILL)
    platform.supervisor.wait()


def child_of(platform, word: str) -> psutil.Process | None:
    for child in psutil.Process(platform.supervisor.pid).children():
        # The dead one is there as a zombie until the supervisor has looked.
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in child.cmdline():
                return child
    return None


def test_prints_the_credentials_and_where_the_console_is(platform):
    assert "API key" in platform.log()
    assert f"{platform.url}/console/" in platform.log()
    assert platform.get("/console/login/").status_code == 200


@pytest.mark.parametrize("word", ["config.wsgi:application", "look", "worker", "deliver"])
def test_restarts_what_dies(platform, word):
    before = wait_until(lambda: child_of(platform, word), f"{word} runs", platform.supervisor)
    family = before.children(recursive=True)
    before.kill()

    after = wait_until(lambda: child_of(platform, word), f"{word} is back", platform.supervisor)

    assert after.pid != before.pid
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    wait_until(lambda: platform.get("/readyz").ok, "the web answers", platform.supervisor)


def test_refuses_a_port_that_is_taken(platform):
    done = platform.manage("run")

    assert done.returncode == 1
    assert f"port {platform.port}" in done.stderr


def test_stops_everything_when_told_to(platform):
    family = psutil.Process(platform.supervisor.pid).children(recursive=True)
    assert len(family) >= 7

    platform.supervisor.terminate()

    assert platform.supervisor.wait(30) == 0
    _gone, alive = psutil.wait_procs(family, timeout=1)
    assert alive == []
    with pytest.raises(requests.ConnectionError):
        platform.get("/healthz")
