"""Bodies in chunks and of any size, against the served application, byte for byte."""

import json
import re
import socket

import pytest
import requests

from tests.ground.live import wait_until

PATH = "/api/v1/texts/moderations"
TEXT = "Add me on WeChat: abc_12345, free gifts"


@pytest.fixture(scope="module")
def token(live_assay) -> str:
    return re.search(r"API key +(\S+)", live_assay.seeded)[1]


@pytest.fixture
def wire(live_assay):
    with socket.create_connection(("127.0.0.1", live_assay.port), timeout=20) as connection:
        yield connection


def head(token: str, *lines: str) -> bytes:
    request = [
        f"POST {PATH} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        *lines,
        "",
        "",
    ]
    return "\r\n".join(request).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def answer(wire) -> tuple[int, dict]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += wire.recv(65536)
    start, _gap, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", start.lower())[1])
    while len(body) < length:
        body += wire.recv(65536)
    return int(start.split()[1]), json.loads(body)


def moderation(content: str = TEXT) -> bytes:
    return json.dumps({"service": "comment_detection", "content": content}).encode()


class TestChunkedBody:
    def test_is_read_whole(self, wire, token):
        body = moderation()
        wire.sendall(head(token, "Transfer-Encoding: chunked"))
        for start in range(0, len(body), 7):
            wire.sendall(chunk(body[start : start + 7]))
        wire.sendall(b"0\r\n\r\n")

        status, result = answer(wire)

        assert status == 200, result
        assert result["level"] in ("medium", "high")

    def test_says_the_same_as_one_of_known_length(self, wire, token):
        body = moderation()
        wire.sendall(head(token, f"Content-Length: {len(body)}") + body)
        plain_status, plain = answer(wire)
        wire.sendall(head(token, "Transfer-Encoding: chunked") + chunk(body) + b"0\r\n\r\n")
        chunked_status, chunked = answer(wire)

        assert (chunked_status, chunked["labels"]) == (plain_status, plain["labels"])

    def test_may_be_empty(self, wire, token):
        wire.sendall(head(token, "Transfer-Encoding: chunked") + b"0\r\n\r\n")

        status, _refusal = answer(wire)

        assert status == 400

    def test_is_refused_over_the_limit_in_the_shape_of_all_errors(self, wire, token, settings):
        wire.sendall(head(token, "Transfer-Encoding: chunked"))
        piece = chunk(b" " * 2**20)
        for _number in range(settings.ASSAY_MAX_BODY_BYTES // 2**20 + 1):
            wire.sendall(piece)

        status, refusal = answer(wire)

        assert (status, refusal["error"]["code"]) == (413, "too_large")
        assert len(refusal["request_id"]) == 36

    def test_that_breaks_off_harms_nobody_else(self, live_assay, wire, token):
        wire.sendall(head(token, "Transfer-Encoding: chunked") + chunk(moderation()[:10]))
        wire.close()

        assert wait_until(lambda: live_assay.get("/readyz").ok, "the web answers")


def test_a_declared_length_over_the_limit_is_refused_before_it_is_sent(wire, token, settings):
    wire.sendall(head(token, f"Content-Length: {settings.ASSAY_MAX_BODY_BYTES + 1}"))

    status, refusal = answer(wire)

    assert (status, refusal["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("size", [2**19, 3 * 2**20])
def test_a_refusal_before_the_body_was_read_costs_the_client_no_later_call(live_assay, token, size):
    client, body, answers = requests.Session(), b" " * size, []
    client.headers["Authorization"] = "Bearer no"
    for _number in range(40):
        refused = client.post(live_assay.url + PATH, data=body, timeout=20)
        answers.append((refused.status_code, client.get(f"{live_assay.url}/healthz", timeout=20).status_code))

    assert answers == [(401, 200)] * 40
