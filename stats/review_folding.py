"""Fold what happened in review into sums of days; see `stats.operations` for how and why."""

from datetime import datetime

from django.db import connection

from stats.models.review_work import MACHINE, WORK
from stats.operations import BATCH, MOST_BATCHES
from stats.review_facts import listed

# A row leaves the tail in the instant in which it enters the sums. Folders skip each other's rows.
TAKE = """
WITH taken AS MATERIALIZED (
    SELECT id FROM {table} ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM {table} delta USING taken WHERE delta.id = taken.id RETURNING delta.*
), facts AS (
    SELECT gone.*, date_trunc('day', gone.at, account.time_zone) AS day
    FROM gone LEFT JOIN accounts_account account ON account.id = gone.account_id
)"""
ADD = """
    INSERT INTO {table} AS counter ({key}, {figures}, folded_at)
    SELECT {read}, {sums}, %(now)s FROM facts WHERE {where}
    GROUP BY {places} ORDER BY {places}
    ON CONFLICT ({key}) DO UPDATE SET {added}, folded_at = excluded.folded_at
    RETURNING 1
"""


def add(table: str, key: tuple[str, ...], figures: tuple[str, ...], where: str = "true") -> str:
    places = listed(range(1, len(key) + 1))
    return ADD.format(
        table=table,
        key=listed(key),
        figures=listed(figures),
        read=listed("day" if name == "starts_at" else name for name in key),
        sums=listed(figures, form="sum({0})"),
        where=where,
        places=places,
        added=listed(figures, form="{0} = counter.{0} + excluded.{0}"),
    )


OF_A_QUEUE = ("account_id", "starts_at", "queue_id", "service_id")
WORKED = "{take}, worked AS ({worked}), handled AS ({handled}) SELECT count(*) FROM gone"
JUDGED = "{take}, judged AS ({judged}) SELECT count(*) FROM gone"
# The later part waits for the earlier one, so that all folders lock counters in one order.
AFTER_WORK = "bucket IS NOT NULL AND (SELECT count(*) FROM worked) > 0"
FOLD_WORK = WORKED.format(
    take=TAKE.format(table="stats_workdelta"),
    worked=add("stats_workcounter", OF_A_QUEUE, WORK),
    handled=add("stats_handlingcounter", (*OF_A_QUEUE, "bucket"), ("handled",), AFTER_WORK),
)
FOLD_MACHINE = JUDGED.format(
    take=TAKE.format(table="stats_machinedelta"),
    judged=add("stats_machinecounter", ("account_id", "starts_at", "service_id", "label"), MACHINE),
)


def fold_review(*, now: datetime, batch: int = BATCH) -> int:
    """Fold until what is left is less than a batch. May be killed at any time and run beside others."""
    return sum(fold_all(statement, now=now, batch=batch) for statement in (FOLD_WORK, FOLD_MACHINE))


def fold_all(statement: str, *, now: datetime, batch: int) -> int:
    folded = 0
    for _round in range(MOST_BATCHES):
        rows = fold(statement, now=now, batch=batch)
        folded += rows
        if rows < batch:
            break
    return folded


def fold(statement: str, *, now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"batch": batch, "now": now})
        return cursor.fetchone()[0]
