"""Forgetting what is older than it is kept: results with their pictures, and callbacks.

Batches are small, each in a transaction of its own, and rows that somebody holds are left for the next round,
so that nobody waits for a purge and a purge that is killed has lost nothing but its last batch.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.fields.json import KT

from config.accounts.models import Account
from config.audit.records import record
from moderation.models import Callback, MediaAsset, ModerationResult
from moderation.results_hooks import forgetters, keepers

BATCH = 1000
SECONDS = 40  # a job is ended after a minute: what is left is for the next round


def purge_results(*, now: datetime, batch: int = BATCH, seconds: float = SECONDS) -> int:
    """Forget results older than ASSAY_RESULTS_KEPT_DAYS, but those that somebody above must keep."""
    if not settings.ASSAY_RESULTS_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS)
    deadline = time.monotonic() + seconds
    return sum(
        purged
        for account in Account.objects.order_by("id")
        for purged in result_batches(account, before=before, now=now, batch=batch, deadline=deadline)
    )


def purge_callbacks(*, now: datetime, batch: int = BATCH, seconds: float = SECONDS) -> int:
    """Forget callbacks that came to an end, with their attempts, after ASSAY_CALLBACKS_KEPT_DAYS."""
    if not settings.ASSAY_CALLBACKS_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.ASSAY_CALLBACKS_KEPT_DAYS)
    deadline = time.monotonic() + seconds
    return sum(
        purged
        for account in Account.objects.order_by("id")
        for purged in callback_batches(account, before=before, now=now, batch=batch, deadline=deadline)
    )


def result_batches(account: Account, *, before, now, batch, deadline) -> Iterator[int]:
    place = None
    while time.monotonic() < deadline:
        with transaction.atomic():
            due = due_results(account, before, place)
            rows = list(due.select_for_update(of=("self",), skip_locked=True)[:batch])
            if not rows:
                return
            place = rows[-1]
            yield forget_results(account, rows, before=before, now=now)


def due_results(account: Account, before: datetime, place: ModerationResult | None):
    """The oldest first, from where the batch before ended: what must stay is not looked at again."""
    due = ModerationResult.objects.owned_by(account).filter(created_at__lt=before)
    if place is not None:
        due = due.filter(created_at__gte=place.created_at).exclude(
            created_at=place.created_at, pk__lte=place.pk
        )
    return due.order_by("created_at", "id").only("id", "created_at", "media")


def forget_results(account: Account, rows: list[ModerationResult], *, before, now) -> int:
    """Rows and all that hangs on them, then the pictures that no other result names.

    Files go before the transaction ends: a purge that dies leaves a row without its picture, which the
    next one takes, and never a picture without its row, which nobody would find.
    """
    ids = [row.pk for row in rows]
    staying = {kept for keep in keepers for kept in keep(account, ids)}
    gone = [row for row in rows if row.pk not in staying]
    if not gone:
        return 0
    ModerationResult.objects.filter(pk__in=[row.pk for row in gone]).only("pk").delete()
    pictures = unnamed({row.media["key"] for row in gone if row.media.get("key")})
    for forget in forgetters:
        forget(pictures)
    after = {"results": len(gone), "pictures": len(pictures), "older_than": before.isoformat()}
    record(account=account, actor=None, action="results.purged", subject="results", after=after, now=now)
    return len(gone)


def unnamed(keys: Iterable[str]) -> list[str]:
    """Keys that no other result names, such as one of the same request, and no recording of the library."""
    keys = set(keys)
    if not keys:
        return []
    naming = ModerationResult.objects.filter(media__has_key="key").annotate(key=KT("media__key"))
    named = set(naming.filter(key__in=keys).values_list("key", flat=True))
    kept = set(MediaAsset.objects.there().filter(key__in=keys).values_list("key", flat=True))
    return sorted(keys - named - kept)


def callback_batches(account: Account, *, before, now, batch, deadline) -> Iterator[int]:
    while time.monotonic() < deadline:
        with transaction.atomic():
            old = Callback.objects.owned_by(account).finished().filter(created_at__lt=before)
            due = old.order_by("created_at").select_for_update(of=("self",), skip_locked=True)
            ids = list(due.values_list("pk", flat=True)[:batch])
            if not ids:
                return
            Callback.objects.filter(pk__in=ids).delete()
            after = {"callbacks": len(ids), "older_than": before.isoformat()}
            record(
                account=account,
                actor=None,
                action="callbacks.purged",
                subject="callbacks",
                after=after,
                now=now,
            )
        yield len(ids)
