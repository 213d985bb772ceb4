"""Keys for a while, in the name of a lasting one: for uploads, or for calls of what the client hands on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.accounts.models import ApiKey
from config.accounts.secrets import encrypt, keyed_hash, random_text
from config.wire.models import TemporaryKey

LIFE = timedelta(hours=1)


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
    life: timedelta = LIFE,
    now: datetime,
    has_token: bool = True,
) -> IssuedTemporaryKey:
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
