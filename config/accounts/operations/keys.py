import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey
from config.accounts.revisions import bump
from config.accounts.scopes import SCOPES
from config.accounts.secrets import encrypt, keyed_hash, random_text
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow

OVERLAP = timedelta(hours=24)
LIVE_KEYS_OF_A_NAME = 2


class ScopeUnknown(Invalid):
    code = "scope_unknown"
    default_message = _("This scope does not exist.")


class AddressInvalid(Invalid):
    code = "address_invalid"
    default_message = _("Write an address or a network, such as 203.0.113.7 or 10.0.0.0/8.")


class RotationBusy(NotAllowedNow):
    code = "rotation_busy"
    default_message = _("Two keys of this name are live already: revoke one of them first.")


class KeyIsDead(NotAllowedNow):
    code = "key_is_dead"
    default_message = _("This key was revoked or has expired: create a new one.")


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """The only moment at which both secrets are readable."""

    key: ApiKey
    token: str
    signing_secret: str


@transaction.atomic
def issue_key(
    *,
    account: Account,
    name: str,
    actor,
    now: datetime,
    scopes: list[str] | None = None,
    expires_at: datetime | None = None,
    ip_allow_list: list[str] | None = None,
    calls_per_minute: int = 6000,
) -> IssuedKey:
    scopes = sorted(SCOPES) if scopes is None else list(scopes)
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise ScopeUnknown(field="scopes", unknown=unknown)
    networks = [network_text(entry) for entry in ip_allow_list or []]
    Account.objects.select_for_update().get(pk=account.pk)
    if account_keys(account, name).live(now).count() >= LIVE_KEYS_OF_A_NAME:
        raise RotationBusy(field="name")
    prefix, token_part, signing_secret = "AK" + random_text(14).upper(), random_text(40), random_text(40)
    token = f"{prefix}_{token_part}"
    key = ApiKey.objects.create(
        account=account,
        name=name,
        prefix=prefix,
        token_hash=keyed_hash(token),
        signing_secret=encrypt(signing_secret),
        scopes=scopes,
        ip_allow_list=networks,
        calls_per_minute=calls_per_minute,
        created_at=now,
        expires_at=expires_at,
    )
    after = {"name": name, "prefix": prefix, "scopes": scopes, "ip_allow_list": networks}
    record(account=account, actor=actor, action="key.issued", subject=f"key:{prefix}", after=after, now=now)
    bump(account_id=account.pk, kind="keys")
    return IssuedKey(key=key, token=token, signing_secret=signing_secret)


@transaction.atomic
def rotate_key(*, key: ApiKey, actor, now: datetime, overlap: timedelta = OVERLAP) -> IssuedKey:
    """Issue the successor; the old key goes on for the overlap, so that clients change at leisure."""
    require_live(key, now)
    issued = issue_key(
        account=key.account,
        name=key.name,
        actor=actor,
        now=now,
        scopes=key.scopes,
        ip_allow_list=key.ip_allow_list,
        calls_per_minute=key.calls_per_minute,
    )
    ends_at = min(filter(None, [key.expires_at, now + overlap]))
    ApiKey.objects.filter(pk=key.pk).update(expires_at=ends_at)
    return issued


@transaction.atomic
def revoke_key(*, key: ApiKey, actor, now: datetime) -> None:
    """Takes effect with the next request: processes see the raised revision."""
    require_live(key, now)
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=now)
    record(account=key.account, actor=actor, action="key.revoked", subject=f"key:{key.prefix}", now=now)
    bump(account_id=key.account_id, kind="keys")


def account_keys(account: Account, name: str):
    return ApiKey.objects.owned_by(account).filter(name=name)


def require_live(key: ApiKey, now: datetime) -> None:
    if key.revoked_at or (key.expires_at and key.expires_at <= now):
        raise KeyIsDead()


def network_text(entry: str) -> str:
    try:
        return str(ipaddress.ip_network(entry.strip(), strict=False))
    except ValueError as error:
        raise AddressInvalid(field="ip_allow_list", entry=entry) from error
