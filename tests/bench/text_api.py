"""Requests per second of the text API beside the bare DRF floor, on one server in one run.

    python -m tests.bench [--seconds 8] [--rounds 3] [--keywords 100000]

The floor is a DRF view with serializers in and out and one indexed read, behind the same middleware; the
second floor writes one row besides. Both are mounted by tests/bench/floor_urls.py on the same server. What
is compared is CPU time per request of the web process, which noise on the machine changes less than speed.
"""

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

LATIN = "the quick brown fox jumps over a lazy dog while people talk about food and travel in town "
MIXED = "今天天气很好我们一起去公园散步吧 the weather is fine today and we go for a walk 然后去吃饭喝茶聊天 "


def words(count: int) -> list[str]:
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    hanzi = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    made = set()
    while len(made) < count:
        latin = dice.random() < 0.5
        size = dice.randint(5, 12) if latin else dice.randint(3, 6)
        made.add("".join(dice.choice(letters if latin else hanzi) for _ in range(size)))
    return sorted(made)


def prepare(keywords: int) -> str:
    """An account with the keywords in 20 vocabularies, attached to the service; returns its token."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from config.accounts.operations.accounts import open_account
    from config.accounts.operations.keys import issue_key
    from libraries.operations.vocabularies import add_keywords, create_vocabulary
    from moderation.operations.services import publish_version

    call_command("migrate", verbosity=0)
    now = timezone.now()
    account = open_account(name="bench", actor=None, now=now)
    texts = words(keywords)
    ids = []
    for number in range(20):
        vocabulary = create_vocabulary(
            account=account, name=f"bench {number}", description="", actor=None, now=now
        )
        add_keywords(vocabulary=vocabulary, texts=texts[number::20], actor=None, now=now)
        ids.append(vocabulary.pk)
    service = account_service(account)
    rules = service.current_version.rules.with_label("customized", vocabularies=tuple(ids))
    publish_version(service=service, rules=rules, note="", actor=None, now=now, based_on=1)
    return issue_key(account=account, name="bench", actor=None, now=now, calls_per_minute=1_000_000_000).token


def account_service(account):
    from moderation.models import Service

    return (
        Service.objects.owned_by(account)
        .select_related("current_version", "account")
        .get(code="comment_detection")
    )


def serve(port: int) -> subprocess.Popen:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"ASSAY_LOG_LEVEL": "WARNING"})


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and all its descendants so far."""
    total, tick = 0.0, os.sysconf("SC_CLK_TCK")
    family, parents = {pid}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    grown = True
    while grown:
        more = {child for child, (parent, _ticks) in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    for member in family:
        total += parents.get(member, (0, 0))[1] / tick
    return total


def load(port: int, path: str, token: str, body: dict, seconds: float) -> int:
    """Keep-alive requests from this process, one after the other over two connections."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    ).encode() + raw
    with socket.create_connection(("127.0.0.1", port)) as client:
        done, ends = 0, time.monotonic() + seconds
        while time.monotonic() < ends:
            client.sendall(head)
            answer = read_answer(client)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(answer[:2000].decode(errors="replace"))
            done += 1
    return done


def read_answer(client) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _gap, body = data.partition(b"\r\n\r\n")
    length = int(
        next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")).split(b":")[
            1
        ]
    )
    while len(body) < length:
        body += client.recv(65536)
    return data


def wait_until_served(port: int) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keywords", type=int, default=100_000)
    asked = parser.parse_args()
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench", durable=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor_settings"
    token = prepare(asked.keywords)
    port = 8765
    server = serve(port)
    try:
        wait_until_served(port)
        report(server.pid, port, token, asked)
    finally:
        server.terminate()
        server.wait(20)


def report(pid: int, port: int, token: str, asked) -> None:
    text = "/api/v1/texts/moderations"
    cases = {}
    for size in (60, 600):
        content = (MIXED * 20)[:size]
        for name, path in (("floor", "/floor/read"), ("floor+row", "/floor/write"), ("text", text)):
            cases[f"{name} {size}"] = (path, {"service": "comment_detection", "content": content})
    for path, body in cases.values():
        load(port, path, token, body, 1.5)
    spent = {name: [0, 0.0, 0.0] for name in cases}
    for _round in range(asked.rounds):
        for name, (path, body) in cases.items():
            cpu, clock = cpu_seconds(pid), time.monotonic()
            done = load(port, path, token, body, asked.seconds / asked.rounds)
            spent[name][0] += done
            spent[name][1] += cpu_seconds(pid) - cpu
            spent[name][2] += time.monotonic() - clock
    print(f"{'case':<16}{'req/s':>9}{'CPU us/req':>12}{'share of floor':>16}{'of floor+row':>14}")
    for name, (done, cpu, clock) in spent.items():
        size = name.rpartition(" ")[2]
        each = cpu / done
        floor, row = (spent[f"{kind} {size}"] for kind in ("floor", "floor+row"))
        print(
            f"{name:<16}{done / clock:>9.0f}{each * 1e6:>12.0f}"
            f"{floor[1] / floor[0] / each:>15.0%}{row[1] / row[0] / each:>13.0%}"
        )


if __name__ == "__main__":
    main()
