"""CPU of a call through the gateway for the vendor's SDKs beside the same call of the REST API.

    python -m tests.bench.gateway_cost [--seconds 1.5] [--rounds 8] [--keywords 1000]

One server, one run: short turns of each kind of call after one another. What counts is the CPU time per call
of the web process and its workers, without the processes that hold engines and decode. The calls are
signed as the vendor's Python SDK signs them, before the clock starts, and each has its nonce.
"""

import argparse
import hashlib
import hmac
import json
import os
import socket
import statistics
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.text_api import MIXED, ROOT, prepare, read_answer, serve, wait_until_served

sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

PORT = 8767
AGENT = "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"


def cpu_of_web(pid: int) -> float:
    """Of the server and the processes that it started itself, and not of those that they have started."""
    total, tick = 0, os.sysconf("SC_CLK_TCK")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            total += int(fields[11]) + int(fields[12])
    return total / tick


def signed(action: str, form: dict, key_id: str, secret: str) -> bytes:
    """A request as the vendor's core sends it over the wire."""
    body = urlencode(form).encode()
    headers = {
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "host": f"127.0.0.1:{PORT}",
        "user-agent": AGENT,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": "2022-03-02",
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{lines}\n{names}\n{headers['x-acs-content-sha256']}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    )
    return raw("/", headers, body)


def native(path: str, body: dict, token: str) -> bytes:
    sent = json.dumps(body, ensure_ascii=False).encode()
    headers = {
        "host": f"127.0.0.1:{PORT}",
        "accept": "application/json",
        "user-agent": AGENT,
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
    }
    return raw(path, headers, sent)


def raw(path: str, headers: dict, body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body


class Calls:
    """The two ways to ask the same, for each kind of content."""

    def __init__(self, token: str, picture_url: str):
        from config.accounts.models import ApiKey
        from config.accounts.secrets import decrypt

        self.token, self.key_id = token, token.partition("_")[0]
        self.secret = decrypt(ApiKey.objects.get(prefix=self.key_id).signing_secret)
        self.picture_url = picture_url

    def text(self, content: str):
        return {"service": "comment_detection", "content": content}

    def cases(self) -> dict:
        cases = {}
        for size in (60, 600):
            content = (MIXED * 20)[:size]
            cases[f"text {size}"] = (
                lambda content=content: native("/api/v1/texts/moderations", self.text(content), self.token),
                lambda content=content: self.wire("TextModeration", "comment_detection", content=content),
            )
        service = "baselineCheck_global"
        url = self.picture_url
        cases["image"] = (
            lambda: native("/api/v1/images/moderations", {"service": service, "url": url}, self.token),
            lambda: self.wire("ImageModeration", service, imageUrl=url),
        )
        return cases

    def wire(self, action: str, service: str, **content) -> bytes:
        form = {"Service": service, "ServiceParameters": json.dumps(content, ensure_ascii=False)}
        return signed(action, form, self.key_id, self.secret)


def turn(pid: int, make, seconds: float, batch: int) -> tuple[float, int]:
    """CPU seconds and calls. Requests are made in batches while the clock stands still."""
    spent, done, ends = 0.0, 0, time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", PORT)) as client:
        while time.monotonic() < ends:
            requests = [make() for _number in range(batch)]
            before = cpu_of_web(pid)
            for request in requests:
                client.sendall(request)
                answer = read_answer(client)
                if not answer.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(answer[:2000].decode(errors="replace"))
            spent += cpu_of_web(pid) - before
            done += batch
    return spent, done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--keywords", type=int, default=1000)
    asked = parser.parse_args()
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench-wire", durable=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor_settings"
    os.environ |= {"ASSAY_OUTBOUND_HTTP": "1", "ASSAY_OUTBOUND_ALLOW": "127.0.0.0/8"}
    token = prepare(asked.keywords)
    from tests.pictures import encode, scene
    from tests.receivers import Reply, receiving

    picture = encode(scene(3, 640, 480), "JPEG", quality=85)
    with receiving(Reply(200, {"Content-Type": "image/jpeg"}, picture)) as place:
        cases = Calls(token, place.url).cases()
        server = serve(PORT)
        try:
            wait_until_served(PORT)
            report(server.pid, cases, asked)
        finally:
            server.terminate()
            server.wait(20)


def report(pid: int, cases: dict, asked) -> None:
    for ways in cases.values():
        for make in ways:
            turn(pid, make, 2, 5)
    for name, ways in cases.items():
        batch = 10 if name == "image" else 100
        each: tuple[list, list] = ([], [])
        for _round in range(asked.rounds):
            for way, make in enumerate(ways):
                each[way].append(turn(pid, make, asked.seconds, batch))
        api, wire = (sum(cpu for cpu, _n in turns) / sum(n for _cpu, n in turns) * 1e6 for turns in each)
        ratios = [
            (after[0] / after[1]) / (before[0] / before[1])
            for before, after in zip(*each, strict=True)
            if before[0]
        ]
        print(
            f"{name}: API {api:.0f} us, gateway {wire:.0f} us of CPU a call: {wire / api:.2f}x"
            f" (turns: median {statistics.median(ratios):.2f}x, {min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
