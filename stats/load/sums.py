"""Counters that say what the loaded rows say: counted from the rows themselves, not while they were made.

They are written in the order of time, as life writes them: those of a month lie together.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from config.accounts.models import Account
from stats.review_folding import fold_review
from stats.review_recount import count_what_is_missing

USAGE = """
INSERT INTO stats_usagecounter AS counter (
    account_id, starts_at, service_id, source, content_type, calls, high, medium, low, took_us, folded_at
)
SELECT account_id, date_trunc('hour', result.created_at, account.time_zone), service_id, source, content_type,
       count(*), count(*) FILTER (WHERE level = 'high'), count(*) FILTER (WHERE level = 'medium'),
       count(*) FILTER (WHERE level = 'low'), sum(took_us), %(now)s
FROM moderation_moderationresult result JOIN accounts_account account ON account.id = result.account_id
WHERE result.id > %(after)s AND source <> 'manual'
GROUP BY 1, 2, 3, 4, 5 ORDER BY 2
ON CONFLICT (account_id, starts_at, service_id, source, content_type) DO UPDATE SET
    calls = counter.calls + excluded.calls, high = counter.high + excluded.high,
    medium = counter.medium + excluded.medium, low = counter.low + excluded.low,
    took_us = counter.took_us + excluded.took_us, folded_at = excluded.folded_at
"""
LABELS = """
INSERT INTO stats_labelcounter AS counter (account_id, starts_at, service_id, source, label, hits, folded_at)
SELECT account_id, date_trunc('day', carried.created_at, account.time_zone), service_id, source, label,
       count(*), %(now)s
FROM moderation_resultlabel carried JOIN accounts_account account ON account.id = carried.account_id
WHERE carried.result_id > %(after)s AND result_level <> 'none'
GROUP BY 1, 2, 3, 4, 5 ORDER BY 2
ON CONFLICT (account_id, starts_at, service_id, source, label) DO UPDATE SET
    hits = counter.hits + excluded.hits, folded_at = excluded.folded_at
"""
TIMES = """
INSERT INTO stats_latencycounter AS counter (
    account_id, starts_at, service_id, source, content_type, bucket, calls, folded_at
)
SELECT account_id, date_trunc('day', result.created_at, account.time_zone), service_id, source, content_type,
       stats_latency_bucket(took_us), count(*), %(now)s
FROM moderation_moderationresult result JOIN accounts_account account ON account.id = result.account_id
WHERE result.id > %(after)s AND source <> 'manual'
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2
ON CONFLICT (account_id, starts_at, service_id, source, content_type, bucket) DO UPDATE SET
    calls = counter.calls + excluded.calls, folded_at = excluded.folded_at
"""


def count_loaded(*, after: int, now: datetime) -> None:
    """Results after this id, in the hours and days of their accounts' clocks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for statement in (USAGE, LABELS, TIMES):
            cursor.execute(statement, {"after": after, "now": now})


def count_reviews(accounts: Iterable[Account], *, now: datetime) -> None:
    """What people did, as it is counted where something was missed."""
    for account in accounts:
        count_what_is_missing(account=account)
    fold_review(now=now)
