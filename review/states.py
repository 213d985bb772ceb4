"""The life of a review item, as one table. Pure."""

from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"


ALLOWED: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.CLAIMED, State.DECIDED}),
    State.CLAIMED: frozenset({State.WAITING, State.CLAIMED, State.DECIDED}),
    State.DECIDED: frozenset(),
}


def may_move(now: str, to: str) -> bool:
    return State(to) in ALLOWED[State(now)]
