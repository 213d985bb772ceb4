"""What stands over every page until somebody sees to it: apps above the console fill it."""

from collections.abc import Callable
from dataclasses import dataclass

from config.accounts.roles import can


@dataclass(frozen=True, slots=True)
class Notice:
    text: str
    link: str = ""
    tone: str = "warn"


_sources: list[tuple[str, Callable]] = []


def register(*, ability: str):
    """Decorator of `give(request)`, which returns notices for people who may do something about them."""

    def keep(give: Callable) -> Callable:
        _sources.append((ability, give))
        return give

    return keep


def notices_for(request) -> list[Notice]:
    if not request.account:
        return []
    return [
        notice
        for ability, give in _sources
        if can(request.user, request.account, ability)
        for notice in give(request)
    ]
