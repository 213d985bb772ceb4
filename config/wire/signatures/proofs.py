"""What the schemes have in common."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from config.wire.refusals import Refusal

WINDOW = timedelta(minutes=15)
STAMP = "%Y-%m-%dT%H:%M:%SZ"
LONGEST_NONCE = 128


@dataclass(frozen=True, slots=True)
class Proof:
    """`holds` says whether a secret made the signature; `nonce` is empty where a scheme has none."""

    key_id: str
    holds: Callable[[str], bool]
    signed_at: datetime
    signed: str = ""
    nonce: str = ""
    security_token: str = ""


def percent(text: str) -> str:
    return quote(text, safe="-_.~")


def is_same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def hexdigest(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content).hexdigest()


def read_stamp(text: str) -> datetime:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(
            "InvalidTimeStamp.Format", "The time stamp is not of the form 2026-01-31T12:00:00Z."
        ) from error


def require_nonce(text: str) -> str:
    if not text:
        raise Refusal("MissingSignatureNonce", "A signature nonce is mandatory.")
    if len(text) > LONGEST_NONCE:
        raise Refusal("InvalidSignatureNonce", f"A signature nonce has at most {LONGEST_NONCE} characters.")
    return text
