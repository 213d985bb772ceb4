"""Fold counted results into sums: calls per hour, labels per day."""

from datetime import datetime

from django.db import connection
from django.db.models import Count

from stats.models import UsageDelta

BATCH = 10_000
MOST_BATCHES = 200

# One statement: a row leaves the tail in the same instant in which it enters the sums, or not at all.
# Folders skip each other's rows, and lock counters in one order: usage before labels, each in key order.
FOLD = """
WITH taken AS MATERIALIZED (
    SELECT id FROM stats_usagedelta ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM stats_usagedelta delta USING taken WHERE delta.id = taken.id RETURNING delta.*
), facts AS (
    SELECT gone.*, date_trunc('hour', gone.at, account.time_zone) AS hour,
           date_trunc('day', gone.at, account.time_zone) AS day
    FROM gone LEFT JOIN accounts_account account ON account.id = gone.account_id
), counted AS (
    INSERT INTO stats_usagecounter AS counter (
        account_id, starts_at, service_id, source, content_type,
        calls, high, medium, low, took_us, folded_at
    )
    SELECT account_id, hour, service_id, source, content_type,
           count(*), count(*) FILTER (WHERE level = 'high'), count(*) FILTER (WHERE level = 'medium'),
           count(*) FILTER (WHERE level = 'low'), sum(took_us), %(now)s
    FROM facts GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, starts_at, service_id, source, content_type) DO UPDATE SET
        calls = counter.calls + excluded.calls,
        high = counter.high + excluded.high,
        medium = counter.medium + excluded.medium,
        low = counter.low + excluded.low,
        took_us = counter.took_us + excluded.took_us,
        folded_at = excluded.folded_at
    RETURNING 1
), labelled AS (
    INSERT INTO stats_labelcounter AS counter (
        account_id, starts_at, service_id, source, label, hits, folded_at
    )
    SELECT account_id, day, service_id, source, label, count(*), %(now)s
    FROM facts CROSS JOIN unnest(labels) AS label
    WHERE (SELECT count(*) FROM counted) > 0
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, starts_at, service_id, source, label) DO UPDATE SET
        hits = counter.hits + excluded.hits,
        folded_at = excluded.folded_at
)
SELECT count(*) FROM gone
"""


def fold(*, now: datetime, batch: int = BATCH) -> int:
    """Fold up to `batch` rows and say how many it were. May be killed at any time and run beside others."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"batch": batch, "now": now})
        return cursor.fetchone()[0]


def fold_tail(*, now: datetime, batch: int = BATCH) -> int:
    """Fold until what is left is less than a batch."""
    folded = 0
    for _round in range(MOST_BATCHES):
        rows = fold(now=now, batch=batch)
        folded += rows
        if rows < batch:
            break
    return folded


def unfolded(*, now: datetime) -> tuple[int, datetime | None]:
    """How many counted results wait to be folded, and since when."""
    oldest = UsageDelta.objects.order_by("id").values_list("at", flat=True).first()
    return UsageDelta.objects.aggregate(waiting=Count("pk"))["waiting"], oldest
