"""Lists that an index answers at any length: merged from streams, one for each combination of open values.

Each stream is the beginning of one stretch of an index that ends in `created_at` and `id`, both descending.
So what nothing passes costs as little as what everything does.
"""

from itertools import product

from django.db import connection

from moderation.results_query import Place

# What is filled in are words of ours; what somebody asks for goes in as values.
MERGE = """
SELECT found.created_at, found.id FROM unnest({arrays}) AS stream ({names})
CROSS JOIN LATERAL (
    SELECT row.created_at, row.id FROM {table} AS row WHERE {wanted}
    ORDER BY row.created_at DESC, row.id DESC LIMIT %s
) AS found ORDER BY 1 DESC, 2 DESC LIMIT %s
"""


def newest_of_streams(
    table: str,
    facets: dict[str, list[str]],
    conditions: list[tuple[str, object]],
    *,
    after: Place | None,
    limit: int,
) -> list[int]:
    """Ids of the newest rows that have one value of every facet and meet the conditions that have one."""
    wanted = [(f"row.{name} = stream.{name}", []) for name in facets]
    wanted += [(condition, [value]) for condition, value in conditions if value is not None]
    if after is not None:
        wanted.append(("(row.created_at, row.id) < (%s, %s)", [after.created_at, after.id]))
    rows = list(product(*facets.values()))
    statement = MERGE.format(
        arrays=", ".join(["%s::varchar[]"] * len(facets)),
        names=", ".join(facets),
        table=table,
        wanted=" AND ".join(condition for condition, _values in wanted),
    )
    columns = [[row[place] for row in rows] for place in range(len(facets))]
    values = [*columns, *(value for _condition, values in wanted for value in values), limit, limit]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [found for _created_at, found in cursor.fetchall()]
