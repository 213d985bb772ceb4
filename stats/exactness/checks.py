"""Every finished day is counted anew soon after it ended, and once a week as long as the settings say.

What is found stands as rows with both numbers until somebody mends it: see `stats.exactness.repair`.
"""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min

from config.accounts.models import Account
from config.audit.records import record
from stats.exactness.recount import Recount, is_on_a_seam, recount, span_of
from stats.exactness.sums import are_sums_wrong
from stats.models import UsageCheck, UsageDrift
from stats.retention import kept_since
from stats.summing import forget_sums

AGAIN_AFTER = timedelta(days=7)
SECONDS = 40  # a job is ended after a minute: what is left is for the next round

# The latest days that were never looked at come first, then those whose check is the oldest.
DUE = """
SELECT account.id, span.day
FROM accounts_account account
CROSS JOIN LATERAL (
    SELECT (%(now)s AT TIME ZONE account.time_zone)::date - back AS day
    FROM generate_series(1, %(days)s) AS back
) AS span
CROSS JOIN LATERAL (
    SELECT span.day::timestamp AT TIME ZONE account.time_zone AS starts_at,
           (span.day + 1)::timestamp AT TIME ZONE account.time_zone AS ends_at
) AS edge
LEFT JOIN stats_usagecheck held ON held.account_id = account.id AND held.day = span.day
WHERE (held.id IS NULL OR held.checked_at < edge.ends_at OR held.checked_at < %(before)s)
AND NOT EXISTS (
    SELECT 1 FROM stats_usagecheck begun
    WHERE begun.account_id = account.id AND begun.state = 'begun' AND begun.day >= span.day
)
AND (account.created_at < edge.ends_at OR EXISTS (
    SELECT 1 FROM stats_usagecounter counter WHERE counter.account_id = account.id
    AND counter.starts_at >= edge.starts_at AND counter.starts_at < edge.ends_at
))
ORDER BY held.checked_at NULLS FIRST, span.day DESC, account.id
LIMIT %(most)s
"""


def check_due_days(*, now: datetime, seconds: float = SECONDS) -> int:
    """Check what is due until the time is over, and say how many days it were. May be killed at any time."""
    deadline = time.monotonic() + seconds
    checked = 0
    for account, day in due_days(now=now):
        if time.monotonic() > deadline:
            break
        check_day(account=account, day=day, now=now)
        checked += 1
    return checked


def due_days(*, now: datetime, most: int = 1000) -> Iterator[tuple[Account, date]]:
    values = {"now": now, "before": now - AGAIN_AFTER, "days": settings.ASSAY_RECOUNTED_DAYS, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        rows = cursor.fetchall()
    accounts = Account.objects.in_bulk({account_id for account_id, _day in rows})
    return ((accounts[account_id], day) for account_id, day in rows)


@transaction.atomic
def check_day(*, account: Account, day: date, now: datetime) -> UsageCheck:
    """Count a day anew and keep what differs. A day that cannot be told keeps what was found before."""
    mend_sums(account, day, now)
    held = UsageCheck.objects.owned_by(account).filter(day=day).first()
    if not can_be_told(account, day, now):
        if held is None or held.state == UsageCheck.State.DRIFT:
            held = keep(account, day, state=UsageCheck.State.UNCLEAR, now=now)
        elif held.state != UsageCheck.State.BEGUN:
            UsageCheck.objects.filter(pk=held.pk).update(checked_at=now)
        return held
    found = recount(account, day)
    note_differences(account, day, found, now)
    state = UsageCheck.State.DRIFT if found.differences else UsageCheck.State.EXACT
    return keep(
        account, day, state=state, now=now,
        counted=found.counted, results=found.results, forgotten=found.forgotten,
    )  # fmt: skip


def mend_sums(account: Account, day: date, now: datetime) -> None:
    """Pages of long ranges read sums: where those are not what the counters say, they are made anew."""
    if are_sums_wrong(account, day):
        forget_sums(account)
        record(
            account=account, actor=None, action="usage.summed_anew", subject=day.isoformat(), now=now
        )  # fmt: skip


def can_be_told(account: Account, day: date, now: datetime) -> bool:
    since = kept_since(account, now)
    if since is not None and span_of(account, day)["from"] < since:
        return False
    begun = UsageCheck.objects.owned_by(account).filter(state=UsageCheck.State.BEGUN, day__gte=day)
    return not begun.exists() and not is_on_a_seam(account, day)


def keep(account: Account, day: date, *, state: str, now: datetime, **figures: int) -> UsageCheck:
    values = {"state": state, "checked_at": now} | figures
    check, _is_new = UsageCheck.objects.update_or_create(account=account, day=day, defaults=values)
    return check


def note_differences(account: Account, day: date, found: Recount, now: datetime) -> None:
    """What still differs keeps the time at which it was found first."""
    standing = UsageDrift.objects.owned_by(account).standing().filter(day=day)
    since = {(one.service_id, one.source, one.figure, one.name): one.found_at for one in standing}
    standing.delete()
    UsageDrift.objects.bulk_create(
        UsageDrift(
            account=account,
            day=day,
            service_id=one.service_id,
            source=one.source,
            figure=one.figure,
            name=one.name,
            counted=one.counted,
            recounted=one.recounted,
            found_at=since.get((one.service_id, one.source, one.figure, one.name), now),
        )
        for one in found.differences
    )


def drifting(*, now: datetime) -> tuple[int, datetime | None]:
    """How many figures differ and are not mended, and since when."""
    found = UsageDrift.objects.standing().aggregate(figures=Count("pk"), since=Min("found_at"))
    return found["figures"], found["since"]
