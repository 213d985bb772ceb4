"""Items of the same and of similar content: offered for the same decision, and told of as precedents.

Same is the same picture file or the same text once folded. Similar is near in the 256 bits that stand for
what a picture shows (in all its turns and reflections) or for what a text says.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy
from django.db import connection
from django.db.models import Q

from config.accounts.models import Account, User
from libraries.matching.fingerprints import CLEAR, PLAIN
from libraries.matching.rulings import SIMILAR, TURNED
from libraries.matching.simhash import NEAR
from moderation.media.result_fingerprints import fingerprints_of
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from review.models import ReviewItem
from review.states import State

# Of the newest items so many are compared: see tests/bench/similar_items.py.
COMPARED = 20_000
WITHIN = {ContentType.TEXT: NEAR, ContentType.IMAGE: SIMILAR}
WORDS = 4


@dataclass(frozen=True, slots=True)
class Similar:
    """Open items like one, the nearest first. Each has its `distance`: 0 is the same."""

    items: list[ReviewItem]
    seed: int = 0

    def __len__(self) -> int:
        return len(self.items)

    @property
    def shown(self) -> list[ReviewItem]:
        """What is looked at before all are decided: the nearest, the farthest, and one by chance."""
        if len(self.items) <= 3:
            return self.items
        between = random.Random(self.seed).choice(self.items[1:-1])  # noqa: S311 - the same at each look
        return [self.items[0], self.items[-1], between]


def similar_open(
    *,
    account: Account,
    item: ReviewItem,
    limit: int = 500,
    reviewer: User | None = None,
    now: datetime | None = None,
) -> Similar:
    """Items that may get the same decision. With `reviewer` and `now` none that a colleague has in hand."""
    rows = ReviewItem.objects.owned_by(account).open().filter(content_type=item.content_type)
    rows = rows.exclude(pk=item.pk)
    if reviewer is not None and now is not None:
        rows = rows.filter(Q(state=State.WAITING) | Q(claimed_by=reviewer) | Q(lease_until__lt=now))
    return Similar(nearest(rows, item, limit=limit), seed=item.pk)


def precedents(*, account: Account, item: ReviewItem, count: int = 3) -> list[ReviewItem]:
    """What was decided on the same content and on similar, the nearest first, and of equals the newest."""
    rows = ReviewItem.objects.owned_by(account).decided().filter(content_type=item.content_type)
    rows = rows.exclude(pk=item.pk).select_related("decided_by")
    return nearest(rows, item, limit=count)


def nearest(rows, item: ReviewItem, *, limit: int) -> list[ReviewItem]:
    distances = like(rows, item) | same_as(rows, item, limit)
    chosen = sorted(distances, key=lambda pk: (distances[pk], -pk))[:limit]
    found = rows.select_related("result__service", "claimed_by", "decided_by", "queue").in_bulk(chosen)
    items = [found[pk] for pk in chosen if pk in found]
    for one in items:
        one.distance = distances[one.pk]
    return items


def same_as(rows, item: ReviewItem, limit: int) -> dict[int, int]:
    if not item.digest:
        return {}
    same = rows.filter(digest=item.digest).newest_first().values_list("pk", flat=True)
    return dict.fromkeys(same[:limit], 0)


def like(rows, item: ReviewItem) -> dict[int, int]:
    """Distances of the newest items that are near."""
    within = WITHIN.get(item.content_type)
    asked = list(asked_by(item))
    if within is None or not asked:
        return {}
    ids, likenesses = newest_of(rows)
    if not ids:
        return {}
    known = numpy.frombuffer(likenesses, numpy.uint64).reshape(-1, WORDS)
    distances = numpy.full(len(ids), 256, numpy.uint16)
    for value in asked:
        query = numpy.frombuffer(value, numpy.uint64)
        differing = numpy.bitwise_count(known ^ query).sum(axis=1, dtype=numpy.uint16)
        numpy.minimum(distances, differing, out=distances)
    return {ids[place]: int(distances[place]) for place in numpy.flatnonzero(distances <= within)}


def newest_of(rows) -> tuple[list[int], bytes]:
    """Ids and likenesses of the newest, in one row: made one by one they take several times as long."""
    newest = rows.filter(likeness__isnull=False).newest_first().values_list("pk", "likeness")[:COMPARED]
    query, asked = newest.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT array_agg(id), string_agg(likeness, ''::bytea) FROM ({query}) AS newest (id, likeness)",  # noqa: S608
            asked,
        )
        ids, likenesses = cursor.fetchone()
    return ids or [], bytes(likenesses or b"")


def asked_by(item: ReviewItem) -> Iterable[bytes]:
    """What stands for the item; of a picture that was kept, all its turns and reflections.

    A picture that shows too little is like all others that do: it is like none.
    """
    if not item.likeness:
        return
    if item.content_type == ContentType.IMAGE and item.result_id:
        for one in fingerprints_of(ModerationResult(pk=item.result_id)):
            if one.kind == PLAIN and one.quality < CLEAR:
                return
            if one.kind.startswith(TURNED):
                yield one.value
    yield bytes(item.likeness)
