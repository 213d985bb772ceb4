"""How a head's answers compare with what people decided after it was trained."""

from dataclasses import dataclass

import numpy

from moderation.detectors.heads import live
from moderation.detectors.sentences import EMBEDDER
from moderation.learning.embeddings import unpack
from moderation.learning.fitting import score
from moderation.learning.measures import wilson
from moderation.models import Head, ModerationResult
from moderation.models.content import ContentType

MOST = 5_000
FROM = 60.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counted over `seen` human verdicts: hits that people confirmed, false alarms, and what was missed."""

    seen: int
    confirmed: int
    false_alarms: int
    missed: int

    @property
    def agreed(self) -> int:
        return self.seen - self.false_alarms - self.missed

    @property
    def precision(self) -> float | None:
        hits = self.confirmed + self.false_alarms
        return self.confirmed / hits if hits else None

    @property
    def recall(self) -> float | None:
        wanted = self.confirmed + self.missed
        return self.confirmed / wanted if wanted else None

    @property
    def share(self) -> float | None:
        return self.agreed / self.seen if self.seen else None

    def as_dict(self) -> dict:
        return {
            "seen": self.seen,
            "confirmed": self.confirmed,
            "false_alarms": self.false_alarms,
            "missed": self.missed,
            "precision": self.precision,
            "precision_interval": wilson(self.confirmed, self.confirmed + self.false_alarms),
            "recall": self.recall,
            "agreement": self.share,
        }


def agreement(head: Head) -> Agreement:
    return agreements([head])[head.pk]


def agreements(heads: list[Head]) -> dict[int, Agreement]:
    """By head, over the newest verdicts on results whose embedding was kept.

    Scores are computed from the embedding as they were when the text came: what the head says is what it
    said. All heads are of one account, whose rows are read once.
    """
    if not heads:
        return {}
    rows = ModerationResult.objects.filter(
        account_id=heads[0].account_id,
        content_type=ContentType.TEXT,
        human_decided_at__gt=min(head.trained_at for head in heads),
        embedding__embedder=EMBEDDER,
    )
    rows = rows.order_by("-pk").values_list("human_label", "human_decided_at", "embedding__vector")
    rows = list(rows[:MOST])
    if not rows:
        return {head.pk: Agreement(0, 0, 0, 0) for head in heads}
    labels = numpy.array([label for label, _at, _vector in rows])
    points = unpack(vector for _label, _at, vector in rows)
    moments = [at for _label, at, _vector in rows]
    found = {}
    for head in heads:
        known = live(head)
        scores = score(points, known.coefficients, known.intercept, known.slope, known.offset)
        later = numpy.array([at > head.trained_at for at in moments])
        found[head.pk] = count((labels == head.label)[later], (scores >= FROM)[later])
    return found


def count(truth, hit) -> Agreement:
    return Agreement(
        seen=len(truth),
        confirmed=int((truth & hit).sum()),
        false_alarms=int((~truth & hit).sum()),
        missed=int((truth & ~hit).sum()),
    )
