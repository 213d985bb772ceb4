"""What follows from a decision, and from taking one back, in the transaction of either."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.accounts.models import Account, ApiKey, User
from config.audit.records import record
from moderation.callbacks.corrections import take_back
from moderation.callbacks.enqueue import enqueue_callback, new_event_id
from moderation.callbacks.results import scenes_part
from moderation.models import ModerationResult
from moderation.operations.audited_media import note_audit, withdraw_audit
from moderation.operations.human_verdict import apply_human_verdict, withdraw_human_verdict
from review import samples, work_watchers
from review.models import Decision, ReviewItem
from review.operations.claims import LEASE
from review.operations.history import History
from review.operations.rulings import Ruling
from review.states import Mode, Stage, State

EVENTS = {Stage.DECISION: "review.decided", Stage.RECHECK: "review.rechecked"}
# What a client is told of an item that people are to decide on again.
UNDECIDED = "review"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line for the audit trail. They are written last, because all writers of an account queue there."""

    action: str
    subject: str
    before: dict
    after: dict


def add_decision(
    *,
    history: History,
    stage: Stage,
    decider: User | ApiKey,
    ruling: Ruling,
    batch: UUID | None,
    now: datetime,
) -> tuple[Decision, Entry]:
    """Write down one more word on an item, with everything that follows from it but the audit record."""
    item, result, before = history.item, history.item.result, history.last
    is_key = isinstance(decider, ApiKey)
    if before is not None:
        work_watchers.unsays(item)
    decision = Decision(
        account_id=item.account_id,
        item=item,
        round=history.rounds + 1,
        stage=stage,
        reviewer=None if is_key else decider,
        reviewer_key=decider if is_key else None,
        outcome=ruling.outcome,
        label=ruling.label_on(item),
        category=ruling.category_code,
        reason=ruling.reason,
        note=ruling.note,
        batch=batch,
        handling_ms=ruling.handling_ms,
        decided_at=now,
    )
    history.decisions.append(decision)
    decision.event_id = tell(history, before, now)
    decision.save(force_insert=True)
    settle(history)
    work_watchers.says(item)
    samples.remember(item=item, result=result, outcome=decision.outcome, label=decision.label, now=now)
    audited = note_audit(
        result=result,
        outcome=decision.outcome,
        reason=decision.reason,
        comment=decision.note,
        decider=decider,
        decision_id=decision.pk,
        not_before=now + history.send_delay,
        now=now,
    )
    entry = Entry(EVENTS[stage], subject_of(item), facts(item, before), facts(item, decision) | audited)
    return decision, entry


def remove_decision(*, history: History, decision: Decision, actor: User, now: datetime) -> Entry:
    """Take back the last word on an item, with everything that followed from it but the audit record."""
    item, result = history.item, history.item.result
    work_watchers.unsays(item)
    Decision.objects.filter(pk=decision.pk).update(undone_at=now, undone_by=actor)
    decision.undone_at, decision.undone_by = now, actor
    settle(history, holder=actor, now=now)
    if history.last is not None:
        work_watchers.says(item)
    take_back(
        account=item.account,
        subject=subject_of(item),
        event_id=decision.event_id,
        told_before=history.events,
        payload=payload_of(history),
        now=now,
    )
    samples.forget(item=item, result=result, now=now)
    audited = withdraw_audit(result=result, decision_id=decision.pk, now=now)
    return Entry(
        "review.undone", subject_of(item), facts(item, decision), facts(item, history.last) | audited
    )


def settle(history: History, *, holder: User | None = None, now: datetime | None = None) -> None:
    """Let the item and its result say what the standing decisions say; without any, `holder` has it again."""
    item, first, recheck, last = history.item, history.first, history.rechecked, history.last
    says = {
        "state": State.DECIDED if first else State.CLAIMED,
        "rounds": len(history.standing),
        "outcome": first.outcome if first else "",
        "decided_label": first.label if first else "",
        "decided_by": first.reviewer if first else None,
        "decided_at": first.decided_at if first else None,
        "recheck_outcome": recheck.outcome if recheck else "",
        "recheck_label": recheck.label if recheck else "",
        "rechecked_at": recheck.decided_at if recheck else None,
        "claimed_by": None if first else holder,
        "lease_until": None if first else now + LEASE,
    }
    ReviewItem.objects.filter(pk=item.pk).update(**says)
    for name, value in says.items():
        setattr(item, name, value)
    if last is None:
        withdraw_human_verdict(result=item.result)
    else:
        apply_human_verdict(result=item.result, outcome=last.outcome, label=last.label, now=last.decided_at)


def tell(history: History, before: Decision | None, now: datetime) -> str:
    """Put the newest decision into the feed and the outbox; answer the id of its event."""
    item, event_id = history.item, new_event_id()
    payload = payload_of(history)
    if before is not None:
        payload["supersedes"] = before.event_id
    enqueue_callback(
        account=item.account,
        service=item.service,
        event=EVENTS[history.last.stage],
        subject=subject_of(item),
        payload=payload,
        not_before=now + history.send_delay,
        also=[item.endpoint] if item.endpoint else (),
        event_id=event_id,
        now=now,
    )
    return event_id


def payload_of(history: History) -> dict:
    """What the client is told of how an item stands. No content: the client has it, and callbacks travel."""
    item, result = history.item, history.item.result
    machine = {}
    if item.mode != Mode.HUMAN_ONLY:
        machine = {"machine": machine_payload(result)} | scenes_part(result)
    return {
        "request_id": str(item.request_id),
        "task_id": str(item.task_id),
        "data_id": item.data_id,
        "service": item.service.code,
        "content_type": item.content_type,
        **machine,
        "review": review_payload(history),
    }


def machine_payload(result: ModerationResult) -> dict:
    labels = [{name: label[name] for name in ("label", "level", "confidence")} for label in result.labels]
    return {"level": result.level, "labels": labels}


def review_payload(history: History) -> dict:
    item, last = history.item, history.last
    told = {"item_id": item.pk, "mode": item.mode, "sequence": history.sequence}
    if last is None:
        return told | {"outcome": UNDECIDED, "label": ""}
    return told | {
        "stage": last.stage,
        "round": last.round,
        "outcome": last.outcome,
        "label": last.label,
        "category": last.category,
        "reason": last.reason,
        "decided_at": last.decided_at.isoformat(),
    }


def subject_of(item: ReviewItem) -> str:
    return f"result:{item.request_id}"


def facts(item: ReviewItem, decision: Decision | None) -> dict:
    """How an item stood, for the audit trail: what people said, or what the machine had found."""
    if decision is None:
        return {"item": item.pk, "level": item.level}
    said = {name: getattr(decision, name) for name in ("outcome", "label", "category", "reason", "note")}
    batch = {"batch": str(decision.batch)} if decision.batch else {}
    return {"item": item.pk, "round": decision.round} | said | batch


def write_down(*, account: Account, actor, entries: Iterable[Entry], now: datetime) -> None:
    for entry in entries:
        record(
            account=account,
            actor=actor,
            action=entry.action,
            subject=entry.subject,
            before=entry.before,
            after=entry.after,
            now=now,
        )
