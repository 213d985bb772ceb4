"""The secrets of an endpoint: made, kept encrypted, and two at a time while they are rotated."""

import base64
from datetime import datetime, timedelta

from config.accounts.secrets import decrypt, encrypt
from moderation.callbacks.signing import OWN_PREFIX, PREFIX, new_secret
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


def secret_from_key(key: str) -> str:
    """A key that the client chose for its endpoint, told apart from what we make."""
    return OWN_PREFIX + base64.b64encode(key.encode()).decode()


def is_clients_own(secret: str) -> bool:
    return secret.startswith(OWN_PREFIX)


def secret_from_seed(seed: str) -> str:
    """A client's own seed in the form of our secrets, so that it signs the standard headers as well."""
    return PREFIX + base64.b64encode(seed.encode()).decode()


def seed_of(*, endpoint: CallbackEndpoint, secret: str) -> str:
    """What goes into the checksum: where the client chose a seed or key, that and nothing round it."""
    if is_clients_own(secret):
        return base64.b64decode(secret.removeprefix(OWN_PREFIX)).decode()
    if not endpoint.is_ad_hoc:
        return secret
    return base64.b64decode(secret.removeprefix(PREFIX)).decode()
