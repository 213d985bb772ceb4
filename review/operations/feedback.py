"""What people and clients say against a result: a false positive, or a violation that was missed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from moderation.models import ModerationResult
from moderation.models.content import RiskLevel
from moderation.operations.human_verdict import require_label
from moderation.values import EXEMPT, NO_RISK
from review import work_watchers
from review.models import Feedback

Kind = Feedback.Kind
LONGEST_NOTE = 500


class FeedbackUnknown(Invalid):
    code = "feedback_unknown"
    default_message = _("Feedback is either false_positive or missed_violation.")


class FeedbackMismatch(Invalid):
    code = "feedback_mismatch"
    default_message = _("This feedback does not fit the result.")


class FeedbackGiven(NotAllowedNow):
    code = "feedback_given"
    default_message = _("Other feedback of this kind stands already: withdraw it first.")


class FeedbackWithdrawn(NotAllowedNow):
    code = "feedback_withdrawn"
    default_message = _("This feedback was withdrawn already.")


class NoteTooLong(Invalid):
    code = "feedback_note_too_long"
    default_message = _("A note has at most 500 characters.")


@transaction.atomic
def give_feedback(
    *, result: ModerationResult, kind: str, label: str = "", note: str = "", actor, now: datetime
) -> Feedback:
    """Say that a result is wrong. To say the same again answers what stands.

    Locks the result, so that of two people who say different things at once one is told.
    """
    result = (
        ModerationResult.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "service")
        .get(pk=result.pk)
    )
    note = note.strip().replace("\0", "")
    require_fit(result=result, kind=kind, label=label, note=note)
    standing = Feedback.objects.open().filter(result=result, kind=kind).first()
    if standing is not None:
        if (standing.label, standing.note) == (label, note):
            return standing
        raise FeedbackGiven(kind=kind, label=standing.label)
    feedback = Feedback.objects.create(
        account_id=result.account_id,
        result=result,
        request_id=result.request_id,
        service=result.service,
        content_type=result.content_type,
        level=result.level,
        kind=kind,
        label=label,
        note=note,
        given_at=now,
        **by("given_by", actor),
    )
    work_watchers.told(feedback)
    record(
        account=result.account,
        actor=actor,
        action="feedback.given",
        subject=f"result:{result.request_id}",
        before={"level": result.level, "labels": [one["label"] for one in result.labels]},
        after={"kind": kind, "label": label, "note": note, "service": result.service.code},
        now=now,
    )
    return feedback


@transaction.atomic
def withdraw_feedback(*, feedback: Feedback, actor, now: datetime) -> Feedback:
    withdrawn = Feedback.objects.open().filter(pk=feedback.pk)
    if not withdrawn.update(withdrawn_at=now, **by("withdrawn_by", actor)):
        raise FeedbackWithdrawn()
    feedback.refresh_from_db()
    work_watchers.told(feedback, times=-1)
    record(
        account=feedback.account,
        actor=actor,
        action="feedback.withdrawn",
        subject=f"result:{feedback.request_id}",
        before={"kind": feedback.kind, "label": feedback.label, "note": feedback.note},
        after={"withdrawn": True},
        now=now,
    )
    return feedback


def feedback_samples(*, account: Account):
    """What an account's engines may learn from; see `Feedback.objects.samples`."""
    return Feedback.objects.owned_by(account).samples()


def feedback_counts(*, account: Account, starts_at: datetime, ends_at: datetime) -> list[dict]:
    """How often each label was called wrong or missed, of the feedback given in a stretch of time."""
    given = Feedback.objects.owned_by(account).filter(given_at__gte=starts_at, given_at__lt=ends_at)
    return list(given.per_label())


def by(field: str, actor) -> dict:
    return {f"{field}_key" if isinstance(actor, ApiKey) else field: actor}


def require_fit(*, result: ModerationResult, kind: str, label: str, note: str) -> None:
    if kind not in Kind.values:
        raise FeedbackUnknown(field="kind")
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(field="note")
    if not result.is_judged:
        raise FeedbackMismatch(_("No machine has judged this content: there is nothing to say against it."))
    returned = [one["label"] for one in result.labels if one["label"] not in (NO_RISK, EXEMPT)]
    if kind == Kind.FALSE_POSITIVE:
        if result.level == RiskLevel.NONE:
            raise FeedbackMismatch(
                _("The result carries no risk: there is no false positive to tell of."), field="kind"
            )
        if label and label not in returned:
            raise FeedbackMismatch(_("The result does not carry this label."), field="label")
        return
    if not label:
        raise FeedbackMismatch(_("Say which label was missed."), field="label")
    require_label(code=label, content_type=result.content_type)
    if label in returned:
        raise FeedbackMismatch(_("The result carries this label already."), field="label")
