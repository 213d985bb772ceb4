"""What there is to learn one label from: everything people decided on texts, and texts that passed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from config.accounts.models import Account
from libraries.matching.sample_index import digest_of
from libraries.models import TextSample
from moderation.detectors.sentences import EMBEDDER
from moderation.models import ModerationResult, ResultEmbedding, SampleEmbedding
from moderation.models.content import ContentType, RiskLevel

MOST_POSITIVE, MOST_NEGATIVE = 2_000, 6_000
# Texts that merely passed stand in for negatives until there are so many per positive.
PASSED_PER_POSITIVE, LEAST_NEGATIVE = 5, 200
BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Example:
    """`kind` is "sample" or "result"; `is_judged`: a person decided, it did not merely pass."""

    kind: str
    pk: int
    is_positive: bool
    at: datetime
    digest: bytes
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Available:
    positive: int
    negative: int
    passed: int


# Called with the account and the label: examples that apps above know of.
feeders: list[Callable[[Account, str], Iterable[Example]]] = []


def gather(*, account, label: str) -> list[Example]:
    """The newest first within each kind; the caps keep a training within a job's time."""
    judged = [*of_samples(account, label), *of_verdicts(account, label)]
    for feeder in feeders:
        judged += feeder(account, label)
    positive = newest([one for one in judged if one.is_positive], MOST_POSITIVE)
    negative = newest([one for one in judged if not one.is_positive], MOST_NEGATIVE)
    wanted = min(MOST_NEGATIVE, max(LEAST_NEGATIVE, PASSED_PER_POSITIVE * len(positive))) - len(negative)
    if wanted > 0:
        negative += of_passed(account, wanted)
    return positive + negative


def newest(examples: list[Example], most: int) -> list[Example]:
    return sorted(examples, key=lambda one: (one.at, one.kind, one.pk), reverse=True)[:most]


def of_samples(account, label: str) -> list[Example]:
    rows = TextSample.objects.owned_by(account).present()
    rows = rows.values_list("pk", "outcome", "label", "created_at", "digest").order_by("pk")
    return [
        Example("sample", pk, outcome == BLOCK and code == label, at, bytes(digest))
        for pk, outcome, code, at, digest in rows.iterator(chunk_size=5000)
    ]


def of_verdicts(account, label: str) -> list[Example]:
    """Human verdicts on results that no sample stands for. A sample that was removed stays unlearned."""
    rows = texts_of(account).exclude(human_outcome="").order_by("-pk")
    rows = rows.values_list("pk", "request_id", "human_outcome", "human_label", "human_decided_at", "content")
    rows = list(rows[: MOST_POSITIVE + MOST_NEGATIVE])
    origins = [str(request_id) for _pk, request_id, *_rest in rows]
    known = TextSample.objects.owned_by(account).filter(origin__in=origins)
    known = set(known.values_list("origin", flat=True))
    return [
        Example("result", pk, outcome == BLOCK and code == label, at, digest_of(content))
        for pk, request_id, outcome, code, at, content in rows
        if str(request_id) not in known
    ]


def of_passed(account, count: int) -> list[Example]:
    rows = texts_of(account).filter(level=RiskLevel.NONE, human_outcome="").order_by("-pk")
    rows = rows.exclude(source=ModerationResult.Source.TEST).values_list("pk", "created_at", "content")
    return [
        Example("result", pk, False, at, digest_of(content), is_judged=False)
        for pk, at, content in rows[:count]
    ]


def texts_of(account):
    return ModerationResult.objects.owned_by(account).filter(content_type=ContentType.TEXT)


def distinct(examples: list[Example]) -> list[Example]:
    """Each text once, and what a person judged before what merely passed; of judgements the last."""
    kept: dict[bytes, Example] = {}
    for one in sorted(examples, key=lambda one: (one.is_judged, one.at, one.kind, one.pk), reverse=True):
        kept.setdefault(one.digest, one)
    return sorted(kept.values(), key=lambda one: (one.at, one.kind, one.pk))


def available(examples: list[Example]) -> Available:
    return Available(
        positive=sum(one.is_positive for one in examples),
        negative=sum(one.is_judged and not one.is_positive for one in examples),
        passed=sum(not one.is_judged for one in examples),
    )


def vectors_of(account, examples: list[Example]) -> dict[tuple[str, int], bytes]:
    """The stored vectors of these examples, as far as there are any."""
    found = {}
    for kind, model, key in (
        ("sample", SampleEmbedding, "sample_id"),
        ("result", ResultEmbedding, "result_id"),
    ):
        wanted = [one.pk for one in examples if one.kind == kind]
        rows = model.objects.owned_by(account).filter(embedder=EMBEDDER, **{f"{key}__in": wanted})
        found |= {(kind, pk): vector for pk, vector in rows.values_list(key, "vector")}
    return found
