"""The sums of a day and of its month, held against the counters that they are of."""

from datetime import date

from django.db import connection

from config.accounts.models import Account
from stats.exactness.recount import span_of

DIFFERING = """
SELECT service_id FROM (
    SELECT service_id, source, {name} AS name, {figures} FROM {table}
    WHERE account_id = %(account)s AND starts_at = date_trunc('{grain}', %(from)s, %(zone)s)
    UNION ALL
    SELECT service_id, source, {name}, {taken} FROM {counters} counter
    WHERE account_id = %(account)s AND starts_at >= date_trunc('{grain}', %(from)s, %(zone)s)
    AND starts_at < (date_trunc('{grain}', %(from)s AT TIME ZONE %(zone)s) + interval '1 {grain}')
                    AT TIME ZONE %(zone)s
    AND starts_at < (SELECT until FROM stats_summeduntil WHERE account_id = %(account)s)
) AS both_sides GROUP BY service_id, source, name HAVING {differ}
"""


def differing(table: str, grain: str, counters: str, figures: tuple[str, ...], name: str = "''") -> str:
    return DIFFERING.format(
        table=table,
        grain=grain,
        counters=counters,
        name=name,
        figures=", ".join(figures),
        taken=", ".join(f"-{figure}" for figure in figures),
        differ=" OR ".join(f"sum({figure}) <> 0" for figure in figures),
    )


USAGE = ("calls", "high", "medium", "low", "took_us")
ANY = "SELECT EXISTS ({})".format(
    " UNION ALL ".join(
        (
            differing("stats_usageday", "day", "stats_usagecounter", USAGE),
            differing("stats_usagemonth", "month", "stats_usagecounter", USAGE),
            differing("stats_labelmonth", "month", "stats_labelcounter", ("hits",), "label"),
            differing("stats_latencymonth", "month", "stats_latencycounter", ("calls",), "bucket::text"),
        )
    )
)


def are_sums_wrong(account: Account, day: date) -> bool:
    """Nothing but a hand at the database can make them so: every change of a counter is theirs as well."""
    with connection.cursor() as cursor:
        cursor.execute(ANY, span_of(account, day))
        return cursor.fetchone()[0]
