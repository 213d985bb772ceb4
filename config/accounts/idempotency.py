"""The same Idempotency-Key gets the same answer, also when two copies of a request cross."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, IdempotencyRecord
from config.errors import Invalid, NotAllowedNow

LEASE = timedelta(seconds=60)
KEEP = timedelta(days=1)
LONGEST_KEY = 255


class IdempotencyKeyInvalid(Invalid):
    code = "idempotency_key_invalid"
    default_message = _("An Idempotency-Key has 1 to 255 printable characters.")


class IdempotencyKeyReused(NotAllowedNow):
    code = "idempotency_key_reused"
    default_message = _("This Idempotency-Key was used with another request: make a new one.")


class IdempotencyInProgress(NotAllowedNow):
    code = "idempotency_in_progress"
    default_message = _("The first request with this Idempotency-Key is still running: try again shortly.")


def answer_once(
    *, account: Account, key: str, request: bytes, now: datetime, act: Callable[[], tuple[int, bytes]]
) -> tuple[int, bytes, bool]:
    """Run `act` once per key and keep what it answers; repeats get that answer and True.

    An act that raises leaves no trace, so the client may repeat it under the same key. A process that
    dies inside `act` blocks the key for the lease, then the next copy of the request takes over.
    """
    if not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        raise IdempotencyKeyInvalid(field="Idempotency-Key")
    digest = hashlib.sha256(request).digest()
    held = take(account=account, key=key, digest=digest, now=now)
    if held.status is not None:
        return held.status, bytes(held.body), True
    try:
        status, body = act()
    except Exception:
        held.delete()
        raise
    IdempotencyRecord.objects.filter(pk=held.pk).update(status=status, body=body)
    return status, body, False


def take(*, account: Account, key: str, digest: bytes, now: datetime) -> IdempotencyRecord:
    """The key's record: fresh, or answered, or taken over from a process that left no answer in time."""
    held, is_fresh = IdempotencyRecord.objects.get_or_create(
        account=account,
        key=key,
        defaults={"request_hash": digest, "created_at": now, "lease_until": now + LEASE},
    )
    if bytes(held.request_hash) != digest:
        raise IdempotencyKeyReused()
    if is_fresh or held.status is not None:
        return held
    abandoned = IdempotencyRecord.objects.filter(pk=held.pk, status=None, lease_until=held.lease_until)
    if held.lease_until > now or not abandoned.update(lease_until=now + LEASE):
        raise IdempotencyInProgress(retry_after=1)
    return held


def forget_old_answers(*, now: datetime) -> int:
    deleted, _by_model = IdempotencyRecord.objects.filter(created_at__lt=now - KEEP).delete()
    return deleted
