"""Recordings by a part of their title: looked for among the newest, however many there are.

No index tells where a part of a word occurs, so that each title is read. The next page goes on from the one
before, and so does what is looked through; who looks for what is older says until when.
"""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

LOOKED_THROUGH = 10_000
# What is filled in is a query of ours with its own values.
TITLED = """
SELECT id FROM ({rows}) AS newest WHERE upper(title) LIKE upper(%s)
ORDER BY created_at DESC, id DESC LIMIT %s
"""


def titled(rows: QuerySet, title: str, *, limit: int) -> QuerySet:
    """Those of the newest rows whose title holds this."""
    newest = rows.newest_first().values("id", "title", "created_at")[:LOOKED_THROUGH]
    inner, values = newest.query.sql_with_params()
    with connection.cursor() as cursor:
        part = f"%{connection.ops.prep_for_like_query(title)}%"
        cursor.execute(TITLED.format(rows=inner), [*values, part, limit])
        found = [pk for (pk,) in cursor.fetchall()]
    return rows.filter(pk__in=found)


def looked_back_to(rows: QuerySet) -> tuple[datetime, int] | None:
    """The last row that was looked through; None where all of them were."""
    places = rows.newest_first().values_list("created_at", "pk")
    edge = list(places[LOOKED_THROUGH - 1 : LOOKED_THROUGH + 1])
    return edge[0] if len(edge) == 2 else None
