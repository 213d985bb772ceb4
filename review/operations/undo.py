"""Taking back what one has just decided."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.accounts.roles import can
from config.audit.records import name_of
from config.errors import Forbidden, Invalid, NotAllowedNow, NotFound, PlatformError
from review.models import Decision
from review.operations.decisions import who_when, word_of
from review.operations.history import History, in_parts, locked
from review.operations.recheck import ResultForgotten
from review.operations.spread import remove_decision, write_down

MOST_AT_ONCE = 10
UNDO_WITHIN = timedelta(hours=24)


class TooManyToUndo(Invalid):
    code = "undo_too_many"
    default_message = _("At most ten decisions are undone at a time, or one batch.")


class UndoneAlready(NotAllowedNow):
    code = "undone_already"
    default_message = _("This decision was undone already.")


class DecidedSince(NotAllowedNow):
    code = "decided_since"
    default_message = _("Somebody has rechecked this item since: their decision stands.")


class TooLateToUndo(NotAllowedNow):
    code = "undo_too_late"
    default_message = _("A decision can be undone for 24 hours: have it rechecked instead.")


class NotYourDecision(Forbidden):
    code = "not_your_decision"
    default_message = _("Undo your own decisions, or have a lead undo this one.")


def undo(
    *,
    account: Account,
    decision_ids: Collection[int] | None = None,
    batch: UUID | None = None,
    actor: User,
    now: datetime,
) -> list[Decision]:
    """Take decisions back as if they had not been made: up to ten by id, or a whole batch.

    Human verdict, sample and callback are what they were before. Clients who have been told already are
    told otherwise. An item that nobody has decided any more is held by who took the decision back.
    What cannot be undone, because somebody rechecked it meanwhile, is left as it is; if that goes for all
    of it, the first reason is raised.
    """
    asked = wanted(account, decision_ids, batch)
    if not asked:
        raise NotFound()
    undone: list[Decision] = []
    refusals: list[PlatformError] = []
    for part in in_parts(asked.values()):
        with transaction.atomic():
            entries = []
            for history in locked(account, part):
                for decision in reversed(history.decisions):
                    if decision.pk not in asked:
                        continue
                    if refusal := why_not(decision, history, actor, now):
                        refusals.append(refusal)
                        continue
                    entries.append(remove_decision(history=history, decision=decision, actor=actor, now=now))
                    undone.append(decision)
            write_down(account=account, actor=actor, entries=entries, now=now)
    if not undone:
        raise refusals[0]
    return undone


def wanted(account: Account, decision_ids: Collection[int] | None, batch: UUID | None) -> dict[int, int]:
    """Ids of the decisions, with their items'. Of a batch, those that stand; all if none does."""
    decisions = Decision.objects.owned_by(account)
    if batch is None:
        ids = set(decision_ids or ())
        if len(ids) > MOST_AT_ONCE:
            raise TooManyToUndo(field="decision_ids", most=MOST_AT_ONCE)
        return dict(decisions.filter(pk__in=ids).values_list("pk", "item"))
    together = decisions.filter(batch=batch)
    return dict(together.standing().values_list("pk", "item")) or dict(together.values_list("pk", "item"))


def why_not(decision: Decision, history: History, actor: User, now: datetime) -> PlatformError | None:
    if decision.undone_at is not None:
        return UndoneAlready(by=name_of(decision.undone_by), at=decision.undone_at.isoformat())
    if decision != history.last:
        return DecidedSince(who_when(history.last), **word_of(history.last))
    if decision.reviewer_id != actor.pk and not can(actor, history.item.account, "review.recheck"):
        return NotYourDecision()
    if decision.decided_at < now - UNDO_WITHIN:
        return TooLateToUndo()
    if history.item.result is None:
        return ResultForgotten()
    return None


def last_decisions(*, account: Account, reviewer: User, now: datetime, count: int = 10) -> list[Decision]:
    """What a reviewer may undo, newest first: each step a single decision, or the newest of a whole batch.

    A step's `together` is how many decisions it undoes: give `undo` its `batch` where it has one.
    """
    newer = Decision.objects.standing().filter(item=OuterRef("item"), round__gt=OuterRef("round"))
    own = (
        Decision.objects.owned_by(account)
        .standing()
        .filter(reviewer=reviewer, decided_at__gte=now - UNDO_WITHIN, item__result__isnull=False)
        .exclude(Exists(newer))
        .newest_first()
    )
    sizes: dict = {}
    for decision_id, batch in own.values_list("pk", "batch").iterator():
        step = batch or decision_id
        if step not in sizes and len(sizes) == count:
            break
        newest, together = sizes.get(step, (decision_id, 0))
        sizes[step] = newest, together + 1
    by_id = dict(sizes.values())
    steps = list(own.filter(pk__in=by_id).select_related("item__service"))
    for decision in steps:
        decision.together = by_id[decision.pk]
    return steps
