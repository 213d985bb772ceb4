"""Addresses of files of libraries that need no session: signed, for an hour, in the name of an API key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.accounts.models import ApiKey
from config.errors import Forbidden

LIFE = timedelta(hours=1)
SALT = "libraries.links"


class LibraryLinkInvalid(Forbidden):
    code = "library_link_invalid"
    default_message = _("This address is not good, or no longer: ask for a new one.")


@dataclass(frozen=True, slots=True)
class Link:
    """`kind` is image, thumbnail or vocabulary."""

    kind: str
    number: int
    key: ApiKey


def link_to(kind: str, number: int, *, key: ApiKey, now: datetime) -> str:
    good_until = int((now + LIFE).timestamp())
    token = signing.dumps([kind, number, key.pk, good_until], salt=SALT)
    return settings.ASSAY_PUBLIC_URL + reverse("library-file", args=[token])


def read_link(token: str, *, now: datetime) -> Link:
    """It opens what its key could still read: not after the key was revoked or the account closed."""
    try:
        kind, number, key_id, good_until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LibraryLinkInvalid() from error
    key = ApiKey.objects.select_related("account").filter(pk=key_id).first()
    if good_until <= now.timestamp() or key is None or not is_good(key, now):
        raise LibraryLinkInvalid()
    return Link(kind, number, key)


def is_good(key: ApiKey, now: datetime) -> bool:
    is_over = key.revoked_at or (key.expires_at and key.expires_at <= now)
    return not is_over and key.account.is_active and "libraries:read" in key.scopes
