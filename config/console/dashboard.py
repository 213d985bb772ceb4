"""What the dashboard shows: apps above the console fill it, because the console knows none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from config.accounts.roles import can

TONES = ("", "good", "warn", "bad")


@dataclass(frozen=True, slots=True)
class Card:
    """One figure. `note` says what it is measured against, `tone` is one of TONES."""

    title: str
    value: object
    note: str = ""
    link: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A larger block, rendered by the app's own template with `context` (and `request`)."""

    title: str
    template: str
    context: dict = field(default_factory=dict)
    link: str = ""
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    give: Callable
    ability: str
    order: int


_sources: list[Source] = []


def register(*, ability: str = "", order: int = 50):
    """Decorator of `give(request)`, which returns a Card, a Panel, some of them, or None."""

    def keep(give: Callable) -> Callable:
        _sources.append(Source(give, ability, order))
        return give

    return keep


def filled_for(request) -> tuple[list[Card], list[Panel]]:
    cards, panels = [], []
    for source in sorted(_sources, key=lambda source: source.order):
        if source.ability and not can(request.user, request.account, source.ability):
            continue
        for part in as_parts(source.give(request)):
            (cards if isinstance(part, Card) else panels).append(part)
    return cards, panels


def as_parts(given) -> Iterable:
    if given is None:
        return ()
    return (given,) if isinstance(given, Card | Panel) else given
