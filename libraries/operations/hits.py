"""Counting how often each keyword is hit, without any row that two moderations wait for."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

APPEND = """
    INSERT INTO libraries_keywordhits (account_id, keyword_id, hits, at)
    SELECT %s, hit.keyword_id, hit.hits, %s FROM unnest(%s::bigint[], %s::int[]) AS hit(keyword_id, hits)
"""
FOLD = """
    WITH taken AS (
        DELETE FROM libraries_keywordhits WHERE id IN (
            SELECT id FROM libraries_keywordhits ORDER BY id LIMIT %s
        ) RETURNING account_id, keyword_id, hits, at
    ), summed AS (
        SELECT account_id, keyword_id, sum(hits) AS hits, max(at) AS at
        FROM taken GROUP BY account_id, keyword_id
    ), counted AS (
        UPDATE libraries_keyword AS keyword
        SET hit_count = keyword.hit_count + summed.hits,
            last_hit_at = greatest(keyword.last_hit_at, summed.at)
        FROM summed
        WHERE keyword.id = summed.keyword_id AND keyword.account_id = summed.account_id
    )
    SELECT count(*) FROM taken
"""
AT_ONCE = 50_000
ONE_FOLDS = 0x41534B48


def count_hits(account_id: int, hits: Mapping[int, int], now: datetime) -> None:
    """Note how often each keyword was hit, in the transaction of the result that it was hit in."""
    if hits:
        with connection.cursor() as cursor:
            cursor.execute(APPEND, [account_id, now, list(hits), list(hits.values())])


def fold_hits(*, at_once: int = AT_ONCE) -> int:
    """Add what was noted to the keywords, each note once. Of several that want to, one does it at a time."""
    folded = 0
    while True:
        taken = fold_some(at_once)
        folded += taken
        if taken < at_once:
            return folded


@transaction.atomic
def fold_some(most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_FOLDS])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, [most])
        return cursor.fetchone()[0]
