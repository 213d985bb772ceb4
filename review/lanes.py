"""What a reviewer may be given next: found in milliseconds among a million items, whatever is left out.

A lane is all that waits in one queue, of one detection type, kind of content and mode, in the order of its
urgency: the index `review_lanes`. Lanes are hundreds at most, and the index leads from each to the next. So
what somebody is not given, be it nine tenths of a queue, is never walked over.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
            "escalated": self.has_escalated,
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    item_id: int
    urgent_at: datetime
    is_severe: bool

    @property
    def key(self) -> tuple[datetime, int]:
        return self.urgent_at, self.item_id


# How far into a queue to look before the lanes are asked: some milliseconds.
HEAD = 1_000

OPEN = "i.account_id = %(account)s AND i.state IN ('waiting', 'claimed')"
FREE = """
    (i.state = 'waiting' OR i.lease_until < %(now)s)
    AND NOT EXISTS (SELECT FROM review_skip s WHERE s.item_id = i.id AND s.user_id = %(user)s)
"""
MAY = """
    {row}.queue_id = ANY(%(queues)s::bigint[]) AND {row}."group" <> ALL(%(without)s::text[])
    AND (%(type)s = '' OR {row}.content_type = %(type)s) AND (%(mode)s = '' OR {row}.mode = %(mode)s)
"""
MAY_ESCALATED = """
    (i.escalated_at IS NULL OR %(escalated)s AND i.escalated_by_id IS DISTINCT FROM %(user)s)
"""
FOUND = 'i.id, i.urgent_at, i."group" = ANY(%(severe)s::text[])'
# Stops at the first rows that will do, and in any case after as many as HEAD.
HEAD_FIRST = f"""
    SELECT {FOUND} FROM (
        SELECT * FROM review_reviewitem i WHERE {OPEN} ORDER BY i.urgent_at, i.id LIMIT %(head)s
    ) i WHERE {MAY.format(row="i")} AND {MAY_ESCALATED} AND {FREE}
    ORDER BY i.urgent_at, i.id LIMIT %(most)s
"""  # noqa: S608 - of the parts above
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
    SELECT lane.queue_id, lane."group", lane.content_type, lane.mode FROM lane
    WHERE {MAY.format(row="lane")}
"""  # noqa: S608 - of the parts above
OF_LANES = f"""
    SELECT lane.place, found.* FROM unnest(
        %(lane_queues)s::bigint[], %(lane_groups)s::text[], %(lane_types)s::text[], %(lane_modes)s::text[]
    ) WITH ORDINALITY AS lane(queue_id, "group", content_type, mode, place), LATERAL (
        SELECT {FOUND} FROM review_reviewitem i
        WHERE {OPEN} AND i.escalated_at IS NULL AND i.queue_id = lane.queue_id AND i."group" = lane."group"
        AND i.content_type = lane.content_type AND i.mode = lane.mode AND {FREE}
        ORDER BY i.urgent_at, i.id LIMIT %(most)s
    ) found
"""  # noqa: S608 - of the parts above
ESCALATED = f"""
    SELECT {FOUND} FROM review_reviewitem i
    WHERE {OPEN} AND i.escalated_at IS NOT NULL AND i.escalated_by_id IS DISTINCT FROM %(user)s
    AND {MAY.format(row="i")} AND {FREE}
    ORDER BY i.urgent_at, i.id LIMIT %(most)s
"""  # noqa: S608 - of the parts above
# The items of one author or data id are few. Materialized, so that no plan walks a whole queue for them.
OF_ONE = f"""
    WITH mine AS MATERIALIZED (
        SELECT * FROM review_reviewitem i WHERE {OPEN} AND (%(author)s = '' OR i.author_id = %(author)s)
        AND (%(data)s = '' OR i.data_id = %(data)s) LIMIT 20000
    )
    SELECT {FOUND} FROM mine i WHERE {MAY.format(row="i")} AND {MAY_ESCALATED} AND {FREE}
    ORDER BY i.urgent_at, i.id LIMIT %(most)s
"""  # noqa: S608 - of the parts above


def candidates(wanted: Wanted, *, count: int, most: int) -> list[Candidate]:
    """At most about `most` that may be given, the most urgent first. Nothing is locked yet.

    Nearly always the head of the queue has what is wanted, and milder items to put between severe ones. Where
    too much of it is not for this reviewer, the lanes are asked.
    """
    if wanted.author_id or wanted.data_id:
        return ask(OF_ONE, wanted, most=most)
    found = ask(HEAD_FIRST, wanted, most=most, head=HEAD)
    if len(found) < count:
        found = by_lanes(wanted, most)
        if wanted.has_escalated:
            found += ask(ESCALATED, wanted, most=most)
    elif sum(not one.is_severe for one in found) < count // 2:
        milder = replace(wanted, without=wanted.without + wanted.severe)
        found += ask(HEAD_FIRST, milder, most=count, head=HEAD)
    return in_order(dict.fromkeys(found))


def by_lanes(wanted: Wanted, most: int) -> list[Candidate]:
    """A few of each lane; then more and more of those lanes that may hold more of what is most urgent."""
    lanes = rows_of(LANES, wanted)
    few = max(2, 2 * most // max(len(lanes), 1))
    found: dict[tuple, list[Candidate]] = {}
    while lanes:
        found |= of_lanes(wanted, lanes, few)
        best = in_order(one for ones in found.values() for one in ones)[:most]
        # A lane from which all came may hold more, but none that is as urgent as the last of the best.
        lanes = [
            lane
            for lane in lanes
            if len(found.get(lane, ())) == few
            and few < most
            and (len(best) < most or found[lane][-1].key <= best[-1].key)
        ]
        few = min(4 * few, most)
    return in_order(one for ones in found.values() for one in ones)[:most]


def of_lanes(wanted: Wanted, lanes: list[tuple], most: int) -> dict[tuple, list[Candidate]]:
    queues, groups, types, modes = zip(*lanes, strict=True)
    found: dict[tuple, list[Candidate]] = {}
    for place, *row in rows_of(
        OF_LANES,
        wanted,
        most=most,
        lane_queues=list(queues),
        lane_groups=list(groups),
        lane_types=list(types),
        lane_modes=list(modes),
    ):
        found.setdefault(lanes[place - 1], []).append(Candidate(*row))
    return found


def ask(statement: str, wanted: Wanted, **params) -> list[Candidate]:
    return [Candidate(*row) for row in rows_of(statement, wanted, **params)]


def rows_of(statement: str, wanted: Wanted, **params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, wanted.as_params() | params)
        return cursor.fetchall()


def in_order(found: Iterable[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda one: one.key)


GIVE = """
    WITH chosen AS MATERIALIZED (
        SELECT i.id FROM review_reviewitem i
        JOIN unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wish(id, place) ON wish.id = i.id
        WHERE i.state IN ('waiting', 'claimed') AND (i.state = 'waiting' OR i.lease_until < %(now)s)
        ORDER BY wish.place LIMIT %(most)s FOR UPDATE OF i SKIP LOCKED
    )
    UPDATE review_reviewitem SET state = 'claimed', claimed_by_id = %(user)s, lease_until = %(until)s
    FROM chosen WHERE review_reviewitem.id = chosen.id RETURNING review_reviewitem.id
"""


def give(ids: Iterable[int], *, most: int, user_id: int, until: datetime, now: datetime) -> list[int]:
    """Put the first of these items into somebody's hand that are free still and that nobody else is taking.

    One statement, so that outside a transaction nobody else finds them locked for longer than it runs.
    """
    params = {"ids": list(ids), "most": most, "user": user_id, "until": until, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(GIVE, params)
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
