"""The first word of a person on an item: once, for one item or for many."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey, User
from config.audit.records import name_of
from config.errors import Invalid, NotAllowedNow, NotFound, PlatformError
from review.models import Decision, ReviewItem
from review.operations.history import History, in_parts, locked
from review.operations.rulings import Ruling, ruling_of
from review.operations.spread import Entry, add_decision, write_down
from review.states import Stage, State

LARGEST_BATCH = 500


class AlreadyDecided(NotAllowedNow):
    code = "already_decided"
    default_message = _("Somebody has decided this item already.")


class HeldByAnother(NotAllowedNow):
    code = "held_by_another"
    default_message = _("A colleague has this item in hand: take the next one.")


class ItemExpired(NotAllowedNow):
    code = "item_expired"
    default_message = _("The time in which this item could be decided is over.")


class ItemCancelled(NotAllowedNow):
    code = "item_cancelled"
    default_message = _("Whoever sent this has taken it back: there is nothing to decide any more.")


class BatchTooLarge(Invalid):
    code = "batch_too_large"
    default_message = _("At most 500 items are decided in one go.")


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of deciding many items in one go. Those refused are as they were."""

    id: UUID = field(default_factory=uuid4)
    decided: list[Decision] = field(default_factory=list)
    refused: dict[int, PlatformError] = field(default_factory=dict)


@transaction.atomic
def decide(
    *,
    account: Account,
    item_id: int,
    reviewer: User | ApiKey,
    outcome: str,
    label: str = "",
    category: str = "",
    reason: str = "",
    note: str = "",
    batch: UUID | None = None,
    handling_ms: int | None = None,
    now: datetime,
) -> Decision:
    """Decide an item once and for all of its effects together.

    The decision, the human verdict on the result, the sample, the callback and the audit record commit as
    one. Locks the item's row, so that of two reviewers one decides and the other is told who and when.
    With a category and no label the category's label is chosen. `reviewer` may be an outside team's key.
    """
    ruling = ruling_of(
        account=account,
        outcome=outcome,
        label=label,
        category=category,
        reason=reason,
        note=note,
        handling_ms=handling_ms,
    )
    for history in locked(account, [item_id]):
        decision, entry = first_word(history, reviewer, ruling, batch, now)
        write_down(account=account, actor=reviewer, entries=[entry], now=now)
        return decision
    raise NotFound()


def decide_many(
    *,
    account: Account,
    item_ids: Collection[int],
    reviewer: User | ApiKey,
    outcome: str,
    label: str = "",
    category: str = "",
    reason: str = "",
    note: str = "",
    handling_ms: int | None = None,
    now: datetime,
) -> Batch:
    """Decide each of these items the same way; `handling_ms` is the time that all of them took together.

    Each item is decided with all of its effects or refused with its reason, and one undo takes back the
    whole batch. It commits in portions: whoever sends it again after a crash is told what was decided.
    """
    require_size(item_ids)
    ruling = ruling_of(
        account=account,
        outcome=outcome,
        label=label,
        category=category,
        reason=reason,
        note=note,
        handling_ms=handling_ms and handling_ms // max(1, len(set(item_ids))),
    )

    def say(history: History, batch: Batch) -> tuple[Decision, Entry]:
        return first_word(history, reviewer, ruling, batch.id, now)

    return in_one_go(account=account, item_ids=item_ids, decider=reviewer, say=say, now=now)


def in_one_go(*, account: Account, item_ids: Collection[int], decider, say, now: datetime) -> Batch:
    """Have `say` decide each item in a savepoint of its own."""
    batch = Batch()
    for part in in_parts(item_ids):
        with transaction.atomic():
            entries, missing = [], set(part)
            for history in locked(account, part):
                missing.discard(history.item.pk)
                try:
                    with transaction.atomic():
                        decision, entry = say(history, batch)
                except PlatformError as refusal:
                    batch.refused[history.item.pk] = refusal
                else:
                    batch.decided.append(decision)
                    entries.append(entry)
            write_down(account=account, actor=decider, entries=entries, now=now)
        batch.refused.update((item_id, NotFound()) for item_id in missing)
    return batch


def first_word(history: History, reviewer, ruling: Ruling, batch: UUID | None, now: datetime):
    require_undecided(history)
    require_not_held_by_another(history.item, reviewer, now)
    return add_decision(
        history=history, stage=Stage.DECISION, decider=reviewer, ruling=ruling, batch=batch, now=now
    )


def require_size(item_ids: Collection[int]) -> None:
    if len(set(item_ids)) > LARGEST_BATCH:
        raise BatchTooLarge(field="item_ids", most=LARGEST_BATCH)


def require_undecided(history: History) -> None:
    if history.item.state == State.EXPIRED:
        raise ItemExpired()
    if history.item.state == State.CANCELLED:
        raise ItemCancelled()
    if history.last is not None:
        raise AlreadyDecided(who_when(history.last), **word_of(history.last))


def who_when(decision: Decision) -> str:
    return _("%(name)s decided this at %(time)s: %(outcome)s.") % {
        "name": name_of(decision.decider),
        "time": date_format(timezone.localtime(decision.decided_at), "DATETIME_FORMAT"),
        "outcome": decision.get_outcome_display(),
    }


def word_of(decision: Decision) -> dict:
    """A decision as the details of a refusal name it."""
    return {
        "by": name_of(decision.decider),
        "at": decision.decided_at.isoformat(),
        "outcome": decision.outcome,
        "label": decision.label,
    }


def require_not_held_by_another(item: ReviewItem, reviewer: User | ApiKey, now: datetime) -> None:
    if item.state != State.CLAIMED or item.lease_until < now:
        return
    if isinstance(reviewer, ApiKey) or item.claimed_by_id != reviewer.pk:
        raise HeldByAnother(by=item.claimed_by.get_username(), until=item.lease_until.isoformat())
