"""The forms in which a callback speaks. What it says is fixed when it is enqueued."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from moderation.callbacks import vod
from moderation.callbacks.secrets import seed_of
from moderation.callbacks.signing import checksum, signed_headers, vod_headers
from moderation.callbacks.vendor import translate
from moderation.models import Callback, CallbackEndpoint

Dialect = CallbackEndpoint.Dialect
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ACCEPTED = {
    Dialect.STANDARD.value: range(200, 300),
    Dialect.VENDOR.value: (200,),
    Dialect.VOD.value: (200,),
}


@dataclass(frozen=True, slots=True)
class Message:
    """`signed` is what of it depends on the secrets and the moment, to be looked at later."""

    body: bytes
    headers: dict[str, str]
    signed: dict[str, str]


def body_for(*, dialect: str, event: str, payload: dict, now: datetime) -> bytes:
    if dialect == Dialect.VENDOR:
        return msgspec.json.encode(translate(payload))
    if dialect == Dialect.VOD:
        return msgspec.json.encode(vod.translate(event=event, payload=payload, now=now))
    return msgspec.json.encode({"type": event, "timestamp": now.isoformat(), "data": payload})


def message_for(*, callback: Callback, uid: str, secrets: list[str], now: datetime) -> Message:
    """One attempt: the same content each time, with a fresh time and signature.

    `secrets` begins with the newest. The vendors' forms have room for one checksum: until a rotation's
    overlap ends it is made with the old seed, so that the receiver has that long to learn the new one.
    """
    body, content_type, sums, proof = bytes(callback.body), JSON, {}, {}
    if callback.dialect == Dialect.VENDOR:
        content, crypt = body.decode(), callback.endpoint.crypt
        seed = seed_of(endpoint=callback.endpoint, secret=secrets[-1])
        sums = {"checksum": checksum(uid=uid, seed=seed, content=content, crypt=crypt)}
        form = sums | {"content": content}
        body, content_type = urlencode(form).encode(), FORM
    if callback.dialect == Dialect.VOD:
        key = seed_of(endpoint=callback.endpoint, secret=secrets[-1])
        proof = vod_headers(url=callback.endpoint.url, key=key, now=now)
    signature = proof | signed_headers(secrets=secrets, event_id=callback.event_id, body=body, now=now)
    headers = {"Content-Type": content_type} | signature
    if callback.request_id:
        headers["X-Request-Id"] = callback.request_id
    return Message(body, headers, signature | sums)


def is_accepted(*, dialect: str, status: int) -> bool:
    return status in ACCEPTED[dialect]


def as_sent(callback: Callback, tried) -> tuple[dict[str, str], str]:
    """Headers and body of an attempt as they went out: its signature was kept, the rest never changes."""
    content = bytes(callback.body).decode("utf-8", "replace")
    signature = {name: value for name, value in tried.signed.items() if name != "checksum"}
    is_form = callback.dialect == Dialect.VENDOR
    headers = {"Content-Type": FORM if is_form else JSON} | signature
    if callback.request_id:
        headers["X-Request-Id"] = callback.request_id
    if is_form and "checksum" in tried.signed:
        content = urlencode({"checksum": tried.signed["checksum"], "content": content})
    return headers, content
