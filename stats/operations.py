"""Fold what was appended into sums: calls per hour; labels, times and refusals per day."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.db.models import Count

from stats.models import UsageDelta

BATCH = 10_000
MOST_BATCHES = 200

# One statement: a row leaves the tail in the same instant in which it enters the sums, or not at all.
# Folders skip each other's rows, and lock counters in one order: usage, labels, times, each in key order.
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
    RETURNING 1
), timed AS (
    INSERT INTO stats_latencycounter AS counter (
        account_id, starts_at, service_id, source, content_type, bucket, calls, folded_at
    )
    SELECT account_id, day, service_id, source, content_type, stats_latency_bucket(took_us), count(*), %(now)s
    FROM facts WHERE (SELECT count(*) FROM labelled) >= 0
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (account_id, starts_at, service_id, source, content_type, bucket) DO UPDATE SET
        calls = counter.calls + excluded.calls,
        folded_at = excluded.folded_at
)
SELECT count(*) FROM gone
"""

# What a deletion noted is summed by the hour and the day already.
FOLD_FORGOTTEN = """
WITH taken AS MATERIALIZED (
    SELECT id FROM stats_forgottendelta ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM stats_forgottendelta delta USING taken WHERE delta.id = taken.id RETURNING delta.*
), counted AS (
    INSERT INTO stats_forgottencounter AS counter (
        account_id, starts_at, service_id, source, content_type, kind, name,
        calls, high, medium, low, took_us, folded_at
    )
    SELECT account_id, starts_at, service_id, source, content_type, kind, name,
           sum(calls), sum(high), sum(medium), sum(low), sum(took_us), %(now)s
    FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (account_id, starts_at, service_id, source, content_type, kind, name) DO UPDATE SET
        calls = counter.calls + excluded.calls,
        high = counter.high + excluded.high,
        medium = counter.medium + excluded.medium,
        low = counter.low + excluded.low,
        took_us = counter.took_us + excluded.took_us,
        folded_at = excluded.folded_at
)
SELECT count(*) FROM gone
"""

# No result keeps the keys of a refusal: what nobody owns any more is dropped.
FOLD_REFUSALS = """
WITH taken AS MATERIALIZED (
    SELECT id FROM stats_refusaldelta ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM stats_refusaldelta delta USING taken WHERE delta.id = taken.id RETURNING delta.*
), counted AS (
    INSERT INTO stats_refusalcounter AS counter (
        account_id, starts_at, service_id, status, code, calls, folded_at
    )
    SELECT gone.account_id, date_trunc('day', gone.at, account.time_zone), service.id, gone.status, gone.code,
           sum(gone.calls), %(now)s
    FROM gone JOIN accounts_account account ON account.id = gone.account_id
    LEFT JOIN moderation_service service ON service.id = gone.service_id
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, starts_at, service_id, status, code) DO UPDATE SET
        calls = counter.calls + excluded.calls,
        folded_at = excluded.folded_at
)
SELECT count(*) FROM gone
"""


def fold(*, now: datetime, batch: int = BATCH) -> int:
    """Fold up to `batch` results and say how many it were. May be killed and run beside others."""
    return fold_by(FOLD, now=now, batch=batch)


def fold_forgotten(*, now: datetime, batch: int = BATCH) -> int:
    return fold_by(FOLD_FORGOTTEN, now=now, batch=batch)


def fold_refusals(*, now: datetime, batch: int = BATCH) -> int:
    return fold_by(FOLD_REFUSALS, now=now, batch=batch)


def fold_by(statement: str, *, now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"batch": batch, "now": now})
        return cursor.fetchone()[0]


def fold_tail(*, now: datetime, batch: int = BATCH) -> int:
    """Fold until what is left of each tail is less than a batch; says how many results it were."""
    folded = until_less(fold, now=now, batch=batch)
    until_less(fold_forgotten, now=now, batch=batch)
    until_less(fold_refusals, now=now, batch=batch)
    return folded


def until_less(step: Callable[..., int], *, now: datetime, batch: int) -> int:
    folded = 0
    for _round in range(MOST_BATCHES):
        rows = step(now=now, batch=batch)
        folded += rows
        if rows < batch:
            break
    return folded


def unfolded(*, now: datetime) -> tuple[int, datetime | None]:
    """How many counted results wait to be folded, and since when."""
    oldest = UsageDelta.objects.order_by("id").values_list("at", flat=True).first()
    return UsageDelta.objects.aggregate(waiting=Count("pk"))["waiting"], oldest
