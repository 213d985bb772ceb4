"""Set the counters of a day to what its results, and those that were forgotten, say.

The folders wait for it, nobody else does: results go on to be stored and counted, since they only append.
"""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import NotAllowedNow
from stats.exactness.checks import can_be_told, check_day
from stats.exactness.recount import span_of
from stats.models import UsageCheck, UsageDrift

# In the order in which a folder takes them.
LOCK = "LOCK TABLE stats_usagecounter, stats_labelcounter, stats_latencycounter IN SHARE ROW EXCLUSIVE MODE"
MOST_NAMED = 50

# What should be counted, and what of it the tail holds already, at the moment of each statement.
TRUTH = """
WITH existing AS (
    SELECT date_trunc('hour', created_at, %(zone)s) AS hour, service_id, source, content_type, level, labels,
           took_us
    FROM moderation_moderationresult
    WHERE account_id = %(account)s AND created_at >= %(from)s AND created_at < %(to)s AND source <> 'manual'
), gone AS (
    SELECT starts_at, service_id, source, content_type, kind, name, calls, high, medium, low, took_us
    FROM stats_forgottencounter
    WHERE account_id = %(account)s AND starts_at >= %(from)s AND starts_at < %(to)s
    UNION ALL
    SELECT starts_at, service_id, source, content_type, kind, name, calls, high, medium, low, took_us
    FROM stats_forgottendelta
    WHERE account_id = %(account)s AND starts_at >= %(from)s AND starts_at < %(to)s
), tail AS (
    SELECT date_trunc('hour', at, %(zone)s) AS hour, service_id, source, content_type, level, labels, took_us
    FROM stats_usagedelta WHERE account_id = %(account)s AND at >= %(from)s AND at < %(to)s
)
"""

CALLS = """
INSERT INTO stats_usagecounter (
    account_id, starts_at, service_id, source, content_type, calls, high, medium, low, took_us, folded_at
)
SELECT %(account)s, hour, service_id, source, content_type,
       sum(calls), sum(high), sum(medium), sum(low), sum(took_us), %(now)s
FROM (
    SELECT hour, service_id, source, content_type, 1 AS calls, (level = 'high')::int AS high,
           (level = 'medium')::int AS medium, (level = 'low')::int AS low, took_us::bigint
    FROM existing
    UNION ALL
    SELECT starts_at, service_id, source, content_type, calls, high, medium, low, took_us
    FROM gone WHERE kind = 'calls'
    UNION ALL
    SELECT hour, service_id, source, content_type, -1, -(level = 'high')::int, -(level = 'medium')::int,
           -(level = 'low')::int, -took_us::bigint
    FROM tail
) AS truth
GROUP BY 2, 3, 4, 5 HAVING sum(calls) > 0
"""

LABELS = """
INSERT INTO stats_labelcounter (account_id, starts_at, service_id, source, label, hits, folded_at)
SELECT %(account)s, %(from)s, service_id, source, label, sum(hits), %(now)s
FROM (
    SELECT service_id, source, carried.label, 1 AS hits
    FROM existing CROSS JOIN LATERAL (
        SELECT DISTINCT one ->> 'label' AS label FROM jsonb_array_elements(labels) AS one
    ) AS carried
    WHERE level <> 'none'
    UNION ALL
    SELECT service_id, source, name, calls FROM gone WHERE kind = 'label'
    UNION ALL
    SELECT service_id, source, label, -1 FROM tail CROSS JOIN unnest(labels) AS label
) AS truth
GROUP BY 3, 4, 5 HAVING sum(hits) > 0
"""

LATENCY = """
INSERT INTO stats_latencycounter (
    account_id, starts_at, service_id, source, content_type, bucket, calls, folded_at
)
SELECT %(account)s, %(from)s, service_id, source, content_type, bucket, sum(calls), %(now)s
FROM (
    SELECT service_id, source, content_type, stats_latency_bucket(took_us) AS bucket, 1 AS calls
    FROM existing
    UNION ALL
    SELECT service_id, source, content_type, name::smallint, calls FROM gone WHERE kind = 'latency'
    UNION ALL
    SELECT service_id, source, content_type, stats_latency_bucket(took_us), -1 FROM tail
) AS truth
GROUP BY 3, 4, 5, 6 HAVING sum(calls) > 0
"""

CLEAR = """
DELETE FROM {table} WHERE account_id = %(account)s AND starts_at >= %(from)s AND starts_at < %(to)s
"""
REBUILD = {
    "stats_usagecounter": CALLS,
    "stats_labelcounter": LABELS,
    "stats_latencycounter": LATENCY,
}


class DayUnclear(NotAllowedNow):
    code = "day_unclear"
    default_message = _(
        "Nobody can tell what this day should say: it is too old, or the account's clock was changed."
    )


@transaction.atomic
def repair_day(*, account: Account, day: date, actor=None, now: datetime) -> UsageCheck:
    """Check a day and mend what differs. What was wrong stays on record."""
    check = check_day(account=account, day=day, now=now)
    if not can_be_told(account, day, now):
        raise DayUnclear(day=day.isoformat())
    if check.state == UsageCheck.State.EXACT:
        return check
    drifts = UsageDrift.objects.owned_by(account).standing().filter(day=day)
    mended = [str(drift) for drift in drifts[:MOST_NAMED]]
    figures = drifts.update(repaired_at=now)
    rebuild(account, day, now)
    record(
        account=account,
        actor=actor,
        action="usage.repaired",
        subject=day.isoformat(),
        after={"figures": figures, "were": mended},
        now=now,
    )
    return check_day(account=account, day=day, now=now)


def rebuild(account: Account, day: date, now: datetime) -> None:
    values = span_of(account, day) | {"now": now}
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        for table, fill in REBUILD.items():
            cursor.execute(CLEAR.format(table=table), values)
            cursor.execute(TRUTH + fill, values)
