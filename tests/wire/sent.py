"""Requests as the SDKs send them: caught before they leave, and handed to the application as a test likes."""

import io
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import requests
from aliyunsdkcore.vendored import requests as older_requests


@dataclass
class Sent:
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def environ(self) -> dict:
        place = urlsplit(self.target)
        rest = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in self.headers.items()
            if name not in ("content-type", "content-length")
        }
        return rest | {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": unquote(place.path, "latin-1"),
            "QUERY_STRING": place.query,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(self.body)),
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
        }


class Caught(Exception):
    pass


def catch(monkeypatch, call) -> Sent:
    """What `call` would have sent; nothing leaves."""
    caught = []

    def send(_session, request, **_options):
        caught.append(request)
        raise Caught

    for sessions in (requests.Session, older_requests.Session):
        monkeypatch.setattr(sessions, "send", send)
    try:
        call()
    except Exception:  # noqa: BLE001 - each SDK wraps what it did not expect in something of its own
        assert caught
    request = caught[0]
    place = urlsplit(request.url)
    body = request.body or b""
    headers = {name.lower(): str(value) for name, value in request.headers.items()} | {"host": place.netloc}
    return Sent(
        request.method,
        place.path + (f"?{place.query}" if place.query else ""),
        headers,
        body.encode() if isinstance(body, str) else body,
    )


def answered(application, sent: Sent) -> tuple[int, bytes]:
    begun = []
    parts = application(sent.environ, lambda status, headers, *_more: begun.append(status))
    try:
        content = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return int(begun[0].split()[0]), content
