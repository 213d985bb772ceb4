"""Endpoints that calls bring along: an address and a seed, found again by whoever gives them again."""

import re
import time
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.secrets import encrypt, keyed_hash
from config.errors import Invalid, PlatformError
from config.outbound.failures import UrlInvalid
from config.outbound.guard import require_allowed_url
from moderation.callbacks.endpoints import LONGEST_NAME, LONGEST_URL, freshly_started
from moderation.callbacks.secrets import secret_from_seed
from moderation.models import Callback, CallbackEndpoint, MediaJob, ModerationTask

SEED = re.compile(r"[A-Za-z0-9_]{1,64}\Z")


class SeedInvalid(Invalid):
    code = "seed_invalid"
    default_message = _("A seed has 1 to 64 letters, digits and underscores.")


class CryptUnknown(Invalid):
    code = "crypt_type_unknown"
    default_message = _("The checksum is made by SHA256 or SM3.")


def endpoint_for_call(
    *, account: Account, url: str, seed: str, crypt: str = "", now: datetime
) -> CallbackEndpoint:
    """The endpoint for this address and seed, made if nobody gave them before.

    It speaks the vendor's dialect with the caller's seed. Where the platform had switched it off it begins
    afresh, because the client has just named it; what a person switched off stays off.
    """
    crypt = crypt.lower() or CallbackEndpoint.Crypt.SHA256.value
    if crypt not in CallbackEndpoint.Crypt.values:
        raise CryptUnknown(field="crypt_type")
    if not SEED.match(seed):
        raise SeedInvalid(field="seed")
    url = url.strip()
    require_callable(url)
    digest = keyed_hash(f"{account.pk}\n{url}\n{seed}\n{crypt}").hex()
    known = CallbackEndpoint.objects.owned_by(account).filter(is_ad_hoc=True, call_digest=digest)
    endpoint = known.first() or make(account, url=url, seed=seed, crypt=crypt, digest=digest, now=now)
    if endpoint is None:
        endpoint = known.get()
    if endpoint.disabled_reason:
        known.filter(is_enabled=False).exclude(disabled_reason="").update(
            is_enabled=True, **freshly_started()
        )
        endpoint.refresh_from_db()
    return endpoint


def require_callable(url: str) -> None:
    try:
        if len(url) > LONGEST_URL:
            raise UrlInvalid
        require_allowed_url(url)
    except PlatformError as error:
        error.field = "callback"
        raise


def make(
    account: Account, *, url: str, seed: str, crypt: str, digest: str, now: datetime
) -> CallbackEndpoint | None:
    """None: another call was a moment earlier."""
    try:
        with transaction.atomic():
            return CallbackEndpoint.objects.create(
                account=account,
                name=f"{(urlsplit(url).hostname or '')[: LONGEST_NAME - 13]} {digest[:12]}",
                url=url,
                dialect=CallbackEndpoint.Dialect.VENDOR,
                crypt=crypt,
                events=[],
                secret=encrypt(secret_from_seed(seed)),
                is_ad_hoc=True,
                call_digest=digest,
                created_at=now,
            )
    except IntegrityError:
        return None


def forget_unused(*, now: datetime, kept: timedelta, seconds: float = 20) -> int:
    """Endpoints of calls that nothing names any more: no callback, no task, nothing that people review."""
    old = CallbackEndpoint.objects.filter(is_ad_hoc=True, created_at__lt=now - kept)
    named = (
        Callback.objects.filter(endpoint=OuterRef("pk")),
        ModerationTask.objects.filter(callback=OuterRef("pk")),
        MediaJob.objects.filter(callback=OuterRef("pk")),
    )
    unused = old.exclude(reduce(or_, map(Exists, named))).order_by("pk")
    deadline, forgotten = time.monotonic() + seconds, 0
    for endpoint in unused.iterator():
        if time.monotonic() > deadline:
            break
        try:
            with transaction.atomic():
                endpoint.delete()
        except (ProtectedError, IntegrityError):
            continue
        forgotten += 1
    return forgotten
