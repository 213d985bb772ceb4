"""A second look at what people decided, by somebody else."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey, User
from config.errors import Forbidden, NotAllowedNow, NotFound
from review.models import Decision
from review.operations.decisions import Batch, in_one_go, require_size, who_when, word_of
from review.operations.history import History, locked
from review.operations.rulings import Ruling, ruling_of
from review.operations.spread import Entry, add_decision, write_down
from review.states import Stage


class NotDecidedYet(NotAllowedNow):
    code = "not_decided_yet"
    default_message = _("Nobody has decided this item yet: there is nothing to recheck.")


class OwnDecision(Forbidden):
    code = "own_decision"
    default_message = _("You decided this item yourself: somebody else rechecks it.")


class AlreadyRechecked(NotAllowedNow):
    code = "already_rechecked"
    default_message = _("Somebody has rechecked this item meanwhile: look at it again.")


class ResultForgotten(NotAllowedNow):
    code = "result_forgotten"
    default_message = _("The content is not kept any more: what was decided on it stays as it is.")


@transaction.atomic
def recheck(
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
    seen: int | None = None,
    now: datetime,
) -> Decision:
    """Decide again what somebody else decided; the newest recheck is what counts.

    `seen` is the id of the decision that the person had before their eyes: if another was made meanwhile,
    they are told instead of overruling it unawares.
    """
    ruling = ruling_of(
        account=account, outcome=outcome, label=label, category=category, reason=reason, note=note
    )
    for history in locked(account, [item_id]):
        decision, entry = second_word(history, reviewer, ruling, batch, now, seen)
        write_down(account=account, actor=reviewer, entries=[entry], now=now)
        return decision
    raise NotFound()


def recheck_many(
    *,
    account: Account,
    item_ids: Collection[int],
    reviewer: User | ApiKey,
    outcome: str,
    label: str = "",
    category: str = "",
    reason: str = "",
    note: str = "",
    now: datetime,
) -> Batch:
    """Recheck each of these items the same way, as `decide_many` decides them."""
    require_size(item_ids)
    ruling = ruling_of(
        account=account, outcome=outcome, label=label, category=category, reason=reason, note=note
    )

    def say(history: History, batch: Batch) -> tuple[Decision, Entry]:
        return second_word(history, reviewer, ruling, batch.id, now)

    return in_one_go(account=account, item_ids=item_ids, decider=reviewer, say=say, now=now)


def second_word(
    history: History,
    reviewer: User | ApiKey,
    ruling: Ruling,
    batch: UUID | None,
    now: datetime,
    seen: int | None = None,
) -> tuple[Decision, Entry]:
    if history.first is None:
        raise NotDecidedYet()
    if history.first.decider == reviewer:
        raise OwnDecision()
    if history.item.result is None:
        raise ResultForgotten()
    last = history.last
    if seen is not None and last.pk != seen or says_the_same(last, reviewer, ruling, history):
        raise AlreadyRechecked(who_when(last), **word_of(last))
    return add_decision(
        history=history, stage=Stage.RECHECK, decider=reviewer, ruling=ruling, batch=batch, now=now
    )


def says_the_same(last: Decision, reviewer: User | ApiKey, ruling: Ruling, history: History) -> bool:
    """A second click: the same person says again what they said last."""
    said = (last.decider, last.outcome, last.label, last.category, last.reason)
    return said == (
        reviewer,
        ruling.outcome,
        ruling.label_on(history.item),
        ruling.category_code,
        ruling.reason,
    )
