"""Whether one receiver that never answers keeps others waiting: delays of 49 endpoints beside a black hole.

    python tests/bench/black_hole.py [--seconds 20] [--rate 100] [--endpoints 50]

The same flow of callbacks runs twice: once all endpoints answer, once the first takes each request and never
answers. The delay is from the commit of a callback to its receiver. One delivery process, default settings.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
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


def receive(pipe, has_hole: bool) -> None:
    """Tells its port, then of each callback which endpoint it came for, its number and when."""

    async def serve():
        came = []

        async def answer(reader, writer):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            length = next(line for line in lines if line.lower().startswith(b"content-length:"))
            body = await reader.readexactly(int(length.partition(b":")[2]))
            endpoint = int(lines[0].split()[1].rpartition(b"/")[2])
            if endpoint == 0 and has_hole:
                await asyncio.sleep(3600)
            sent = float(body.partition(b'"sent":')[2].split(b"}")[0].split(b",")[0])
            came.append((endpoint, time.time() - sent))
            writer.write(ANSWER)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(came)

    asyncio.run(serve())


ENQUEUE = """
import sys, time, django
django.setup()
from django.utils import timezone
from django.db import transaction
from config.accounts.operations.accounts import open_account
from moderation.callbacks.endpoints import create_endpoint
from moderation.callbacks.enqueue import enqueue_callback
port, endpoints, rate, seconds = map(int, sys.argv[1:])
now = timezone.now()
account = open_account(name="Hole", actor=None, now=now)
made = [create_endpoint(account=account, name=str(number), url=f"http://127.0.0.1:{port}/{number}",
                        events=["task.failed"], actor=None, now=now).endpoint for number in range(endpoints)]
print("ready", flush=True)
sys.stdin.readline()
began = time.time()
for number in range(rate * seconds):
    time.sleep(max(0, began + number / rate - time.time()))
    with transaction.atomic():
        enqueue_callback(account=account, service=None, event="review.decided", subject=f"result:{number}",
                         payload={"sent": time.time()}, also=[made[number % endpoints]], now=timezone.now())
"""


def measured(options, environ: dict, *, has_hole: bool) -> list[float]:
    """The others' delays in milliseconds."""
    pipe, other = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=receive, args=[other, has_hole], daemon=True)
    receiver.start()
    port = pipe.recv()
    numbers = [str(number) for number in (port, options.endpoints, options.rate, options.seconds)]
    writer = subprocess.Popen(
        [sys.executable, "-c", ENQUEUE, *numbers],
        env=environ, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    writer.stdout.readline()
    delivery = subprocess.Popen(
        [sys.executable, "manage.py", "deliver"], env=environ, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)  # for the delivery process to be there
        writer.communicate("go\n")
        time.sleep(3)
    finally:
        delivery.kill()
        delivery.wait()
    pipe.send("enough")
    came = pipe.recv()
    receiver.kill()
    delays = [1000 * delay for endpoint, delay in came if endpoint]
    expected = sum(1 for number in range(options.rate * options.seconds) if number % options.endpoints)
    assert len(delays) == expected, f"{len(delays)} of {expected} came"
    return delays


def p95(delays: list[float]) -> float:
    return statistics.quantiles(delays, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--endpoints", type=int, default=50)
    options = parser.parse_args()
    server = os.environ.get("DATABASE_URL") or embedded.use(ROOT / "var" / "pg-test", durable=False)
    place, question, rest = server.partition("?")
    told = {}
    with psycopg.connect(server, autocommit=True) as connection:
        for has_hole in (False, True):
            name = f"bench_{uuid.uuid4().hex[:12]}"
            connection.execute(f"CREATE DATABASE {name}")
            environ = os.environ | {
                "DATABASE_URL": f"{place.rpartition('/')[0]}/{name}{question}{rest}",
                "ASSAY_ENCRYPTION_KEYS": "b25seS1mb3ItbWVhc3VyaW5nLWNhbGxiYWNrcy0hISE=",
                "DJANGO_SETTINGS_MODULE": "config.settings_test",
                "ASSAY_OUTBOUND_HTTP": "1",
                "ASSAY_OUTBOUND_ALLOW": "127.0.0.0/8",
            }
            try:
                migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
                subprocess.run(migrate, env=environ, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
                told[has_hole] = measured(options, environ, has_hole=has_hole)
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    without, beside = told[False], told[True]
    print(
        f"{options.endpoints - 1} endpoints, {len(beside)} callbacks at {options.rate}/s: "
        f"p95 {p95(without):.0f} ms (median {statistics.median(without):.0f}) without, "
        f"{p95(beside):.0f} ms (median {statistics.median(beside):.0f}) beside a black hole: "
        f"ratio {p95(beside) / p95(without):.2f}; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
