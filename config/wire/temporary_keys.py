"""Keys for a while, in the name of a lasting one: for uploads, or for calls of others."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.authentication import Caller, ScopeMissing
from config.accounts.models import ApiKey
from config.accounts.operations.keys import ScopeUnknown
from config.accounts.scopes import SCOPES
from config.accounts.secrets import encrypt, keyed_hash, random_text
from config.audit.records import record
from config.errors import Invalid
from config.wire.models import TemporaryKey

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=12)
LONGEST_PREFIX = 100


class TemporaryKeyInvalid(Invalid):
    code = "temporary_key_invalid"
    default_message = _("A temporary key lives 15 to 720 minutes, and has scopes, or a prefix of uploads.")


@dataclass(frozen=True, slots=True)
class IssuedTemporaryKey:
    """The only moment at which secret and token are readable. Without a token: good for forms alone."""

    key: TemporaryKey
    secret: str
    token: str


def issue_temporary_key(
    *,
    key: ApiKey,
    scopes: list[str] | None = None,
    upload_prefix: str = "",
    life: timedelta,
    now: datetime,
    has_token: bool = True,
) -> IssuedTemporaryKey:
    """Never outlives the lasting key, and dies with it."""
    secret, token = random_text(44), random_text(96) if has_token else ""
    temporary = TemporaryKey.objects.create(
        account=key.account,
        lasting_key=key,
        access_key_id=f"STS.{random_text(24)}",
        secret=encrypt(secret),
        token_hash=keyed_hash(token) if token else b"",
        scopes=scopes or [],
        upload_prefix=upload_prefix,
        created_at=now,
        expires_at=min(filter(None, [key.expires_at, now + life])),
    )
    return IssuedTemporaryKey(temporary, secret, token)


@transaction.atomic
def lend_key(
    *, caller: Caller, scopes: list[str], upload_prefix: str, life: timedelta, now: datetime
) -> IssuedTemporaryKey:
    """A key for a while that its owner hands on, with no more than the owner's own scopes."""
    scopes = sorted(set(scopes))
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise ScopeUnknown(field="scopes", unknown=unknown)
    if missing := [scope for scope in scopes if scope not in caller.scopes]:
        raise ScopeMissing(field="scopes", scope=missing[0])
    if not SHORTEST <= life <= LONGEST:
        raise TemporaryKeyInvalid(field="minutes")
    if not (scopes or upload_prefix) or len(upload_prefix) > LONGEST_PREFIX or "\0" in upload_prefix:
        raise TemporaryKeyInvalid(field="upload_prefix" if scopes or upload_prefix else "scopes")
    issued = issue_temporary_key(
        key=caller.key, scopes=scopes, upload_prefix=upload_prefix, life=life, now=now
    )
    record(
        account=caller.account,
        actor=caller.key,
        action="key.lent",
        subject=f"key:{caller.key.prefix}",
        after={
            "access_key_id": issued.key.access_key_id,
            "scopes": scopes,
            "upload_prefix": upload_prefix,
            "expires_at": issued.key.expires_at.isoformat(),
        },
        now=now,
    )
    return issued
