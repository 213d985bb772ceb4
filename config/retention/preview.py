"""What the next purge would take, and what would stay although its time is over."""

from dataclasses import dataclass
from datetime import datetime

from config.accounts.models import Account
from config.retention.classes import RetentionClass, kept_since, nothing_stays
from config.retention.holds import Holds, holds_of

CHUNK = 5000
SHOWN_MOST = 100_000


@dataclass(slots=True)
class Preview:
    """`held` by a legal hold, `needed` by somebody's work; `is_cut`: there is more than was counted."""

    kept: RetentionClass
    account: Account
    older_than: datetime | None
    rows: int = 0
    held: int = 0
    needed: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    is_cut: bool = False


def preview(
    *, account: Account, kept: RetentionClass, now: datetime, days: int | None = None, most: int | None = None
) -> Preview:
    """By the days that hold, or as if these `days` did. Looks at no more than `most` rows."""
    before = kept_since(account, kept.name, now, days=days)
    found = Preview(kept, account, before)
    if before is None or kept.due is None:
        return found
    holds, due, place, seen = holds_of(account, now=now), kept.due(account, before), None, 0
    while True:
        rows = chunk_of(due, kept.clock, place)
        if not rows:
            return found
        if most is not None and seen + len(rows) > most:
            rows, found.is_cut = rows[: most - seen], True
        seen += len(rows)
        add(found, rows, holds)
        if found.is_cut:
            return found
        place = getattr(rows[-1], kept.clock), rows[-1].pk


def chunk_of(due, clock: str, place) -> list:
    if place is not None:
        at, pk = place
        due = due.filter(**{f"{clock}__gte": at}).exclude(**{clock: at, "pk__lte": pk})
    return list(due.order_by(clock, "pk")[:CHUNK])


def add(found: Preview, rows: list, holds: Holds) -> None:
    held = held_of(found, rows, holds)
    free = [row for row in rows if row.pk not in held]
    stays = found.kept.stays
    needed = set() if stays is nothing_stays else set(stays(found.account, free))
    going = [getattr(row, found.kept.clock) for row in free if row.pk not in needed]
    found.held += len(held)
    found.needed += len(needed)
    found.rows += len(going)
    if going:
        found.first_at = found.first_at or going[0]
        found.last_at = going[-1]


def held_of(found: Preview, rows: list, holds: Holds) -> set[int]:
    ids = [row.pk for row in rows]
    if holds.everything:
        return set(ids)
    model = type(rows[0]) if rows else None
    asked = holds.on(model, found.account) if model else None
    if asked is None:
        return set()
    return set(model.objects.filter(pk__in=ids).filter(asked).values_list("pk", flat=True))
