"""What people were given of a subject, and what they said: items with their decisions and notes; feedback."""

from collections import Counter
from collections.abc import Callable

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from config.erasure import registry
from config.erasure.marks import Mark, Trace
from config.erasure.registry import MarkedRows, holds_nobody
from libraries.erasing import others_decided
from libraries.models import TextSample
from moderation.erasers.results import note_requests, of_subject
from moderation.erasers.told import Naming, named_by
from review.models import Decision, Feedback, ItemNote, ReviewItem, Skip
from review.samples import put

HANGING = (Decision, ItemNote, Skip)


class ReviewItems(MarkedRows):
    code, order, mark = "review_items", 10, Mark.REQUEST
    models = (ReviewItem,)
    along = tuple((model, "item") for model in HANGING)

    def find(self, trace: Trace) -> None:
        """Items outlive their results, so they may be the last to know whose these were."""
        mine = of_subject(trace, ReviewItem.objects.owned_by(trace.account), request="request_id")
        note_requests(trace, mine, "request_id")
        trace.note_rows(Mark.ENDPOINT, mine.exclude(endpoint=None).values_list("endpoint", flat=True))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return ReviewItem.objects.owned_by(trace.account).filter(request_id__in=values)

    def remove(self, trace: Trace, model, ids: list[int]) -> Counter:
        counted: Counter = Counter()
        for hanging in HANGING:
            counted += Counter(hanging.objects.filter(item__in=ids).delete()[1])
        return counted + super().remove(trace, model, ids)


class GivenFeedback(MarkedRows):
    code, order, mark = "feedback", 15, Mark.REQUEST
    models = (Feedback,)

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return Feedback.objects.owned_by(trace.account).filter(request_id__in=values)


def decided_of_others(trace: Trace, samples: list) -> dict[int, Callable[[], object]]:
    """By sample: how to let it say what stands on the same content of somebody who is not erased."""
    found = {}
    for sample in samples:
        digest = sample.digest if isinstance(sample, TextSample) else sample.sha256
        decision = newest_of_others(trace, bytes(digest)) if sample.removed_at is None else None
        if decision is not None:
            found[sample.pk] = restoring(decision)
    return found


def newest_of_others(trace: Trace, digest: bytes) -> Decision | None:
    standing = Decision.objects.owned_by(trace.account).standing()
    standing = standing.filter(item__account=trace.account, item__digest=digest, item__result__isnull=False)
    others = standing.annotate(known_by=Cast("item__request_id", CharField()))
    others = others.exclude(known_by__in=trace.marks(Mark.REQUEST))
    return others.select_related("item__result", "item__account").order_by("-decided_at", "-id").first()


def restoring(decision: Decision) -> Callable[[], object]:
    def restore() -> None:
        put(
            item=decision.item,
            result=decision.item.result,
            outcome=decision.outcome,
            label=decision.label,
            is_new_mind=False,
            now=decision.decided_at,
        )

    return restore


def register() -> None:
    registry.register(ReviewItems(), GivenFeedback())
    others_decided.append(decided_of_others)
    named_by.append(Naming(ReviewItem, "endpoint", "request_id", Mark.REQUEST))
    holds_nobody("queues and rules that the account's people write", *WORK)
    holds_nobody("people who review, and how they are spared", *REVIEWERS)


WORK = ("review.ReviewQueue", "review.RoutingRule", "review.BlockCategory")
REVIEWERS = ("review.Reviewer", "review.CarePolicy", "review.Exposure", "review.Waiver")
