"""The life of a review item, as one table. Pure but for the words of the choices."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Mode(TextChoices):
    """Why people look at an item."""

    AUDIT = "audit", _("Audit")
    HUMAN_MACHINE = "human_machine", _("Human-machine review")
    HUMAN_ONLY = "human_only", _("Human-only review")


class Stage(TextChoices):
    """What a decision is: the first word on an item, or a second look by somebody else."""

    DECISION = "decision", _("Decision")
    RECHECK = "recheck", _("Recheck")


# Decided again: a recheck. Open again, in the hands of who took the decision back: an undo.
ALLOWED: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.CLAIMED, State.DECIDED, State.EXPIRED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.WAITING, State.CLAIMED, State.DECIDED, State.EXPIRED, State.CANCELLED}),
    State.DECIDED: frozenset({State.DECIDED, State.CLAIMED}),
    State.EXPIRED: frozenset(),
    State.CANCELLED: frozenset(),
}


def may_move(now: str, to: str) -> bool:
    return State(to) in ALLOWED[State(now)]
