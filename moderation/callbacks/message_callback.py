"""The one endpoint that a service for video on demand has: its address, events, and a key of the client's."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.secrets import decrypt, encrypt
from config.errors import Invalid, NotFound
from moderation.callbacks.endpoints import (
    MEDIA_EVENTS,
    EndpointInUse,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    locked,
    note,
)
from moderation.callbacks.secrets import give_secret, is_clients_own, secret_from_key
from moderation.models import CallbackEndpoint

NAME = "VOD app-1000000"
KEY = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[!-~]{3,32}\Z")


class AuthKeyInvalid(Invalid):
    code = "auth_key_invalid"
    default_message = _("A key has at most 32 characters, among them capital and small letters and digits.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """No events: nothing is told. `is_keyed` says whether it is signed with a key that the client chose."""

    url: str
    events: tuple[str, ...] = MEDIA_EVENTS
    is_keyed: bool | None = None
    key: str = ""


def message_callback_of(account: Account) -> CallbackEndpoint:
    found = CallbackEndpoint.objects.owned_by(account).set_up().filter(name=NAME)
    endpoint = found.filter(dialect=CallbackEndpoint.Dialect.VOD).first()
    if endpoint is None:
        raise NotFound()
    return endpoint


def has_key(endpoint: CallbackEndpoint) -> bool:
    """Whether the client gave the key that it is signed with."""
    return is_clients_own(decrypt(endpoint.secret))


@transaction.atomic
def set_message_callback(*, account: Account, wanted: Wanted, actor, now: datetime) -> CallbackEndpoint:
    events = list(wanted.events or MEDIA_EVENTS)
    try:
        endpoint = message_callback_of(account)
    except NotFound:
        endpoint = create_endpoint(
            account=account,
            name=NAME,
            url=wanted.url,
            dialect=CallbackEndpoint.Dialect.VOD,
            events=events,
            actor=actor,
            now=now,
        ).endpoint
    changes = {"url": wanted.url, "events": events, "is_enabled": bool(wanted.events)}
    endpoint = change_endpoint(endpoint=endpoint, changes=changes, actor=actor, now=now)
    if wanted.is_keyed is not None:
        settle_key(locked(endpoint), wanted, actor=actor, now=now)
    return endpoint


def settle_key(endpoint: CallbackEndpoint, wanted: Wanted, *, actor, now: datetime) -> None:
    """From this moment on: who changes the key here has changed it there."""
    if has_key(endpoint) and wanted.is_keyed and not wanted.key:
        return
    if wanted.is_keyed:
        if not KEY.match(wanted.key):
            raise AuthKeyInvalid(field="AuthKey")
        endpoint.secret = encrypt(secret_from_key(wanted.key))
    elif has_key(endpoint):
        give_secret(endpoint)
    else:
        return
    endpoint.previous_secret, endpoint.previous_until = b"", None
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    note(endpoint, actor, "endpoint.secret_rotated", now)


def delete_message_callback(*, account: Account, actor, now: datetime) -> None:
    """One that was told something stays in the books, switched off and under another name."""
    endpoint = message_callback_of(account)
    try:
        delete_endpoint(endpoint=endpoint, actor=actor, now=now)
    except EndpointInUse:
        changes = {"is_enabled": False, "name": f"{NAME} ({endpoint.pk})"}
        change_endpoint(endpoint=endpoint, changes=changes, actor=actor, now=now)
