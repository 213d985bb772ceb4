"""How much there is to learn from, counted by a few queries for all labels at once."""

from dataclasses import dataclass

from django.db.models import Count

from libraries.models import TextSample
from moderation.learning.examples import BLOCK, texts_of
from moderation.models.content import RiskLevel

COUNT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class Supply:
    positive: int
    negative: int
    passed: int

    @property
    def others(self) -> int:
        return self.negative + self.passed


@dataclass(frozen=True, slots=True)
class Supplies:
    by_label: dict[str, int]
    judged: int
    passed: int

    def of(self, label: str) -> Supply:
        positive = self.by_label.get(label, 0)
        return Supply(positive, self.judged - positive, self.passed)


def supply_of(*, account) -> Supplies:
    """Passed texts are counted up to a thousand: a training needs no more than to know of enough."""
    samples = TextSample.objects.owned_by(account).present().order_by()
    counted = samples.values_list("outcome", "label").annotate(count=Count("pk"))
    counts = {(outcome, label): count for outcome, label, count in counted}
    passed = texts_of(account).filter(level=RiskLevel.NONE, human_outcome="").order_by()[:COUNT_CAP].count()
    return Supplies(
        by_label={label: count for (outcome, label), count in counts.items() if outcome == BLOCK},
        judged=sum(counts.values()),
        passed=passed,
    )
