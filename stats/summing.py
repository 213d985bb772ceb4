"""Days that are over are added to the sums, some time after they ended: what comes later is no harm.

An account's days of a month go at a time. Folders wait meanwhile, nobody else does: results go on to be
stored and counted, since they only append.
"""

import time
from datetime import datetime, timedelta

from django.db import connection, transaction

from config.accounts.models import Account

REST = timedelta(hours=1)
SECONDS = 20  # what is left is for the next round

# In the order in which a folder takes them.
LOCK = "LOCK TABLE stats_usagecounter, stats_labelcounter, stats_latencycounter IN SHARE ROW EXCLUSIVE MODE"
DUE = """
SELECT account.id FROM accounts_account account
LEFT JOIN stats_summeduntil held ON held.account_id = account.id
WHERE held.until IS NULL OR held.until < date_trunc('day', %(over)s, account.time_zone)
ORDER BY account.id
"""
# To the end of the month in which there is something next, or of all that is over.
STEP = """
SELECT account.id AS account, account.time_zone AS zone, coalesce(held.until, '-infinity')::text AS since,
       least(over.day, next.month)::text AS until, next.month IS NULL OR next.month > over.day AS is_last
FROM accounts_account account LEFT JOIN stats_summeduntil held ON held.account_id = account.id
CROSS JOIN LATERAL (SELECT date_trunc('day', %(over)s, account.time_zone) AS day) AS over
LEFT JOIN LATERAL (
    SELECT (date_trunc('month', starts_at AT TIME ZONE account.time_zone) + interval '1 month')
           AT TIME ZONE account.time_zone AS month
    FROM stats_usagecounter counter
    WHERE counter.account_id = account.id AND starts_at >= coalesce(held.until, '-infinity')
    ORDER BY starts_at LIMIT 1
) AS next ON true
WHERE account.id = %(account)s AND (held.until IS NULL OR held.until < over.day)
"""
ADD = """
INSERT INTO {table} AS sums (account_id, starts_at, service_id, source, {name}{figures})
SELECT account_id, date_trunc('{grain}', starts_at, %(zone)s), service_id, source, {name}{summed}
FROM {counters} WHERE account_id = %(account)s AND starts_at >= %(since)s AND starts_at < %(until)s
GROUP BY {groups} ORDER BY 2
ON CONFLICT (account_id, starts_at, service_id, source{key}) DO UPDATE SET {added}
"""
NOTE = """
INSERT INTO stats_summeduntil (account_id, until) VALUES (%(account)s, %(until)s)
ON CONFLICT (account_id) DO UPDATE SET until = excluded.until
"""


def adding(table: str, grain: str, counters: str, figures: list[str], name: str = "") -> str:
    return ADD.format(
        table=table,
        grain=grain,
        counters=counters,
        name=f"{name}, " if name else "",
        figures=", ".join(figures),
        summed=", ".join(f"sum({one})" for one in figures),
        groups="1, 2, 3, 4, 5" if name else "1, 2, 3, 4",
        key=f", {name}" if name else "",
        added=", ".join(f"{one} = sums.{one} + excluded.{one}" for one in figures),
    )


USAGE = ["calls", "high", "medium", "low", "took_us"]
STATEMENTS = (
    adding("stats_usageday", "day", "stats_usagecounter", USAGE),
    adding("stats_usagemonth", "month", "stats_usagecounter", USAGE),
    adding("stats_labelmonth", "month", "stats_labelcounter", ["hits"], "label"),
    adding("stats_latencymonth", "month", "stats_latencycounter", ["calls"], "bucket"),
    NOTE,
)


def sum_up(*, now: datetime, seconds: float = SECONDS) -> int:
    """Add the days that were over a while ago, and say in how many steps. May be killed at any time."""
    deadline, steps = time.monotonic() + seconds, 0
    over = now - REST
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"over": over})
        due = [account for (account,) in cursor.fetchall()]
    for account in due:
        while time.monotonic() < deadline and (is_last := add_month(account, over)) is not None:
            steps += 1
            if is_last:
                break
    return steps


@transaction.atomic
def add_month(account_id: int, over: datetime) -> bool | None:
    """Whether that was the last; None where there was nothing to do any more."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(STEP, {"account": account_id, "over": over})
        if not (found := cursor.fetchone()):
            return None
        account, zone, since, until, is_last = found
        for statement in STATEMENTS:
            cursor.execute(statement, {"account": account, "zone": zone, "since": since, "until": until})
        return is_last


def forget_sums(account: Account) -> None:
    """They are made anew soon; until then all is read from the counters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stats_forget_sums(%s)", [account.pk])
