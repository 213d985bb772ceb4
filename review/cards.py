"""A review item as the reviewer sees it: the machine's reasons, and under what it can be blocked."""

from dataclasses import dataclass, field

from moderation.catalogue.groups import group_name
from moderation.catalogue.names import BY_CODE, label_name
from moderation.models import ModerationResult
from moderation.models.labels import is_chinese
from moderation.values import LIBRARY_SUFFIX, NO_RISK
from review.models import BlockCategory, ReviewItem

DIGITS = "123456789"


@dataclass(frozen=True, slots=True)
class Choice:
    """A category to block with, and the digit that chooses it for this item."""

    category: BlockCategory
    digit: str = ""
    by_machine: bool = False

    @property
    def code(self) -> str:
        return self.category.code

    @property
    def name(self) -> str:
        return self.category.shown_name


@dataclass(frozen=True, slots=True)
class Reason:
    """A label that the machine gave, with what the account and the catalogue say of it."""

    code: str
    name: str
    group: str
    level: str
    score: float | None
    meaning: str
    policy: str
    evidence: list[dict]


@dataclass(frozen=True, slots=True)
class Card:
    item: ReviewItem
    reasons: list[Reason]
    choices: list[Choice] = field(default_factory=list)

    @property
    def agrees_with(self) -> Choice | None:
        """The category that agreeing with the machine blocks with; None where it found nothing."""
        first = self.choices[0] if self.choices else None
        return first if first and first.by_machine else None

    @property
    def was_judged(self) -> bool:
        """Whether a machine looked at all: there is nothing to agree with where only people decide."""
        return self.item.result.source != "manual"

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(reason.group for reason in self.reasons if reason.group))


def card_of(item: ReviewItem, categories: list[BlockCategory]) -> Card:
    reasons = reasons_of(item.result, categories)
    return Card(item, reasons, choices_of(categories, reasons, item.content_type))


def reasons_of(result: ModerationResult, categories: list[BlockCategory]) -> list[Reason]:
    found = [label for label in result.labels if not label["label"].startswith(NO_RISK)]
    return [reason_of(label, categories) for label in found]


def reason_of(label: dict, categories: list[BlockCategory]) -> Reason:
    info = BY_CODE.get(label["label"].removesuffix(LIBRARY_SUFFIX))
    group = info.group if info else ""
    meaning = (info.description_zh if is_chinese() else info.description_en) if info else ""
    return Reason(
        code=label["label"],
        name=label_name(label["label"]),
        group=group,
        level=label["level"],
        score=label.get("confidence"),
        meaning=meaning or group_name(group),
        policy=next((one.policy for one in categories if group in one.groups and one.policy), ""),
        evidence=sightings(label.get("evidence", ())),
    )


def sightings(evidence) -> list[dict]:
    """Each thing that the machine saw once, however many frames or rules showed it."""
    seen, kept = set(), []
    for found in evidence:
        key = (found.get("detector"), found.get("text"), found.get("raw"), found.get("keyword"))
        if key not in seen:
            seen.add(key)
            kept.append(found)
    return kept


def choices_of(categories: list[BlockCategory], reasons: list[Reason], content_type: str) -> list[Choice]:
    """The categories of the machine's own labels first, then the account's order; nine get the digits."""
    fitting = fitting_for(categories, content_type)
    found = [reason.group for reason in reasons]

    def place(category: BlockCategory) -> int:
        return min((found.index(group) for group in category.groups if group in found), default=len(found))

    ranked = sorted(fitting, key=place)
    digits = DIGITS.ljust(len(ranked))
    return [
        Choice(category, digit.strip(), place(category) < len(found))
        for category, digit in zip(ranked, digits, strict=False)
    ]


def fitting_for(categories: list[BlockCategory], content_type: str) -> list[BlockCategory]:
    return [one for one in categories if not one.content_types or content_type in one.content_types]
