"""From a bearer token to the caller: a key of an account, with the revisions this request answers for."""

import hmac
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication

from config.accounts import revisions
from config.accounts.addresses import client_address, is_within
from config.accounts.models import Account, ApiKey
from config.accounts.revisions import Revisions
from config.accounts.secrets import decrypt, keyed_hash
from config.errors import Forbidden, Unauthenticated

LAST_USED_STEP = timedelta(minutes=1)
KNOWN_KEYS = 10_000

_known: dict[str, "Known"] = {}
_lock = threading.Lock()


class KeyExpired(Unauthenticated):
    code = "key_expired"
    default_message = _("This API key was revoked or has expired: use another one.")


class AccountClosed(Forbidden):
    code = "account_closed"
    default_message = _("This account is not active: ask the platform's administrator.")


class AddressRefused(Forbidden):
    code = "address_refused"
    default_message = _("This API key may not be used from your address.")


class ScopeMissing(Forbidden):
    code = "scope_missing"
    default_message = _("This API key lacks the scope that the call needs.")


@dataclass
class Known:
    """A key as last loaded, with the revision it was loaded at."""

    key: ApiKey
    revision: int
    used_at: datetime | None

    @cached_property
    def signing_secret(self) -> str:
        return decrypt(self.key.signing_secret)


@dataclass(frozen=True, slots=True)
class Caller:
    key: ApiKey
    revisions: Revisions
    scopes: frozenset[str]

    @property
    def account(self) -> Account:
        return self.key.account

    def require(self, scope: str) -> None:
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope)

    def require_one(self, scopes: str | tuple[str, ...]) -> None:
        one, *others = (scopes,) if isinstance(scopes, str) else scopes
        if self.scopes.isdisjoint({one, *others}):
            raise ScopeMissing(scope=one)


class BearerKey(BaseAuthentication):
    def authenticate(self, request):
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        caller = caller_for(token=token.strip(), address=client_address(request._request), now=timezone.now())
        request._request.account = caller.account
        return None, caller

    def authenticate_header(self, request):
        return 'Bearer realm="assay"'


def caller_for(*, token: str, address: str, now: datetime) -> Caller:
    known, numbers = known_at_present(token.partition("_")[0])
    if not hmac.compare_digest(keyed_hash(token), bytes(known.key.token_hash)):
        raise Unauthenticated()
    return admitted(known, numbers, address=address, now=now)


def known_at_present(prefix: str) -> tuple[Known, Revisions]:
    """The key of this id, as it is now. Whether it may be used: see `admitted`."""
    known = _known.get(prefix) or load(prefix, revision=-1)
    numbers = revisions.read(known.key.account_id)
    if known.revision != numbers.keys:
        known = load(prefix, revision=numbers.keys)
    return known, numbers


def admitted(known: Known, numbers: Revisions, *, address: str, now: datetime) -> Caller:
    """The caller, once it has proved that the key is its own."""
    key = known.key
    if key.revoked_at or (key.expires_at and key.expires_at <= now):
        raise KeyExpired()
    if not key.account.is_active:
        raise AccountClosed()
    if key.ip_allow_list and not is_within(address, key.ip_allow_list):
        raise AddressRefused(address=address)
    note_use(known, now)
    return Caller(key=key, revisions=numbers, scopes=frozenset(key.scopes))


def load(prefix: str, *, revision: int) -> Known:
    key = ApiKey.objects.select_related("account").filter(prefix=prefix).first() if prefix else None
    if key is None:
        raise Unauthenticated()
    known = Known(key=key, revision=revision, used_at=key.last_used_at)
    with _lock:
        if len(_known) >= KNOWN_KEYS:
            _known.clear()
        _known[prefix] = known
    return known


def note_use(known: Known, now: datetime) -> None:
    """Write the time of last use at most once a minute: it is for people, not for rules."""
    if known.used_at and now - known.used_at < LAST_USED_STEP:
        return
    known.used_at = now
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_STEP)
    ApiKey.objects.filter(stale, pk=known.key.pk).update(last_used_at=now)
