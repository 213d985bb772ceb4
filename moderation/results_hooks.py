"""What apps above know of results and what they need of them: they fill these lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.accounts.models import Account
from config.console.dashboard import Panel
from moderation.models import ModerationResult

if TYPE_CHECKING:
    from moderation.results_asked import Asked


@dataclass(frozen=True, slots=True)
class Entry:
    """Of one result: words that stand beside it, each with a tone, and links of a menu."""

    notes: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A drop-down in the list's last column, with its entries by the id of the result."""

    title: str
    entries: dict[int, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A button over the list: a form sent to `url` with `fields`."""

    title: str
    url: str
    fields: dict[str, str]


# Called with the request and the results of a page.
menus: list[Callable[..., Menu | None]] = []
# Called with the request and what the list is narrowed by.
list_steps: list[Callable[[object, "Asked"], Iterable[Step]]] = []
# Called with the request and one result: further blocks of its page.
panels: list[Callable[[object, ModerationResult], Panel | None]] = []
# Called with an account and ids of results that are due to go: answer those that must stay.
keepers: list[Callable[[Account, list[int]], Iterable[int]]] = []
# Called with an account: answer the detection types that people are not shown before they ask for it.
veilers: list[Callable[[Account], Iterable[str]]] = []
# Called with results: answer, by the id of the result, the manual task that it was sent on to people as.
task_finders: list[Callable[[list[ModerationResult]], dict[int, str]]] = []
# Called with the account, a request's id, who acts and when, in the transaction of a cancel: take back what
# waits for people, and answer whether there is something that was taken back, now or earlier.
withdrawers: list[Callable[..., bool]] = []


def veiled_in(account: Account) -> frozenset[str]:
    return frozenset(group for give in veilers for group in give(account))


def manual_tasks_of(results: Iterable[ModerationResult]) -> dict[int, str]:
    """Of results that were just stored it costs no query."""
    results = list(results)
    return {pk: task for find in task_finders for pk, task in find(results).items()}
