"""Endpoints that calls bring along: an address and a seed, found again by whoever gives them again."""

from datetime import datetime

from config.accounts.models import Account
from config.accounts.secrets import encrypt, keyed_hash
from config.errors import PlatformError
from config.outbound.guard import require_allowed_url
from moderation.callbacks.signing import new_secret
from moderation.models import CallbackEndpoint


def endpoint_for_call(
    *, account: Account, url: str, seed: str, crypt: str = "", now: datetime
) -> CallbackEndpoint:
    require_callable(url)
    digest = keyed_hash(f"{account.pk}\n{url}\n{seed}\n{crypt}").hex()
    endpoint, _is_new = CallbackEndpoint.objects.get_or_create(
        account=account,
        name=f"call {digest[:12]}",
        defaults={
            "url": url,
            "dialect": CallbackEndpoint.Dialect.VENDOR,
            "crypt": crypt.lower() or CallbackEndpoint.Crypt.SHA256.value,
            "events": [],
            "secret": encrypt(new_secret()),
            "created_at": now,
        },
    )
    return endpoint


def require_callable(url: str) -> None:
    try:
        require_allowed_url(url)
    except PlatformError as error:
        error.field = "callback"
        raise
