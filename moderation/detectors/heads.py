"""What an account's own heads see in a text. Shadow heads score as well, and decide nothing.

The encoder is dear, so it is asked only for accounts that have heads at work or learn from reviews.
"""

from dataclasses import dataclass, field

import numpy

from libraries.matching.cache import Shelf
from moderation.detectors import registry
from moderation.detectors.base import RawHit
from moderation.detectors.sentences import EMBEDDER_SHA256, SentenceEncoder, vector_of
from moderation.learning.fitting import score
from moderation.models.engines import Head, LearningSwitch

ENGINE = "heads"
ENCODER = SentenceEncoder.spec.name
LEAST_SCORE = 10.0
HEADS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class LiveHead:
    label: str
    version: int
    is_shadow: bool
    coefficients: numpy.ndarray
    intercept: float
    slope: float
    offset: float

    def score(self, embedding) -> float:
        found = score(embedding, self.coefficients, self.intercept, self.slope, self.offset)
        return round(float(found), 2)


@dataclass(frozen=True, slots=True)
class HeadSet:
    """The heads of an account at work, and the services whose texts it learns from (None: all)."""

    revision: int
    heads: tuple[LiveHead, ...] = ()
    learning: frozenset[int | None] = frozenset()

    @property
    def size(self) -> int:
        return len(self.heads) + 1

    @property
    def labels(self) -> frozenset[str]:
        """Labels that an active head looks for."""
        return frozenset(head.label for head in self.heads if not head.is_shadow)

    def learns_from(self, service_id: int | None) -> bool:
        return None in self.learning or service_id in self.learning


@dataclass(frozen=True, slots=True)
class HeadLook:
    """`embedding` is to be kept with the result, if there is one. `failed`: the heads could not look."""

    hits: list[RawHit] = field(default_factory=list)
    shadow_hits: list[RawHit] = field(default_factory=list)
    embedding: numpy.ndarray | None = None
    failed: bool = False

    def __iter__(self):
        return iter((self.hits, self.shadow_hits, self.embedding))


NOTHING = HeadSet(0)


def load_heads(account_id: int, revision: int, held: HeadSet | None) -> HeadSet:
    rows = Head.objects.filter(account_id=account_id, embedder_sha256=EMBEDDER_SHA256).at_work()
    switches = LearningSwitch.objects.filter(account_id=account_id)
    return HeadSet(
        revision,
        tuple(live(head) for head in rows.order_by("label", "version")),
        frozenset(switches.values_list("service_id", flat=True)),
    )


def live(head: Head) -> LiveHead:
    return LiveHead(
        label=head.label,
        version=head.version,
        is_shadow=head.status == Head.Status.SHADOW,
        coefficients=head.vector,
        intercept=head.intercept,
        slope=head.slope,
        offset=head.offset,
    )


_heads = Shelf(load_heads, HEADS_KEPT)


def heads_of(account_id: int, revision: int) -> HeadSet:
    """`revision` is Revisions.heads; at 0 the account never had a head nor learned from reviews."""
    return _heads.get(account_id, revision) if revision else NOTHING


def head_findings(
    content: str | numpy.ndarray, account_id: int, revision: int, *, service_id: int | None = None
) -> HeadLook:
    """Hits of the active heads, those of the shadow heads, and the embedding that they judged."""
    found = heads_of(account_id, revision)
    if not found.heads and not found.learns_from(service_id):
        return HeadLook()
    embedding = content
    if isinstance(content, str):
        look = registry.look([ENCODER], content).get(ENCODER)
        if look is None or look.failed:
            return HeadLook(failed=True)
        embedding = vector_of(look.hits[0])
    hits, shadow_hits = [], []
    for head in found.heads:
        points = head.score(embedding)
        if points >= LEAST_SCORE:
            hit = RawHit(head.label, points, note=f"v{head.version}")
            (shadow_hits if head.is_shadow else hits).append(hit)
    return HeadLook(hits, shadow_hits, embedding)


def forget() -> None:
    """Start empty, as a new process does."""
    _heads.clear()
