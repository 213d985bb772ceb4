"""How a head's answers compare with what people decided after it was trained."""

from dataclasses import dataclass

import numpy

from moderation.detectors.heads import live
from moderation.detectors.sentences import EMBEDDER
from moderation.learning.embeddings import unpack
from moderation.learning.fitting import score
from moderation.learning.measures import wilson
from moderation.models import Head, ModerationResult

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


def agreement(head: Head, *, since=None) -> Agreement:
    """Over the newest verdicts on results whose embedding was kept: what the head says is what it said."""
    rows = ModerationResult.objects.filter(
        account_id=head.account_id,
        content_type=head.modality,
        human_decided_at__gt=since or head.trained_at,
        embedding__embedder=EMBEDDER,
    )
    rows = rows.order_by("-pk").values_list("human_label", "embedding__vector")[:MOST]
    labels, vectors = zip(*rows, strict=True) if rows else ((), ())
    if not labels:
        return Agreement(0, 0, 0, 0)
    truth = numpy.array([label == head.label for label in labels])
    known = live(head)
    scores = score(unpack(vectors), known.coefficients, known.intercept, known.slope, known.offset)
    hit = scores >= FROM
    return Agreement(
        seen=len(labels),
        confirmed=int((truth & hit).sum()),
        false_alarms=int((~truth & hit).sum()),
        missed=int((truth & ~hit).sum()),
    )
