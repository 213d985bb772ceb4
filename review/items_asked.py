"""What a list of review items is narrowed by, read from an address of the console or the API."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import PlatformError
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.results_asked import Reading, codes_in
from review.categories import category_of, labels_of
from review.operations.rulings import CategoryUnknown
from review.states import Mode, State

WAITING = "review"
WAITS = (State.WAITING.value, State.CLAIMED.value)
OUTCOMES = tuple(ModerationResult.Outcome.values)
# What ended without a decision is named by its state.
UNDECIDED = tuple(state.value for state in State if state.value not in (*WAITS, State.DECIDED.value))
RESULTS = (*OUTCOMES, WAITING, *UNDECIDED)
NOT_RECHECKED = "none"
CATEGORY = "category:"
# What people made of the machine's word, by what they block: `renamed` is a block under another label.
MACHINE_BLOCKED = ("confirmed", "renamed", "missed")
MACHINE_PASSED = ("overruled", "passed")
MACHINE_CLEAN = ("missed", "passed")
MACHINE = (*MACHINE_BLOCKED, *MACHINE_PASSED)
NAMES = (
    "content_type", "mode", "result", "recheck", "level", "service", "label", "violation",
    "recheck_violation", "stands_as", "machine", "task_id", "data_id", "request_id", "from", "to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemsAsked:
    """An empty tuple asks for every value. `nothing`: a filter that no item can pass."""

    query: str = ""
    content_types: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    rechecks: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    service_ids: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    recheck_violations: tuple[str, ...] = ()
    stands_as: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    task_id: UUID | None = None
    data_id: str = ""
    request_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nothing: bool = False


def read_items_asked(params, *, account: Account) -> tuple[ItemsAsked, list[PlatformError]]:
    """What is asked, and what could not be read of it: the API refuses then, the console says so."""
    reading = ItemsReading(params, account)
    rechecks = reading.choices("recheck", (NOT_RECHECKED, *OUTCOMES))
    asked = ItemsAsked(
        query=urlencode({name: reading.text(name) for name in NAMES if reading.text(name)}),
        content_types=reading.choices("content_type", ContentType.values),
        modes=reading.choices("mode", Mode.values),
        results=reading.choices("result", RESULTS),
        rechecks=tuple("" if value == NOT_RECHECKED else value for value in rechecks),
        levels=reading.choices("level", RiskLevel.values),
        service_ids=reading.service_ids(),
        labels=reading.labels(),
        violations=reading.violations("violation"),
        recheck_violations=reading.violations("recheck_violation"),
        stands_as=reading.violations("stands_as"),
        machine=reading.choices("machine", MACHINE),
        task_id=reading.uuid("task_id", _("A task id is a UUID.")),
        data_id=reading.text("data_id"),
        request_id=reading.request_id(),
        starts_at=reading.moment("from"),
        ends_at=reading.moment("to", is_end=True),
        nothing=reading.nothing,
    )
    return asked, reading.faults


class ItemsReading(Reading):
    def labels(self) -> tuple[str, ...]:
        codes = codes_in(self.text("label"))
        return self.known(codes, "label") if codes else ()

    def violations(self, name: str) -> tuple[str, ...]:
        """Labels of the catalogue, or all of those that a block category stands for."""
        found: list[str] = []
        plain = []
        for code in codes_in(self.text(name)):
            if code.startswith(CATEGORY):
                found += self.labels_of_category(code.removeprefix(CATEGORY), name)
            else:
                plain.append(code)
        return tuple(dict.fromkeys([*found, *(self.known(plain, name) if plain else ())]))

    def labels_of_category(self, code: str, name: str) -> list[str]:
        category = category_of(self.account, code)
        if category is None:
            self.refuse(CategoryUnknown(field=name, category=code))
            return []
        asked = [kind for kind in codes_in(self.text("content_type")) if kind in ContentType.values]
        found = [label for kind in asked or ContentType.values for label in labels_of(category, kind)]
        self.nothing = self.nothing or not found
        return found


def standings(asked: ItemsAsked) -> list[tuple[str, str, str]]:
    """State, outcome and recheck of every item that may pass: an item that waits has neither of the two."""
    every = [(WAITING, (state, "", "")) for state in WAITS]
    every += [(state, (state, "", "")) for state in UNDECIDED]
    for outcome in OUTCOMES:
        every += [(outcome, (State.DECIDED.value, outcome, recheck)) for recheck in ("", *OUTCOMES)]
    return [
        standing
        for result, standing in every
        if (not asked.results or result in asked.results)
        and (not asked.states or standing[0] in asked.states)
        and (not asked.rechecks or standing[0] == State.DECIDED.value and standing[2] in asked.rechecks)
        and (not asked.stands_as or last_word(standing) == "block")
        and (not asked.machine or last_word(standing) in last_words(asked.machine))
    ]


def last_word(standing: tuple[str, str, str]) -> str:
    """What holds of an item: the recheck's outcome, or the first decision's."""
    return standing[2] or standing[1]


def last_words(machine: tuple[str, ...]) -> set[str]:
    return {"block" if value in MACHINE_BLOCKED else "pass" for value in machine}
