"""How callbacks are signed, in the standard form and in the vendor's. Pure."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX, OWN_PREFIX = "whsec_", "own_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(*, secrets: list[str], event_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Headers of Standard Webhooks: one signature per live secret, so that a rotation breaks nobody."""
    moment = int(now.timestamp())
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(signature(secret, event_id, moment, body) for secret in secrets),
    }


def signature(secret: str, event_id: str, moment: int, body: bytes) -> str:
    signed = b"%s.%d.%s" % (event_id.encode(), moment, body)
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()


def key_of(secret: str) -> bytes:
    """Coded secrets say so by how they begin; a seed that a client chose is its own key."""
    for prefix in (PREFIX, OWN_PREFIX):
        if secret.startswith(prefix):
            return base64.b64decode(secret.removeprefix(prefix))
    return secret.encode()


def checksum(*, uid: str, seed: str, content: str, crypt: str) -> str:
    """The vendor's: a plain hash, by SHA-256 or SM3, in lower-case hexadecimal."""
    return hashlib.new(crypt, (uid + seed + content).encode()).hexdigest()


def vod_headers(*, url: str, key: str, now: datetime) -> dict[str, str]:
    """Those of a service for video on demand: they prove who sends and when, and nothing of the body."""
    moment = str(int(now.timestamp()))
    proof = hashlib.md5(f"{url}|{moment}|{key}".encode(), usedforsecurity=False).hexdigest()
    return {"X-VOD-TIMESTAMP": moment, "X-VOD-SIGNATURE": proof}
