"""Counting how often a picture was recognised, without making moderations wait for each other."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

BATCH = 10_000
MOST_BATCHES = 200

# Every moderation that recognises something runs this: as plain SQL it costs a third of saving a model.
COUNT = """
INSERT INTO libraries_imagehit (account_id, image_id, at)
SELECT %s, image_id, %s FROM unnest(%s::bigint[]) AS image_id
"""
# One statement: a hit leaves the tail in the same instant in which it enters the sum, or not at all.
SUM = """
WITH taken AS MATERIALIZED (
    SELECT id FROM libraries_imagehit ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM libraries_imagehit hit USING taken WHERE hit.id = taken.id RETURNING hit.*
), summed AS (
    SELECT image_id, count(*) AS hits, max(at) AS last FROM gone GROUP BY image_id
), held AS MATERIALIZED (
    SELECT image.id, summed.hits, summed.last
    FROM libraries_libraryimage image JOIN summed ON summed.image_id = image.id
    ORDER BY image.id FOR NO KEY UPDATE OF image
), written AS (
    UPDATE libraries_libraryimage image
    SET hit_count = image.hit_count + held.hits, last_hit_at = greatest(image.last_hit_at, held.last)
    FROM held WHERE image.id = held.id
)
SELECT count(*) FROM gone
"""


def count_hits(*, account_id: int, image_ids: Iterable[int], now: datetime) -> None:
    """Note that these pictures were recognised, once each, in the caller's transaction."""
    chosen = sorted(set(image_ids))
    if not chosen:
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [account_id, now, chosen])


def sum_hits(*, batch: int = BATCH) -> int:
    """Add what was noted to the pictures. May be killed at any time and run beside others."""
    summed = 0
    for _round in range(MOST_BATCHES):
        with connection.cursor() as cursor:
            cursor.execute(SUM, {"batch": batch})
            rows = cursor.fetchone()[0]
        summed += rows
        if rows < batch:
            break
    return summed
