"""The embedded server among processes that come, go and are killed. Each test has a server of its own."""

import os
import shutil
import signal
import subprocess
import sys
import uuid

import psycopg
import pytest

from config import embedded
from tests.ground.live import wait_until

USER = """
import sys
from pathlib import Path
from config import embedded
print(embedded.use(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


class Users:
    """Processes that use one embedded server."""

    def __init__(self, data):
        self.data = data
        self.alive = []

    def join(self) -> tuple[subprocess.Popen, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(self.data)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=embedded.BASE,
        )  # fmt: skip
        self.alive.append(process)
        return process, process.stdout.readline().strip()

    def leave(self, process) -> None:
        process.stdin.close()
        assert process.wait(30) == 0

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def is_served(self) -> bool:
        return embedded.answers(embedded.socket_directory(self.data))


@pytest.fixture
def users():
    directory = embedded.BASE / "var" / f"test-{uuid.uuid4().hex[:8]}"
    users = Users(directory / "pg")
    yield users
    for process in users.alive:
        process.kill()
        process.wait()
    embedded.stop(users.data)
    shutil.rmtree(directory)


def answer(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 42").fetchone()[0]


def test_serves_several_processes_until_the_last_one_leaves(users):
    first, url = users.join()
    second, same_url = users.join()

    assert url == same_url
    assert answer(url) == 42
    users.leave(first)
    assert answer(url) == 42
    users.leave(second)
    assert not users.is_served


def test_a_killed_user_disturbs_nobody_and_is_not_counted(users):
    killed, url = users.join()
    other, _url = users.join()
    killed.kill()
    killed.wait()

    assert answer(url) == 42
    users.leave(other)
    assert not users.is_served


def test_a_server_whose_only_user_was_killed_is_taken_over(users):
    killed, url = users.join()
    postmaster = users.postmaster()
    killed.kill()
    killed.wait()

    following, url = users.join()

    assert users.postmaster() == postmaster
    assert answer(url) == 42
    users.leave(following)
    assert not users.is_served


def test_starts_after_the_server_itself_was_killed(users):
    killed, url = users.join()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    killed.kill()
    killed.wait()
    postmaster = users.postmaster()
    os.kill(postmaster, signal.SIGKILL)
    wait_until(lambda: not users.is_served, "the server is gone")

    _following, url = users.join()

    assert users.postmaster() != postmaster
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_the_application_is_no_superuser(users):
    _user, url = users.join()

    with psycopg.connect(url) as connection:
        role, is_superuser = connection.execute(
            "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert (role, is_superuser) == ("assay", False)


class TestSecrets:
    def test_are_made_once_and_kept_from_others(self, tmp_path):
        path = tmp_path / "var" / "secrets.env"
        first, second = {}, {}
        embedded.load_secrets(first, path, make=True)
        embedded.load_secrets(second, path, make=True)

        assert first == second
        assert len(first["ASSAY_SECRET_KEY"]) >= 48
        assert path.stat().st_mode & 0o077 == 0

    def test_of_the_environment_come_first(self, tmp_path):
        path = tmp_path / "secrets.env"
        environ = {"ASSAY_SECRET_KEY": "mine"}
        embedded.load_secrets(environ, path, make=True)

        assert environ["ASSAY_SECRET_KEY"] == "mine"
        assert "ASSAY_SECRET_KEY" not in path.read_text()

    def test_are_not_made_where_a_database_was_given(self, tmp_path):
        environ = {"DATABASE_URL": "postgresql://db/assay", "ASSAY_VAR_DIR": str(tmp_path)}
        embedded.prepare(environ)

        assert "ASSAY_SECRET_KEY" not in environ
        assert list(tmp_path.iterdir()) == []


def test_a_long_path_gets_a_short_socket_directory(tmp_path):
    long = tmp_path / ("x" * 100) / "pg"

    assert len(os.fsencode(embedded.socket_directory(long))) < embedded.LONGEST_SOCKET_DIRECTORY
    assert embedded.socket_directory(long) == embedded.socket_directory(long)
