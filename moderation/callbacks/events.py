"""The feed of events: written with what they tell of, read in an order in which none is passed over."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from config.accounts.models import Account
from moderation.models import Event

# After a restore into another server the numbers of transactions begin anew: what is there comes before.
REBASE = """
    UPDATE moderation_event SET transaction = transaction - newest.number
    FROM (SELECT max(transaction) AS number FROM moderation_event) newest
    WHERE newest.number > pg_current_xact_id()::text::bigint
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Of an event in the feed."""

    transaction: int
    id: int


def read_events(
    *, account: Account, after: Place | None, limit: int, now: datetime
) -> tuple[list[Event], Place | None, bool]:
    """The next events, the place to go on from, and whether more are there already."""
    mine = Event.objects.owned_by(account)
    mine.filter(held_until__lte=now).release()
    rows = mine.settled().in_order()
    if after is not None:
        # Looked up, because its transaction has another number since a restore into another server.
        here = mine.filter(pk=after.id).values_list("transaction", flat=True).first()
        after = Place(after.transaction if here is None else here, after.id)
        rows = rows.after(after.transaction, after.id)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    place = Place(shown[-1].transaction, shown[-1].pk) if shown else after
    return shown, place, len(found) > limit


def release_events(*, now: datetime) -> int:
    """Those whose time has come enter the feed, also where nobody reads it."""
    return Event.objects.filter(held_until__lte=now).release()


def rebase_after_restore(**_migrated) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REBASE)
