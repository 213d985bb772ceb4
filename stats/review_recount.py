"""Count the work of people anew, from the items and the feedback that there still are."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from config.accounts.models import Account
from stats.models import MachineDelta, WorkDelta
from stats.models.review_work import MACHINE, WORK
from stats.review_facts import DECIDED, EVERY_MACHINE, EVERY_WORK, ITEMS, listed

# Both sides in one statement: what is counted, and what there is. A row per key and day that differs.
COMPARE = """
WITH {items}, sides AS (
    SELECT {key}, at, true AS is_counted, {figures} FROM {table} WHERE account_id = %(account)s
    UNION ALL
    SELECT {key}, at, false, {figures} FROM ({facts}) AS fact WHERE account_id = %(account)s
)
SELECT date_trunc('day', at, %(zone)s), {key}, {counted}, {there} FROM sides
GROUP BY {places} HAVING ROW({counted}) IS DISTINCT FROM ROW({there}) ORDER BY {places}
"""
QUEUE = ("queue_id", "service_id")
FEEDBACK_THAT_STANDS = "withdrawn_at IS NULL"


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that is counted: under which key, in which figures, and from what."""

    key: tuple[str, ...]
    figures: tuple[str, ...]
    table: str
    facts: str


KINDS = {
    "work": Kind(QUEUE, WORK, "stats_workfact", EVERY_WORK),
    "handling": Kind(
        (*QUEUE, "bucket"),
        ("handled",),
        "stats_handlingfact",
        f"SELECT * FROM ({DECIDED}) AS said WHERE bucket IS NOT NULL",  # noqa: S608 (words of ours)
    ),
    "machine": Kind(
        ("service_id", "label"),
        MACHINE,
        "stats_machinefact",
        EVERY_MACHINE.format(which=FEEDBACK_THAT_STANDS),
    ),
}


@dataclass(frozen=True, slots=True)
class Drift:
    kind: str
    day: datetime
    key: dict[str, int | str | None]
    counted: dict[str, int]
    there: dict[str, int]

    @property
    def missing(self) -> dict[str, int]:
        """What there is and is not counted. Where more is counted than there is, items are gone since."""
        return {
            name: self.there[name] - count for name, count in self.counted.items() if self.there[name] > count
        }


def recount(*, account: Account) -> list[Drift]:
    """Where the figures differ from what there is; nothing, as long as no items are gone."""
    return [drift for kind in KINDS for drift in compare(kind, account)]


def compare(name: str, account: Account) -> list[Drift]:
    kind = KINDS[name]
    values = {"account": account.pk, "zone": account.time_zone}
    with connection.cursor() as cursor:
        cursor.execute(statement(kind), values)
        rows = cursor.fetchall()
    width, depth = len(kind.key) + 1, len(kind.figures)
    return [
        Drift(
            name,
            row[0],
            dict(zip(kind.key, row[1:width], strict=True)),
            dict(zip(kind.figures, row[width : width + depth], strict=True)),
            dict(zip(kind.figures, row[width + depth :], strict=True)),
        )
        for row in rows
    ]


def statement(kind: Kind) -> str:
    return COMPARE.format(
        items=ITEMS.format(which="item.account_id = %(account)s"),
        key=listed(kind.key),
        figures=listed(kind.figures),
        table=kind.table,
        facts=kind.facts,
        counted=listed(kind.figures, form="coalesce(sum({0}) FILTER (WHERE is_counted), 0)"),
        there=listed(kind.figures, form="coalesce(sum({0}) FILTER (WHERE NOT is_counted), 0)"),
        places=listed(range(1, len(kind.key) + 2)),
    )


@transaction.atomic
def count_what_is_missing(*, account: Account) -> int:
    """Append what there is and is not counted; nothing is ever taken away. Says how many rows it took."""
    drifts = recount(account=account)
    missing = {kind: [one for one in drifts if one.kind == kind and one.missing] for kind in KINDS}
    # A time that was measured is told with its bucket, and only there.
    work = [
        (one, {name: count for name, count in one.missing.items() if name != "handled"})
        for one in missing["work"]
    ]
    work += [(one, one.missing) for one in missing["handling"]]
    rows = [WorkDelta(account=account, at=one.day, **one.key, **counts) for one, counts in work if counts]
    WorkDelta.objects.bulk_create(rows, batch_size=1000)
    judged = [
        MachineDelta(account=account, at=one.day, **one.key, **one.missing) for one in missing["machine"]
    ]
    MachineDelta.objects.bulk_create(judged, batch_size=1000)
    return len(rows) + len(judged)
