"""Lists of results that are walked by the number of a page, up to a limit, and counted as far.

A page far down is as many rows away as its number says; a list merged as in `results_query` would read that
many of each of its streams. Here each stream is a part of the statement, in the order of its index: so
PostgreSQL merges them as it reads and takes of each no more than its share, whatever the depth.
"""

from dataclasses import dataclass
from itertools import product

from django.db import connection
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from moderation.models import ModerationResult
from moderation.results_asked import Asked
from moderation.results_query import Part, is_narrowed, newest_ids, parts_of

# What is filled in are words of our own; what somebody asks for goes in as values.
STREAM = """(SELECT row.created_at, row.{key} AS id FROM {table} AS row WHERE {wanted}
    ORDER BY row.created_at DESC, row.{key} DESC)"""
MERGED = """
SELECT id FROM (
    SELECT DISTINCT created_at, id FROM ({}) AS found ORDER BY created_at DESC, id DESC LIMIT %s
) AS first ORDER BY created_at DESC, id DESC
"""


class TooManyToTurn(Invalid):
    code = "list_too_long_to_turn"
    default_message = _("This list is too long to begin with the oldest: narrow it by time.")


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """`total` is exact where there are not `more`."""

    results: list[ModerationResult]
    total: int
    more: bool


def numbered(
    asked: Asked, *, account: Account, first: int, size: int, most: int, oldest_first: bool = False
) -> NumberedPage:
    """Of the newest `most` results those from the place `first` on, and how many of them there are."""
    ids = merged_ids(asked, account=account, limit=most + 1)
    total, more = min(len(ids), most), len(ids) > most
    if oldest_first:
        if more:
            raise TooManyToTurn(most=most)
        ids.reverse()
    chosen = ids[:total][first : first + size]
    by_id = ModerationResult.objects.owned_by(account).with_names().in_bulk(chosen)
    return NumberedPage([by_id[pk] for pk in chosen if pk in by_id], total, more)


def merged_ids(asked: Asked, *, account: Account, limit: int) -> list[int]:
    """The newest first."""
    if asked.nothing:
        return []
    if asked.request_id or asked.data_id or not is_narrowed(asked):
        return newest_ids(asked, account=account, after=None, limit=limit)
    found = [stream for part in parts_of(asked, account=account) for stream in streams_of(part)]
    if not found:
        return []
    statement = " UNION ALL ".join(stream for stream, _values in found)
    with connection.cursor() as cursor:
        values = [value for _stream, values in found for value in values]
        cursor.execute(MERGED.format(statement), [*values, limit])
        return [pk for (pk,) in cursor.fetchall()]


def streams_of(part: Part) -> list[tuple[str, list]]:
    conditions = [*(f"row.{name} = %s" for name in part.facets), *(text for text, _values in part.wanted)]
    stream = STREAM.format(key=part.key, table=part.table, wanted=" AND ".join(conditions))
    besides = [value for _text, values in part.wanted for value in values]
    return [(stream, [*row, *besides]) for row in product(*part.facets.values())]
