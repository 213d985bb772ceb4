"""Signature version 1.0 of calls by path: `Authorization: acs <key>:<signature>`."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures.proofs import Proof, is_same

SCHEME = "acs "
METHODS = {"": "sha1", "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}
SIGNED = ("accept", "content-md5", "content-type", "date")


def read(request: WireRequest) -> Proof:
    key_id, _colon, signature = request.header("authorization").removeprefix(SCHEME).partition(":")
    algorithm = METHODS.get(request.header("x-acs-signature-method").upper())
    if algorithm is None:
        raise Refusal("InvalidSignatureMethod", "x-acs-signature-method is HMAC-SHA1 or HMAC-SHA256.")
    require_body_signed(request)
    text = canonical(request)

    def holds(secret: str) -> bool:
        digest = hmac.digest(secret.encode(), text.encode(), algorithm)
        return is_same(base64.b64encode(digest).decode(), signature)

    return Proof(
        key_id=key_id,
        holds=holds,
        signed_at=read_date(request.header("date")),
        signed=text,
        # The clients of this scheme send none: then the date alone bounds how long a copy is good for.
        nonce=request.header("x-acs-signature-nonce"),
        security_token=request.header("x-acs-security-token"),
    )


def require_body_signed(request: WireRequest) -> None:
    told = request.header("content-md5")
    if not told and request.body:
        raise Refusal(
            "MissingContentMD5", "A body needs the header Content-MD5: without it nothing signs the body."
        )
    digest = base64.b64encode(hashlib.md5(request.body, usedforsecurity=False).digest()).decode()
    if told and not is_same(digest, told):
        raise Refusal("ContentMD5NotMatched", "The header Content-MD5 does not match the body.")


def canonical(request: WireRequest) -> str:
    lines = [request.method, *(request.header(name) for name in SIGNED)]
    own = sorted(name for name in request.header_names() if name.startswith("x-acs-"))
    query = "&".join(f"{name}={value}" if value else name for name, value in sorted(request.query))
    resource = f"{request.path}?{query}" if query else request.path
    return "\n".join([*lines, *(f"{name}:{request.header(name)}" for name in own), resource])


def read_date(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError) as error:
        raise Refusal("InvalidTimeStamp.Format", "The header Date is not a date of HTTP.") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
