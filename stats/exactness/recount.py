"""One day of an account, counted anew and held against its counters, in one statement that sees one moment.

What exists and what was noted of deleted results together are what should have been counted: see
`stats.models.exactness`. A result is stored with its delta, and deleted with its note, in one transaction: so
the day may be running, folded or purged meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from config.accounts.models import Account
from stats.facts import zone_of
from stats.models.exactness import Kind, UsageDrift
from stats.periods import DAY, Period

RECOUNT = """
WITH existing AS (
    SELECT service_id, source, stats_latency_bucket(took_us)::text AS bucket, count(*) AS calls,
           count(*) FILTER (WHERE level = 'high') AS high, count(*) FILTER (WHERE level = 'medium') AS medium,
           count(*) FILTER (WHERE level = 'low') AS low, sum(took_us) AS took_us
    FROM moderation_moderationresult
    WHERE account_id = %(account)s AND created_at >= %(from)s AND created_at < %(to)s AND source <> 'manual'
    GROUP BY 1, 2, 3
), labelled AS (
    SELECT service_id, source, carried.label, count(*) AS calls
    FROM moderation_moderationresult CROSS JOIN LATERAL (
        SELECT DISTINCT one ->> 'label' AS label FROM jsonb_array_elements(labels) AS one
    ) AS carried
    WHERE account_id = %(account)s AND created_at >= %(from)s AND created_at < %(to)s AND source <> 'manual'
    AND level <> 'none'
    GROUP BY 1, 2, 3
), gone AS (
    SELECT kind, name, service_id, source, calls, high, medium, low, took_us
    FROM stats_forgottencounter
    WHERE account_id = %(account)s AND starts_at >= %(from)s AND starts_at < %(to)s
    UNION ALL
    SELECT kind, name, service_id, source, calls, high, medium, low, took_us
    FROM stats_forgottendelta
    WHERE account_id = %(account)s AND starts_at >= %(from)s AND starts_at < %(to)s
), figures (side, kind, name, service_id, source, calls, high, medium, low, took_us) AS (
    SELECT 'there', 'calls', '', service_id, source, calls, high, medium, low, took_us FROM existing
    UNION ALL
    SELECT 'there', 'latency', bucket, service_id, source, calls, 0, 0, 0, 0 FROM existing
    UNION ALL
    SELECT 'there', 'label', label, service_id, source, calls, 0, 0, 0, 0 FROM labelled
    UNION ALL
    SELECT 'gone', kind, name, service_id, source, calls, high, medium, low, took_us FROM gone
    UNION ALL
    SELECT 'counted', 'calls', '', service_id, source, calls, high, medium, low, took_us
    FROM stats_usagefact WHERE account_id = %(account)s AND at >= %(from)s AND at < %(to)s
    UNION ALL
    SELECT 'counted', 'latency', bucket::text, service_id, source, calls, 0, 0, 0, 0
    FROM stats_latencyfact WHERE account_id = %(account)s AND at >= %(from)s AND at < %(to)s
    UNION ALL
    SELECT 'counted', 'label', label, service_id, source, hits, 0, 0, 0, 0
    FROM stats_labelfact WHERE account_id = %(account)s AND at >= %(from)s AND at < %(to)s
)
SELECT side, kind, name, service_id, source, sum(calls)::bigint, sum(high)::bigint, sum(medium)::bigint,
       sum(low)::bigint, sum(took_us)::bigint
FROM figures GROUP BY 1, 2, 3, 4, 5
"""

# Sums of an hour or a day that begins where no hour or day of the account's clock begins: they were made
# under another zone, and parts of them lie on the other side of midnight.
SEAM = """
SELECT EXISTS (
    SELECT 1 FROM stats_usagecounter WHERE account_id = %(account)s
    AND starts_at >= %(from)s - interval '1 day' AND starts_at < %(to)s + interval '1 day'
    AND date_trunc('hour', starts_at, %(zone)s) <> starts_at
) OR EXISTS (
    SELECT 1 FROM stats_latencycounter WHERE account_id = %(account)s
    AND starts_at >= %(from)s - interval '1 day' AND starts_at < %(to)s + interval '1 day'
    AND date_trunc('day', starts_at, %(zone)s) <> starts_at
) OR EXISTS (
    SELECT 1 FROM stats_forgottencounter WHERE account_id = %(account)s
    AND starts_at >= %(from)s - interval '1 day' AND starts_at < %(to)s + interval '1 day'
    AND date_trunc(CASE kind WHEN 'calls' THEN 'hour' ELSE 'day' END, starts_at, %(zone)s) <> starts_at
)
"""

FIGURES = (
    UsageDrift.Figure.CALLS,
    UsageDrift.Figure.HIGH,
    UsageDrift.Figure.MEDIUM,
    UsageDrift.Figure.LOW,
    UsageDrift.Figure.TOOK,
)
NOTHING = (0,) * len(FIGURES)


@dataclass(frozen=True, slots=True)
class Difference:
    service_id: int
    source: str
    figure: str
    name: str
    counted: int
    recounted: int


@dataclass(frozen=True, slots=True)
class Recount:
    """Calls of the day by where they were found, and every figure that differs."""

    counted: int
    results: int
    forgotten: int
    differences: tuple[Difference, ...]


def span_of(account: Account, day: date) -> dict:
    """The day's edges as values of the statements."""
    starts_at, ends_at = Period(DAY, day, day).moments(zone_of(account))
    return {"account": account.pk, "from": starts_at, "to": ends_at, "zone": account.time_zone}


def is_on_a_seam(account: Account, day: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(SEAM, span_of(account, day))
        return cursor.fetchone()[0]


def recount(account: Account, day: date) -> Recount:
    sides: dict[str, dict] = {"there": {}, "gone": {}, "counted": {}}
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, span_of(account, day))
        for side, kind, name, service_id, source, *sums in cursor.fetchall():
            sides[side][service_id, source, kind, name] = tuple(sums)
    return Recount(
        *(calls_of(sides[side]) for side in ("counted", "there", "gone")), tuple(differences(**sides))
    )


def calls_of(side: dict) -> int:
    return sum(sums[0] for (_service, _source, kind, _name), sums in side.items() if kind == Kind.CALLS)


def differences(*, there: dict, gone: dict, counted: dict) -> Iterator[Difference]:
    for key in sorted(there.keys() | gone.keys() | counted.keys()):
        service_id, source, kind, name = key
        truth = map(sum, zip(there.get(key, NOTHING), gone.get(key, NOTHING), strict=True))
        figures = FIGURES if kind == Kind.CALLS else (kind, *FIGURES[1:])
        for figure, is_counted, is_true in zip(figures, counted.get(key, NOTHING), truth, strict=True):
            if is_counted != is_true:
                yield Difference(service_id, source, str(figure), name, is_counted, is_true)
