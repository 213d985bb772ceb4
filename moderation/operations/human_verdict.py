from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from moderation.models import Label, ModerationResult, ResultLabel
from moderation.models.content import RULED_LIKE, ContentType
from moderation.values import NO_RISK

# A video shows what pictures show: those labels serve for it as well.
LABELLED_LIKE = RULED_LIKE | {ContentType.VIDEO.value: [ContentType.VIDEO.value, ContentType.IMAGE.value]}


class LabelUnknown(Invalid):
    code = "label_unknown"
    default_message = _("The catalogue has no such label for this kind of content.")


def labels_for(content_type: str):
    """The labels under which people may block content of a kind."""
    kinds = LABELLED_LIKE.get(content_type, [content_type])
    return Label.objects.current().filter(content_types__overlap=kinds).exclude(code=NO_RISK)


def require_label(*, code: str, content_type: str) -> Label:
    label = labels_for(content_type).filter(code=code).first()
    if label is None:
        raise LabelUnknown(field="label", label=code)
    return label


def apply_human_verdict(*, result: ModerationResult, outcome: str, label: str, now: datetime) -> None:
    """What a person decided overrides the machine; the machine's own verdict stays as it was.

    Runs inside the decision's transaction.
    """
    set_human_verdict(result, outcome, label, now)


def withdraw_human_verdict(*, result: ModerationResult) -> None:
    """Nobody has decided: the machine's verdict stands alone again. Runs inside the undo's transaction."""
    set_human_verdict(result, "", "", None)


def set_human_verdict(result: ModerationResult, outcome: str, label: str, at: datetime | None) -> None:
    result.human_outcome, result.human_label, result.human_decided_at = outcome, label, at
    result.save(update_fields=["human_outcome", "human_label", "human_decided_at"])
    ResultLabel.objects.filter(result=result).update(human_outcome=outcome)
