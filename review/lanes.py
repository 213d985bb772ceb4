"""What a reviewer may be given next: found in milliseconds among a million items, whatever is left out.

A lane is all that waits in one queue, of one detection type, kind of content and mode, in the order of its
urgency: the index `review_lanes`. Lanes are few, and the index leads from each to the next one. So what
somebody is not given, be it nine tenths of a queue, is never walked over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody may be given, and what of it they ask for. Blank is everything."""

    account_id: int
    user_id: int
    queues: tuple[int, ...]
    without: tuple[str, ...]
    severe: tuple[str, ...]
    now: datetime
    content_type: str = ""
    mode: str = ""
    author_id: str = ""
    data_id: str = ""
    has_escalated: bool = False

    def as_params(self) -> dict:
        return {
            "account": self.account_id,
            "user": self.user_id,
            "queues": list(self.queues),
            "without": list(self.without),
            "severe": list(self.severe),
            "now": self.now,
            "type": self.content_type,
            "mode": self.mode,
            "author": self.author_id,
            "data": self.data_id,
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    item_id: int
    urgent_at: datetime
    is_severe: bool


OPEN = "i.account_id = %(account)s AND i.state IN ('waiting', 'claimed')"
FREE = """
    (i.state = 'waiting' OR i.lease_until < %(now)s)
    AND NOT EXISTS (SELECT FROM review_skip s WHERE s.item_id = i.id AND s.user_id = %(user)s)
"""
MAY = """
    {row}.queue_id = ANY(%(queues)s::bigint[]) AND {row}."group" <> ALL(%(without)s::text[])
    AND (%(type)s = '' OR {row}.content_type = %(type)s) AND (%(mode)s = '' OR {row}.mode = %(mode)s)
"""
LANE = 'i.queue_id, i."group", i.content_type, i.mode'
LANES = f"""
    WITH RECURSIVE lane AS (
        (SELECT {LANE} FROM review_reviewitem i WHERE {OPEN} AND i.escalated_at IS NULL
         ORDER BY {LANE} LIMIT 1)
        UNION ALL
        SELECT next.* FROM lane, LATERAL (
            SELECT {LANE} FROM review_reviewitem i WHERE {OPEN} AND i.escalated_at IS NULL
            AND ({LANE}) > (lane.queue_id, lane."group", lane.content_type, lane.mode)
            ORDER BY {LANE} LIMIT 1
        ) next
    )
"""  # noqa: S608 - of the parts above
BY_LANES = f"""
    {LANES}
    SELECT found.id, found.urgent_at, lane."group" = ANY(%(severe)s::text[]) FROM lane, LATERAL (
        SELECT i.id, i.urgent_at FROM review_reviewitem i
        WHERE {OPEN} AND i.escalated_at IS NULL AND i.queue_id = lane.queue_id AND i."group" = lane."group"
        AND i.content_type = lane.content_type AND i.mode = lane.mode AND {FREE}
        ORDER BY i.urgent_at, i.id LIMIT %(most)s
    ) found WHERE {MAY.format(row="lane")}
"""  # noqa: S608 - of the parts above
ESCALATED = f"""
    SELECT i.id, i.urgent_at, i."group" = ANY(%(severe)s::text[]) FROM review_reviewitem i
    WHERE {OPEN} AND i.escalated_at IS NOT NULL AND i.escalated_by_id IS DISTINCT FROM %(user)s
    AND {MAY.format(row="i")} AND {FREE}
    ORDER BY i.urgent_at, i.id LIMIT %(most)s
"""  # noqa: S608 - of the parts above
# The items of one author or data id are few. Materialized, so that no plan walks a whole queue for them.
OF_ONE = f"""
    WITH mine AS MATERIALIZED (SELECT i.* FROM review_reviewitem i WHERE {OPEN} AND {{column}} LIMIT 20000)
    SELECT i.id, i.urgent_at, i."group" = ANY(%(severe)s::text[]) FROM mine i
    WHERE {MAY.format(row="i")} AND {FREE} AND {{escalated}}
    ORDER BY i.urgent_at, i.id LIMIT %(most)s
"""  # noqa: S608 - of the parts above
BY_AUTHOR = "i.author_id = %(author)s AND (%(data)s = '' OR i.data_id = %(data)s)"
BY_DATA_ID = "i.data_id = %(data)s"
NOT_ESCALATED = "i.escalated_at IS NULL"
NOT_ESCALATED_BY_SELF = "i.escalated_by_id IS DISTINCT FROM %(user)s"


def candidates(wanted: Wanted, most: int) -> list[Candidate]:
    """What may be given, the most urgent of each lane. Nothing is locked yet."""
    found = []
    with connection.cursor() as cursor:
        for statement in statements(wanted):
            cursor.execute(statement, wanted.as_params() | {"most": most})
            found += [Candidate(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.urgent_at, one.item_id))


def statements(wanted: Wanted) -> list[str]:
    if wanted.author_id or wanted.data_id:
        column = BY_AUTHOR if wanted.author_id else BY_DATA_ID
        escalated = NOT_ESCALATED_BY_SELF if wanted.has_escalated else NOT_ESCALATED
        return [OF_ONE.format(column=column, escalated=escalated)]
    return [BY_LANES, ESCALATED] if wanted.has_escalated else [BY_LANES]


LOCK = """
    SELECT i.id FROM review_reviewitem i JOIN unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wish(id, place)
    ON wish.id = i.id
    WHERE i.state IN ('waiting', 'claimed') AND (i.state = 'waiting' OR i.lease_until < %(now)s)
    ORDER BY wish.place LIMIT %(most)s FOR UPDATE OF i SKIP LOCKED
"""


def lock(ids: Iterable[int], *, most: int, now: datetime) -> list[int]:
    """The first of these items that are free still and that nobody else is taking at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"ids": list(ids), "most": most, "now": now})
        return [item_id for (item_id,) in cursor.fetchall()]


def spread_out(rows: list, *, is_severe) -> list:
    """In the order given, but never two severe ones in a row as long as there is another to put between."""
    severe = [(place, row) for place, row in enumerate(rows) if is_severe(row)][::-1]
    others = [(place, row) for place, row in enumerate(rows) if not is_severe(row)][::-1]
    arranged: list = []
    while severe and others:
        follows_severe = bool(arranged) and is_severe(arranged[-1])
        is_turn_of_severe = severe[-1][0] < others[-1][0] and not follows_severe
        _place, row = (severe if is_turn_of_severe else others).pop()
        arranged.append(row)
    return arranged + [row for _place, row in (severe or others)[::-1]]
