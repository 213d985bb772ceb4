"""Forgetting figures that are older than they are kept: counters, and what was noted about their exactness.

Batches are small, each a statement of its own, and rows that a folder holds are left for the next round.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from config.accounts.models import Account
from config.audit.records import record
from stats.facts import zone_of
from stats.models import UsageCheck
from stats.periods import midnight

BATCH = 5000
SECONDS = 40  # a job is ended after a minute: what is left is for the next round
COUNTERS = (
    "stats_usagecounter",
    "stats_labelcounter",
    "stats_latencycounter",
    "stats_refusalcounter",
    "stats_forgottencounter",
)
PURGE = """
DELETE FROM {table} WHERE id IN (
    SELECT id FROM {table} WHERE account_id = %(account)s AND {age} < %(before)s {rest}
    LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
"""


def kept_since(account: Account, now: datetime) -> datetime | None:
    """A midnight of the account's clock; None where figures are kept for ever."""
    days = settings.ASSAY_STATISTICS_KEPT_DAYS
    if not days:
        return None
    zone = zone_of(account)
    return midnight(now.astimezone(zone).date() - timedelta(days=days), zone)


def purge_statistics(*, now: datetime, batch: int = BATCH, seconds: float = SECONDS) -> int:
    """Forget figures older than ASSAY_STATISTICS_KEPT_DAYS and say how many rows they were."""
    deadline = time.monotonic() + seconds
    return sum(
        purge_account(account=account, before=before, now=now, batch=batch, deadline=deadline)
        for account in Account.objects.order_by("id")
        if (before := kept_since(account, now)) is not None
    )


def purge_account(
    *, account: Account, before: datetime, now: datetime, batch: int = BATCH, deadline: float | None = None
) -> int:
    """Forget an account's figures from before a midnight of its clock."""
    day = before.astimezone(zone_of(account)).date()
    rows = sum(
        deleted
        for statement, edge in statements(before, day)
        for deleted in batches(statement, account, edge, batch, deadline)
    )
    if rows:
        after = {"rows": rows, "older_than": before.isoformat()}
        record(
            account=account,
            actor=None,
            action="statistics.purged",
            subject="statistics",
            after=after,
            now=now,
        )
    return rows


def statements(before: datetime, day) -> Iterator[tuple[str, object]]:
    for table in COUNTERS:
        yield PURGE.format(table=table, age="starts_at", rest=""), before
    # Where counting anew began must stay known.
    begun = f"AND state <> '{UsageCheck.State.BEGUN}'"
    yield PURGE.format(table="stats_usagecheck", age="day", rest=begun), day
    yield PURGE.format(table="stats_usagedrift", age="day", rest=""), day


def batches(statement: str, account: Account, edge, batch: int, deadline: float | None) -> Iterator[int]:
    while deadline is None or time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"account": account.pk, "before": edge, "batch": batch})
            deleted = cursor.rowcount
        yield deleted
        if deleted < batch:
            return
