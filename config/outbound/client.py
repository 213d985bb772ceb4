"""One HTTP request to somebody else's server, pinned to a checked address and bounded in every way.

Never a redirect, a proxy from the environment, a cookie or a decompressed body. The deadline is wall time
for everything together: a server that drips one byte a second meets it as well as one that is silent.
"""

import ssl
import time
from dataclasses import dataclass

import h11

from config.outbound import failures
from config.outbound.connections import connect
from config.outbound.deadline import Deadline
from config.outbound.exchange import Received, Sink, exchange
from config.outbound.guard import Target, addresses_of, require_allowed_url
from config.outbound.names import Resolver, resolve_within, system_resolve

MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """`is_cut`: the body went on beyond what was asked for. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    address: str
    took_ms: int
    is_cut: bool
    length: int


def call(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    seconds: float,
    most_bytes: int = MOST_BYTES,
    resolve: Resolver = system_resolve,
    sink: Sink | None = None,
) -> Answer:
    """Send one request; read at most `most_bytes` of the answer. Never call this inside a transaction.

    A `sink` is given the body of a 200 piece by piece, and what it raises ends the call.
    Raises UrlInvalid, UrlForbidden, or an OutboundFailed that says what went wrong at which address.
    """
    started = time.monotonic()
    deadline = Deadline.within(seconds)
    target = require_allowed_url(url)
    request = request_for(method, target, body, headers or {})
    address = ""
    try:
        addresses = addresses_of(target, lambda host, port: resolve_within(resolve, host, port, deadline))
        connection, address = connect(target, addresses, deadline)
        with connection:
            received = exchange(
                connection, request, body, deadline=deadline, most_bytes=most_bytes, sink=sink
            )
    except (OSError, h11.RemoteProtocolError) as error:
        raise failure_of(error).at(getattr(error, "address", address)) from error
    return answer_of(received, address, started)


def request_for(method: str, target: Target, body: bytes, headers: dict[str, str]) -> h11.Request:
    sent = {
        "Host": target.authority,
        "User-Agent": "Assay",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **({"Content-Length": str(len(body))} if body or method not in ("GET", "HEAD") else {}),
        **headers,
    }
    return h11.Request(method=method, target=target.path, headers=list(sent.items()))


def failure_of(error: Exception) -> type[failures.OutboundFailed]:
    match error:
        case TimeoutError():
            return failures.UrlTimeout
        case ssl.SSLError():
            return failures.TlsFailed
        case ConnectionError():
            return failures.UrlRefused
        case h11.RemoteProtocolError():
            return failures.AnswerInvalid
    return failures.OutboundFailed


def answer_of(received: Received, address: str, started: float) -> Answer:
    took_ms = int((time.monotonic() - started) * 1000)
    body, length = bytes(received.body), received.length
    return Answer(received.status, received.headers, body, address, took_ms, received.is_cut, length)
