"""The real, served application on a database of its own; on demand its worker and its delivery."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid

import psycopg
import pytest
import requests
from psycopg import sql

from config import embedded
from config.runtime import programs
from config.runtime.processes import kill_group, spawn

START_SECONDS = 60
ASYNC_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"


class LiveAssay:
    """Programs are returned as processes: `kill` one without warning, `stop` it as a supervisor would."""

    def __init__(self, database_url: str, var):
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # What the browser's driver needs here would be wrong for a served installation.
        inherited = {name: value for name, value in os.environ.items() if name != ASYNC_UNSAFE}
        self.env = inherited | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ASSAY_VAR_DIR": str(var),
            "ASSAY_PUBLIC_URL": self.url,
            "ASSAY_LOG_LEVEL": "INFO",
            "ASSAY_LOG_FORMAT": "json",
            "PORT": str(self.port),
            # The receivers of callbacks run on this machine.
            "ASSAY_OUTBOUND_HTTP": "1",
            "ASSAY_OUTBOUND_ALLOW": "127.0.0.0/8",
        }
        self.log_path = var / f"live-{self.port}.log"
        self.processes: list[subprocess.Popen] = []

    def manage(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess:
        """Run a command to its end. Its exit code is for the caller to judge."""
        return subprocess.run(
            [*programs.MANAGE, *arguments],
            env=self.env | environ,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def script(self, module: str, **arguments) -> dict:
        """Run a module of the tests inside the served installation; it prints its answer as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, json.dumps(arguments)],
            env=self.env, cwd=embedded.BASE, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def prepare_thread(self, *, receiver_url: str) -> dict:
        return self.script("tests.live.prepare_thread", receiver_url=receiver_url)

    def prepare(self) -> None:
        done = self.manage("run", "--prepare")
        assert done.returncode == 0, done.stdout + done.stderr
        self.seeded = done.stdout

    def start_web(self) -> subprocess.Popen:
        metrics = self.log_path.with_suffix(".metrics")
        metrics.mkdir(exist_ok=True)
        process = self.start(programs.web(port=self.port, metrics=metrics))
        wait_until(lambda: self.get("/readyz").ok, "the web is ready", process)
        return process

    def start_worker(self) -> subprocess.Popen:
        return self.start(programs.worker())

    def start_delivery(self) -> subprocess.Popen:
        return self.start(programs.delivery())

    def start(self, program) -> subprocess.Popen:
        with self.log_path.open("ab") as log:
            process = spawn(program.command, self.env | program.environ, output=log)
        self.processes.append(process)
        return process

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.url + path, timeout=10, **options)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def kill(self, process: subprocess.Popen) -> None:
        """As the kernel does when memory runs out: no warning, and only this one process."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, process: subprocess.Popen) -> None:
        process.terminate()
        process.wait(30)

    def stop_all(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            kill_group(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(look, what: str, process: subprocess.Popen | None = None, seconds: float = START_SECONDS):
    """Ask again until there is an answer, and return it; a refused connection counts as not yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except requests.ConnectionError:
            pass
        assert process is None or process.poll() is None, f"The process ended before: {what}"
        time.sleep(0.1)
    raise AssertionError(f"Not within {seconds} s: {what}")


@pytest.fixture(scope="session")
def make_database():
    """Make empty databases on the tests' server; they are dropped at the end."""
    server = os.environ["DATABASE_URL"]
    made = []

    def make() -> str:
        name = f"live_{os.getpid()}_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        place, question, options = server.partition("?")
        return f"{place.rpartition('/')[0]}/{name}{question}{options}"

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def live_assay(make_database):
    var = embedded.BASE / "var" / "live"
    var.mkdir(parents=True, exist_ok=True)
    live = LiveAssay(make_database(), var)
    try:
        live.prepare()
        live.start_web()
        yield live
    finally:
        live.stop_all()
