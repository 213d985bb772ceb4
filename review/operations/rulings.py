"""What somebody says of an item, before it is written down: does it make sense, and under which label?"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from moderation.models import ModerationResult
from moderation.operations.human_verdict import require_label
from review.categories import best_label, category_of, labels_of
from review.models import BlockCategory, ReviewItem

Outcome = ModerationResult.Outcome
LONGEST_REASON, LONGEST_NOTE = 128, 512
LONGEST_HANDLING_MS = 24 * 3600 * 1000


class OutcomeUnknown(Invalid):
    code = "outcome_unknown"
    default_message = _("Decide either pass or block.")


class LabelMissing(Invalid):
    code = "label_missing"
    default_message = _("A block names the label of what was found, or its category.")


class LabelUnwanted(Invalid):
    code = "label_unwanted"
    default_message = _("A pass names no label and no category.")


class CategoryUnknown(Invalid):
    code = "category_unknown"
    default_message = _("The account has no such category in use: see the list of categories.")


class CategoryUnfit(Invalid):
    code = "category_unfit"
    default_message = _("This category has no label for this kind of content: choose another.")


class LabelOutsideCategory(Invalid):
    code = "label_outside_category"
    default_message = _("The category does not take this label: name one of its own, or none.")


@dataclass(frozen=True, slots=True)
class Ruling:
    """Made once for all items that it is applied to; what the catalogue said is remembered between them."""

    outcome: str
    label: str = ""
    category: BlockCategory | None = None
    reason: str = ""
    note: str = ""
    handling_ms: int | None = None
    seen: dict = field(default_factory=dict)

    @property
    def category_code(self) -> str:
        return self.category.code if self.category else ""

    def label_on(self, item: ReviewItem) -> str:
        """The label under which this ruling stands on one item; blank for a pass."""
        if self.outcome == Outcome.PASS:
            return ""
        if self.category is None:
            self.once(item.content_type, lambda kind: require_label(code=self.label, content_type=kind))
            return self.label
        covered = self.once(item.content_type, lambda kind: labels_of(self.category, kind))
        if not covered:
            raise CategoryUnfit(field="category", category=self.category.code)
        if self.label and self.label not in covered:
            raise LabelOutsideCategory(field="label", label=self.label, category=self.category.code)
        return self.label or best_label(covered, item.result.labels)

    def once(self, kind: str, ask):
        if kind not in self.seen:
            self.seen[kind] = ask(kind)
        return self.seen[kind]


def ruling_of(
    *,
    account: Account,
    outcome: str,
    label: str,
    category: str,
    reason: str,
    note: str,
    handling_ms: int | None = None,
) -> Ruling:
    if outcome not in Outcome.values:
        raise OutcomeUnknown(field="outcome")
    if outcome == Outcome.PASS and (label or category):
        raise LabelUnwanted(field="label" if label else "category")
    if outcome == Outcome.BLOCK and not (label or category):
        raise LabelMissing(field="label")
    found = category_of(account, category) if category else None
    if category and found is None:
        raise CategoryUnknown(field="category", category=category)
    return Ruling(
        outcome=outcome,
        label=label,
        category=found,
        reason=words(reason, LONGEST_REASON),
        note=words(note, LONGEST_NOTE),
        handling_ms=measured(handling_ms),
    )


def words(text: str, most: int) -> str:
    """What a person wrote in passing is cut, not refused: nobody should lose a decision over it."""
    return text.replace("\0", "").strip()[:most]


def measured(milliseconds: int | None) -> int | None:
    """A clock of a browser may say anything; what cannot be is not kept."""
    return milliseconds if milliseconds is not None and 0 <= milliseconds <= LONGEST_HANDLING_MS else None
