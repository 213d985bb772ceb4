"""Local files on their way in: time, CPU and memory of the web process, whatever their size.

    python -m tests.bench.uploads [--megabytes 0.1 1 20 190] [--rounds 3]

Files are put as the vendor's clients put them, signed in version 1, from a socket on the same machine: once
with a length and once in chunks. Memory is the highest that the process had until then.
"""

import argparse
import base64
import hashlib
import hmac
import os
import socket
import statistics
import sys
import time
from email.utils import formatdate
from pathlib import Path

from tests.bench.text_api import ROOT, cpu_seconds, prepare, read_answer, serve, wait_until_served

sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

PORT = 8768
PIECE = 2**16
BUCKET = "assay-uploads"


def head(name: str, key_id: str, secret: str, length: int | None) -> bytes:
    date = formatdate(usegmt=True)
    text = f"PUT\n\napplication/octet-stream\n{date}\n/{BUCKET}/{name}"
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return (
        f"PUT /{BUCKET}/{name} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nDate: {date}\r\n{size}\r\n"
        f"Content-Type: application/octet-stream\r\nAuthorization: OSS {key_id}:{signature}\r\n\r\n"
    ).encode()


def put(client, name: str, length: int, who: tuple[str, str], *, chunked: bool) -> None:
    client.sendall(head(name, *who, None if chunked else length))
    piece = os.urandom(PIECE)
    left = length
    while left > 0:
        part = piece[:left]
        client.sendall(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        left -= len(part)
    if chunked:
        client.sendall(b"0\r\n\r\n")
    answer = read_answer(client)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(answer[:2000].decode(errors="replace"))


def highest_memory(pid: int) -> float:
    """MB of the server and of the processes that it started, the largest of them."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if str(pid) in (status.parent.name, facts["PPid"].strip()) and "VmHWM" in facts:
            found.append(int(facts["VmHWM"].split()[0]) / 1024)
    return max(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, nargs="+", default=[0.1, 1, 20, 190])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench-uploads", durable=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor_settings"
    token = prepare(1)
    from config.accounts.models import ApiKey
    from config.accounts.secrets import decrypt

    key_id = token.partition("_")[0]
    who = key_id, decrypt(ApiKey.objects.get(prefix=key_id).signing_secret)
    server = serve(PORT)
    try:
        wait_until_served(PORT)
        report(server.pid, who, asked)
    finally:
        server.terminate()
        server.wait(20)


def report(pid: int, who: tuple[str, str], asked) -> None:
    with socket.create_connection(("127.0.0.1", PORT)) as client:
        put(client, "first", 1000, who, chunked=False)
        print(f"before: {highest_memory(pid):.0f} MB")
        for megabytes in asked.megabytes:
            for chunked in (False, True):
                length, times, cpu = int(megabytes * 2**20), [], cpu_seconds(pid)
                for _round in range(asked.rounds):
                    began = time.perf_counter()
                    put(client, f"file of {megabytes}".replace(" ", "-"), length, who, chunked=chunked)
                    times.append(time.perf_counter() - began)
                spent = (cpu_seconds(pid) - cpu) / asked.rounds
                print(
                    f"{megabytes:g} MB{' in chunks' if chunked else ''}: {statistics.median(times):.3f} s,"
                    f" {spent:.3f} s of CPU, {highest_memory(pid):.0f} MB"
                )


if __name__ == "__main__":
    main()
