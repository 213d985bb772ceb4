"""From a plan to rows in the database: made by other processes, copied by this one in one transaction."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from math import inf

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow
from moderation.models import ModerationResult
from stats.load import aside, copying, furniture, rows, telling
from stats.load.days import Hour, batches, hours_of
from stats.load.plan import Bases, Plan
from stats.load.sums import count_loaded, count_reviews
from stats.summing import sum_up

COLUMNS = rows.COLUMNS | telling.COLUMNS
NUMBERED = (rows.RESULTS, rows.ITEMS, rows.DECISIONS, telling.EVENTS, telling.CALLBACKS, telling.ATTEMPTS)
COUNTED = (
    "stats_usagecounter", "stats_labelcounter", "stats_latencycounter", "stats_workcounter",
    "stats_handlingcounter", "stats_machinecounter", "stats_usageday", "stats_usagemonth", "stats_labelmonth",
    "stats_latencymonth", "audit_auditrecord", "libraries_keyword",
    "libraries_textsample", "libraries_libraryimage", "moderation_mediaasset", "moderation_mediajob",
)  # fmt: skip
MAKERS, MOST_AHEAD = 2, 4

_plan: list[Plan] = []


class HoldsRealData(NotAllowedNow):
    code = "database_holds_results"
    default_message = _(
        "This database holds results already. Invented ones are put beside them with --beside-real-data only."
    )


def require_empty() -> None:
    if ModerationResult.objects.exists():
        raise HoldsRealData()


def load(
    *, results: int, days: int, accounts: int, seed: int, now: datetime, tell: Callable[[str], None]
) -> dict[str, int]:
    """Invent so many results with all that belongs to them. Says how many rows came into each big table."""
    opened = furniture.accounts(count=accounts, now=now)
    kinds = tuple(furniture.kinds_of(opened, seed=seed))
    hours = hours_of(results=results, days=days, now=now)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            number = cursor.fetchone()[0]
        held = bases()
        plan = Plan(
            now=now,
            # Beside what is there already something else is invented.
            seed=seed + held.results,
            kinds=kinds,
            sides={one.pk: furniture.side_of(one, results=results) for one in opened},
            groups=furniture.groups(),
            bases=held,
            transaction=number,
            results=results,
        )
        bare = copying.Bare()
        for table in COLUMNS:
            bare.strip(table)
        copied = copy_all(plan, hours, tell)
        bare.restore(lambda table: tell(f"Indexes of {table}"))
        copying.set_last_ids(NUMBERED)
        tell("Counters")
        count_loaded(after=plan.bases.results, now=now)
        count_reviews(opened, now=now)
        shares = furniture.shares_of(opened)
        aside.furnish(shares, results=results, days=days, seed=plan.seed, now=now, tell=tell)
    sum_up(now=now, seconds=inf)
    tell("Statistics of the tables")
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join((*COLUMNS, *COUNTED))}")
    return copied


def bases() -> Bases:
    return Bases(*map(copying.last_id, NUMBERED))


def copy_all(plan: Plan, hours: list[Hour], tell: Callable[[str], None]) -> dict[str, int]:
    """Rows are made ahead by other processes: the database never waits for them, nor they for it."""
    copied: dict[str, int] = dict.fromkeys(COLUMNS, 0)
    began = said = time.monotonic()
    _plan[:] = [plan]
    room = threading.Semaphore(MOST_AHEAD)
    makers = min(MAKERS, os.cpu_count() or 1)
    with multiprocessing.get_context("fork").Pool(makers, end_when_told) as pool:
        try:
            for made in pool.imap(made_in_another, within(room, batches(hours))):
                # In this order, for rows name those of the tables before.
                for table in filter(made.get, COLUMNS):
                    count, data = made[table]
                    copying.copy(table, COLUMNS[table], data)
                    copied[table] += count
                room.release()
                done, now = copied[rows.RESULTS], time.monotonic()
                if now - said > 5 or done == plan.results:
                    said, pace = now, done / (now - began)
                    tell(f"{done:,} of {plan.results:,} results, {pace:,.0f} a second")
        finally:
            # Whoever waits for room would have the pool wait for him.
            room.release(len(hours))
    return copied


def within(room: threading.Semaphore, found: Iterator[list[Hour]]) -> Iterator[list[Hour]]:
    """Batches, as far as there is room: what is made and not copied yet stands in memory."""
    for batch in found:
        room.acquire()
        yield batch


def end_when_told() -> None:
    """Whatever the process that it comes from does instead: the pool waits for its end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def made_in_another(hours: list[Hour]) -> dict[str, tuple[int, bytes]]:
    """In a process that was forked with the plan: only hours travel there, and finished bytes back."""
    return rows.rows_of(_plan[0], hours)
