"""The secrets of an endpoint: made, kept encrypted, and two at a time while they are rotated."""

from datetime import datetime, timedelta

from config.accounts.secrets import decrypt, encrypt
from moderation.callbacks.signing import new_secret
from moderation.models import CallbackEndpoint

OVERLAP = timedelta(hours=24)


def give_secret(endpoint: CallbackEndpoint) -> str:
    """Returns the only readable copy."""
    secret = new_secret()
    endpoint.secret = encrypt(secret)
    return secret


def replace_secret(*, endpoint: CallbackEndpoint, now: datetime) -> str:
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, now + OVERLAP
    return give_secret(endpoint)


def secrets_of(*, endpoint: CallbackEndpoint, now: datetime) -> list[str]:
    """The secret, and during a rotation the one before it."""
    live = [decrypt(endpoint.secret)]
    if endpoint.previous_until and endpoint.previous_until > now:
        live.append(decrypt(endpoint.previous_secret))
    return live
