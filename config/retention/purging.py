"""Forgetting what is older than it is kept, class by class and account by account, in small batches.

Each batch is a transaction of its own that takes only rows nobody holds, so that no writer waits for a purge
and one that is killed has lost nothing but its last batch. The receipt grows in the same transaction. Files
go after it (see `files`). Accounts and classes take turns, so that a long backlog keeps nobody else waiting.
"""

import hashlib
import time
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Model

from config.accounts.models import Account
from config.audit.records import record
from config.retention.classes import Gone, RetentionClass, all_classes, own_days
from config.retention.files import doom, sweep
from config.retention.holds import steady_holds
from config.retention.models import PurgeReceipt

SECONDS = 40  # a job is ended after a minute: what is left is for the next round
REST = 1.0  # of the time that a batch took: writers have the database to themselves half of the time
FORSAKEN = timedelta(minutes=5)

log = structlog.get_logger("assay.retention")


def purge(
    *,
    now: datetime,
    names: Collection[str] = (),
    account: Account | None = None,
    batch: int | None = None,
    seconds: float = SECONDS,
    rest: float = 0.0,
) -> dict[str, int]:
    """How many rows went of each class. All classes and accounts, unless told which.

    After a batch that took rows away it rests for `rest` times as long as that took.
    """
    began = time.monotonic()
    close_forsaken(now=now)
    sweep(now=now, seconds=seconds / 2)
    accounts = [account] if account else list(Account.objects.order_by("?"))
    chosen = [one for one in all_classes() if one.forget and (not names or one.name in names)]
    own = own_days(accounts)
    every = [
        Turn(one, of, now - timedelta(days=days), now=now, began=began, batch=batch or one.batch)
        for one in chosen
        for of in accounts
        if (days := own.get((of.pk, one.rules_over), one.default_days))
    ]
    waiting = deque(every)
    try:
        while waiting and time.monotonic() - began < seconds:
            turn, started = waiting.popleft(), time.monotonic()
            if turn.went_on(until=began + seconds):
                waiting.append(turn)
                time.sleep(rest * (time.monotonic() - started))
    finally:
        for turn in every:
            turn.close()
    sweep(now=now, seconds=max(0.0, seconds - (time.monotonic() - began)))
    purged = dict.fromkeys((one.name for one in chosen), 0)
    for turn in every:
        purged[turn.kept.name] += turn.rows
    return purged


class Turn:
    """One class of one account, purged batch by batch, the oldest first."""

    def __init__(
        self,
        kept: RetentionClass,
        account: Account,
        before: datetime,
        now: datetime,
        began: float,
        batch: int,
    ):
        self.kept, self.account, self.before, self.batch = kept, account, before, batch
        self.now, self.began = now, began
        self.place: tuple[datetime, int] | None = None
        self.receipt: PurgeReceipt | None = None
        self.digest = hashlib.sha256()
        self.rows = 0

    def moment(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def went_on(self, *, until: float) -> bool:
        """What stands in the way of one class of one account stands in nobody else's."""
        try:
            # Most have nothing that is due: one query says so.
            if self.place is None and not self.kept.due(self.account, self.before).exists():
                return False
            return self.take(until)
        except Exception as error:
            log.exception("purge_failed", kept=self.kept.name, account=self.account.uid, error=str(error))
            return False

    def take(self, until: float) -> bool:
        """One batch. False: there is no more."""
        with transaction.atomic():
            holds = steady_holds(self.account, now=self.now)
            if holds.everything:
                return False
            rows = self.due(holds)
            staying = set(self.kept.stays(self.account, rows)) if rows else set()
            going = [row for row in rows if row.pk not in staying]
            # What they are known by goes with them.
            idents = [str(getattr(row, self.kept.ident)) for row in going]
            spans = {row.pk: getattr(row, self.kept.clock) for row in going}
            if rows:
                self.place = getattr(rows[-1], self.kept.clock), rows[-1].pk
            named = dict(zip((row.pk for row in going), idents, strict=True))
            gone = self.kept.forget(self.account, going, self.now) if going else Gone([])
            doomed = self.tell(gone, named, spans)
        if doomed:
            sweep(now=self.now, only=doomed, seconds=until - time.monotonic())
        return len(rows) == self.batch

    def due(self, holds) -> list[Model]:
        """From where the batch before ended: what must stay is not looked at again."""
        clock, rows = self.kept.clock, self.kept.due(self.account, self.before)
        if self.place is not None:
            at, pk = self.place
            rows = rows.filter(**{f"{clock}__gte": at}).exclude(**{clock: at, "pk__lte": pk})
        held = holds.on(rows.model, self.account)
        if held is not None:
            rows = rows.exclude(held)
        rows = rows.order_by(clock, "pk")
        if self.kept.is_locked:
            rows = rows.select_for_update(of=("self",), skip_locked=True)
        return list(rows[: self.batch])

    def tell(self, gone: Gone, idents: dict, spans: dict) -> list[int]:
        """Add the batch to the receipt, in the batch's transaction."""
        if not gone.rows:
            return []
        pks = [row if isinstance(row, int) else row.pk for row in gone.rows]
        moments = [spans[pk] for pk in pks]
        receipt, digest = self.open_receipt()
        for pk in pks:
            digest.update(f"{idents[pk]}\n".encode())
        receipt = receipt or PurgeReceipt(
            account=self.account,
            name=self.kept.name,
            older_than=self.before,
            first_at=min(moments),
            last_at=max(moments),
            began_at=self.moment(),
        )
        receipt.first_at = min(receipt.first_at, *moments)
        receipt.last_at = max(receipt.last_at, *moments)
        receipt.rows += len(pks)
        receipt.files += len(gone.keys) if gone.files is None else gone.files
        receipt.ids_sha256, receipt.touched_at = digest.hexdigest(), self.moment()
        receipt.save()
        doomed = doom(account=self.account, keys=gone.keys, receipt=receipt, now=self.now)
        self.receipt, self.digest = receipt, digest
        self.rows += len(pks)
        return doomed

    def open_receipt(self):
        """What this turn has written so far; a new one where somebody took us for dead and ended it."""
        if self.receipt is not None:
            mine = PurgeReceipt.objects.select_for_update().filter(pk=self.receipt.pk, ended_at=None)
            if (receipt := mine.first()) is not None:
                return receipt, self.digest.copy()
        return None, hashlib.sha256()

    def close(self) -> None:
        if self.receipt is not None:
            close(self.receipt, now=self.moment())


def close_forsaken(*, now: datetime) -> int:
    """End what killed purges began, with what they had done."""
    count = 0
    for receipt in PurgeReceipt.objects.forsaken(now - FORSAKEN).select_related("account"):
        count += close(receipt, now=now, was_killed=True)
    return count


@transaction.atomic
def close(receipt: PurgeReceipt, *, now: datetime, was_killed: bool = False) -> bool:
    """The audit trail tells of it, with the sum of the ids: a receipt cannot be changed unseen after that."""
    open_ones = PurgeReceipt.objects.filter(pk=receipt.pk, ended_at=None)
    if not open_ones.update(ended_at=now, was_killed=was_killed):
        return False
    receipt.refresh_from_db()
    record(
        account=receipt.account,
        actor=None,
        action="retention.purged",
        subject=f"receipt:{receipt.pk}",
        after=told(receipt),
        now=now,
    )
    return True


def told(receipt: PurgeReceipt) -> dict:
    return {
        "class": receipt.name,
        "older_than": receipt.older_than,
        "rows": receipt.rows,
        "files": receipt.files,
        "ids_sha256": receipt.ids_sha256,
        "was_killed": receipt.was_killed,
    }
