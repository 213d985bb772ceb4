"""A review item as the reviewer sees it: the machine's reasons, the categories, the keys to press."""

from dataclasses import dataclass

from moderation.catalogue.names import label_name
from moderation.models import Label
from moderation.values import LIBRARY_SUFFIX, NO_RISK
from review.models import ReviewItem

DIGITS = "123456789"


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    name: str
    digit: str = ""
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    item: ReviewItem
    labels: list[dict]
    categories: list[Category]

    @property
    def agree(self) -> str:
        """The category that agreeing with the machine blocks with; blank when the machine found nothing."""
        first = self.categories[0] if self.categories else None
        return first.code if first and first.by_machine else ""


def card_of(item: ReviewItem, categories: list[Category]) -> Card:
    result = item.result
    labels = [{**label, "name": label_name(label["label"])} for label in result.labels]
    return Card(
        item=item,
        labels=[label for label in labels if label["label"] != NO_RISK],
        categories=ordered(categories, [label["label"] for label in result.labels]),
    )


def categories_for(content_type: str) -> list[Category]:
    labels = Label.objects.current().for_content(content_type).in_catalogue_order()
    return [Category(label.code, label_name(label.code)) for label in labels if label.code != NO_RISK]


def ordered(categories: list[Category], found: list[str]) -> list[Category]:
    """The machine's own labels first, then the catalogue; the first nine get the digits."""
    found = [code.removesuffix(LIBRARY_SUFFIX) for code in found]
    ranked = sorted(
        categories, key=lambda category: found.index(category.code) if category.code in found else len(found)
    )
    return [
        Category(category.code, category.name, digit, category.code in found)
        for category, digit in zip(ranked, DIGITS.ljust(len(ranked)), strict=False)
    ]
