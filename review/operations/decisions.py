from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, NotFound
from libraries.operations.samples import add_text_sample
from moderation.callbacks.enqueue import enqueue_callback
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.human_verdict import apply_human_verdict, require_label
from review.models import Decision, ReviewItem
from review.states import State

Outcome = ModerationResult.Outcome


class AlreadyDecided(NotAllowedNow):
    code = "already_decided"
    default_message = _("Somebody has decided this item already.")


class HeldByAnother(NotAllowedNow):
    code = "held_by_another"
    default_message = _("A colleague has this item in hand: take the next one.")


class OutcomeUnknown(Invalid):
    code = "outcome_unknown"
    default_message = _("Decide either pass or block.")


class LabelMissing(Invalid):
    code = "label_missing"
    default_message = _("A block names the label of what was found.")


class LabelUnwanted(Invalid):
    code = "label_unwanted"
    default_message = _("A pass names no label.")


@transaction.atomic
def decide(
    *,
    account: Account,
    item_id: int,
    reviewer: User,
    outcome: str,
    label: str = "",
    note: str = "",
    now: datetime,
) -> Decision:
    """Decide an item once and for all of its effects together.

    The decision, the human verdict on the result, the sample, the callback and the audit record commit as
    one. Locks the item's row, so that of two reviewers one decides and the other is told who and when.
    """
    item = (
        ReviewItem.objects.owned_by(account)
        .select_for_update(of=("self",))
        .select_related("result__service__account")
        .filter(pk=item_id)
        .first()
    )
    if item is None:
        raise NotFound()
    require_undecided(item)
    require_not_held_by_another(item, reviewer, now)
    require_sense(outcome=outcome, label=label, content_type=item.content_type)
    decision = Decision.objects.create(
        account=account,
        item=item,
        round=item.rounds + 1,
        reviewer=reviewer,
        outcome=outcome,
        label=label,
        note=note[:500],
        decided_at=now,
    )
    ReviewItem.objects.filter(pk=item.pk).update(
        state=State.DECIDED,
        rounds=decision.round,
        outcome=outcome,
        decided_label=label,
        decided_by=reviewer,
        decided_at=now,
        claimed_by=None,
        lease_until=None,
    )
    spread(decision=decision, result=item.result, now=now)
    return decision


def spread(*, decision: Decision, result: ModerationResult, now: datetime) -> None:
    """Everything that follows from a decision, in its transaction."""
    apply_human_verdict(result=result, outcome=decision.outcome, label=decision.label, now=now)
    if result.content_type == ContentType.TEXT:
        add_text_sample(
            account=decision.account,
            content=result.content,
            outcome=decision.outcome,
            label=decision.label,
            origin=str(result.request_id),
            now=now,
        )
    enqueue_callback(
        account=decision.account,
        service=result.service,
        event="review.decided",
        subject=f"result:{result.request_id}",
        payload=decision_payload(decision, result),
        also=[decision.item.endpoint] if decision.item.endpoint else [],
        now=now,
    )
    record(
        account=decision.account,
        actor=decision.reviewer,
        action="review.decided",
        subject=f"result:{result.request_id}",
        before={"level": result.level},
        after={"outcome": decision.outcome, "label": decision.label, "note": decision.note},
        now=now,
    )


def decision_payload(decision: Decision, result: ModerationResult) -> dict:
    """What the client is told. No content: the client has it, and callbacks travel."""
    return {
        "request_id": str(result.request_id),
        "data_id": result.data_id,
        "service": result.service.code,
        "content_type": result.content_type,
        "machine": {
            "level": result.level,
            "labels": [
                {name: label[name] for name in ("label", "level", "confidence")} for label in result.labels
            ],
        },
        "review": {
            "item_id": decision.item_id,
            "round": decision.round,
            "outcome": decision.outcome,
            "label": decision.label,
            "decided_at": decision.decided_at.isoformat(),
        },
    }


def require_undecided(item: ReviewItem) -> None:
    if item.state != State.DECIDED:
        return
    last = item.decisions.select_related("reviewer").order_by("-round").first()
    message = _("%(name)s decided this at %(time)s: %(outcome)s.") % {
        "name": last.reviewer.get_username(),
        "time": date_format(timezone.localtime(last.decided_at), "DATETIME_FORMAT"),
        "outcome": last.get_outcome_display(),
    }
    raise AlreadyDecided(
        message,
        by=last.reviewer.get_username(),
        at=last.decided_at.isoformat(),
        outcome=last.outcome,
        label=last.label,
    )


def require_not_held_by_another(item: ReviewItem, reviewer: User, now: datetime) -> None:
    held = item.state == State.CLAIMED and item.lease_until >= now
    if held and item.claimed_by_id != reviewer.pk:
        raise HeldByAnother(by=item.claimed_by.get_username(), until=item.lease_until.isoformat())


def require_sense(*, outcome: str, label: str, content_type: str) -> None:
    if outcome not in Outcome.values:
        raise OutcomeUnknown(field="outcome")
    if outcome == Outcome.PASS and label:
        raise LabelUnwanted(field="label")
    if outcome == Outcome.BLOCK:
        if not label:
            raise LabelMissing(field="label")
        require_label(code=label, content_type=content_type)
