"""Items whose time of keeping is over: machine results are there to be audited for some days only."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from config.accounts.models import Account
from config.retention.classes import kept_days
from review import work_watchers
from review.models import ReviewItem
from review.states import Mode, State

BATCH = 1000
SECONDS = 40  # a job is ended after a minute: what is left is for the next round


def expire_items(*, now: datetime, batch: int = BATCH, seconds: float = SECONDS) -> int:
    """End what nobody has in hand and was to be looked at before now. The machine's verdict stands."""
    deadline = time.monotonic() + seconds
    expired = 0
    while time.monotonic() < deadline:
        with transaction.atomic():
            due = ReviewItem.objects.free(now).filter(expires_at__lte=now).order_by("expires_at")
            ids = list(
                due.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:batch]
            )
            ended = ReviewItem.objects.filter(pk__in=ids)
            expired += ended.update(state=State.EXPIRED, claimed_by=None, lease_until=None)
            work_watchers.ended(ids)
        if len(ids) < batch:
            break
    return expired


def date_anew(*, account: Account, batch: int = BATCH, seconds: float = SECONDS) -> bool:
    """Let what waits to be audited end as the account now says. False: time was up before all was done."""
    days = kept_days(account, "audit_items")
    ends_at = F("created_at") + timedelta(days=days) if days else None
    is_right = Q(expires_at=ends_at)
    waiting = ReviewItem.objects.owned_by(account).open().filter(mode=Mode.AUDIT)
    deadline, place = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        with transaction.atomic():
            due = waiting.filter(pk__gt=place).exclude(is_right).order_by("pk")
            ids = list(due.select_for_update(of=("self",)).values_list("pk", flat=True)[:batch])
            ReviewItem.objects.filter(pk__in=ids).update(expires_at=ends_at)
        if len(ids) < batch:
            return True
        place = ids[-1]
    return False
