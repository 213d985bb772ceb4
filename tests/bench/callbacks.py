"""Callbacks per second that one delivery process sends to receivers on this machine.

    python tests/bench/callbacks.py [--callbacks 3000] [--endpoints 10]

The receiver is a process of its own that answers 200 at once. Speed is between the first callback and the
last; beside it stand the delivery process's CPU time per callback and the time from a commit to the receiver.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def receive(pipe) -> None:
    """Tells its port, then the time at which each callback came when it is asked for them."""

    async def serve():
        moments = []

        async def answer(reader, writer):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            writer.write(ANSWER)
            moments.append(time.time())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(moments)

    asyncio.run(serve())


def manage(*command: str, environ: dict) -> None:
    subprocess.run([sys.executable, *command], env=environ, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--callbacks", type=int, default=3000)
    parser.add_argument("--endpoints", type=int, default=10)
    options = parser.parse_args()
    server = os.environ.get("DATABASE_URL") or embedded.use(ROOT / "var" / "pg-test", durable=False)
    name = f"bench_{uuid.uuid4().hex[:12]}"
    place, question, rest = server.partition("?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            measure(options, f"{place.rpartition('/')[0]}/{name}{question}{rest}")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def measure(options, database: str) -> None:
    environ = os.environ | {
        "DATABASE_URL": database,
        "ASSAY_ENCRYPTION_KEYS": "b25seS1mb3ItbWVhc3VyaW5nLWNhbGxiYWNrcy0hISE=",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "ASSAY_OUTBOUND_HTTP": "1",
        "ASSAY_OUTBOUND_ALLOW": "127.0.0.0/8",
    }
    pipe, other = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=receive, args=[other], daemon=True)
    receiver.start()
    port = pipe.recv()
    manage("manage.py", "migrate", "--verbosity", "0", environ=environ)
    asked = {
        "action": "enqueue",
        "urls": [f"http://127.0.0.1:{port}/{number}" for number in range(options.endpoints)],
        "events": options.callbacks // options.endpoints,
    }
    subprocess.run(
        [sys.executable, "-m", "tests.live.prepare_callbacks", json.dumps(asked)],
        env=environ, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    manage("manage.py", "deliver", "--until-empty", environ=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipe.send("enough")
    moments = sorted(pipe.recv())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{len(moments)} callbacks to {options.endpoints} endpoints: "
        f"{(len(moments) - 1) / (moments[-1] - moments[0]):.0f}/s, "
        f"{1000 * cpu / len(moments):.1f} ms CPU each, start included; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
