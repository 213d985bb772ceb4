"""The work of people counts in its own transaction, by rows of its own: nothing is updated, nobody waits."""

from collections.abc import Collection

from django.db import connection

from review.models import Feedback, ReviewItem
from stats.models.review_work import MACHINE, WORK
from stats.review_facts import (
    DECIDED,
    ENDED,
    ITEMS,
    JUDGED,
    MACHINE_COLUMNS,
    RECHECKED,
    TOLD,
    WORK_COLUMNS,
    listed,
)

MANY = ITEMS.format(which="item.id = ANY(%(ids)s)")
OPEN = "INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, NULL, {figures})"
# What is taken back is appended as its negative.
APPEND = "INSERT INTO {table} ({columns}) SELECT {key}, {signed} FROM ({facts}) AS fact"
SAY = "WITH {items}, judged AS ({judged}) {worked}"
END = "WITH {items} {ended}"


def append(table: str, columns, figures, facts: str) -> str:
    return APPEND.format(
        table=table,
        columns=listed(columns),
        key=listed(name for name in columns if name not in figures),
        signed=listed(figures, form="%(times)s * {0}"),
        facts=facts,
    )


def work(facts: str) -> str:
    return append("stats_workdelta", WORK_COLUMNS, WORK, facts)


def machine(facts: str) -> str:
    return append("stats_machinedelta", MACHINE_COLUMNS, MACHINE, facts)


ONE_OPENED = listed("1" if name == "opened" else "0" for name in WORK)
OPENING = OPEN.format(table="stats_workdelta", columns=listed(WORK_COLUMNS), figures=ONE_OPENED)
SAYING = SAY.format(items=MANY, judged=machine(JUDGED), worked=work(f"{DECIDED} UNION ALL {RECHECKED}"))
ENDING = END.format(items=MANY, ended=work(ENDED))
TELLING = machine(TOLD.format(which="id = %(id)s"))


class Counting:
    """Watches review, see `review.work_watchers`. What is stored is counted, not what was about to be."""

    def opened(self, item: ReviewItem) -> None:
        run(OPENING, [item.account_id, item.created_at, item.queue_id, item.service_id])

    def said(self, item: ReviewItem, *, times: int) -> None:
        run(SAYING, {"ids": [item.pk], "times": times})

    def ended(self, item_ids: Collection[int]) -> None:
        run(ENDING, {"ids": list(item_ids), "times": 1})

    def told(self, feedback: Feedback, *, times: int) -> None:
        run(TELLING, {"id": feedback.pk, "times": times})


def run(statement: str, values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
