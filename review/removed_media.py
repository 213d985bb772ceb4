"""Recordings that are taken out of the library: nobody has to look at them any more."""

from datetime import datetime

from django.db.models.fields.json import KT

from moderation.models import MediaAsset, ModerationResult
from review import work_watchers
from review.models import ReviewItem
from review.states import State


def close_items(asset: MediaAsset, *, actor, now: datetime) -> int:
    """Runs in the transaction of the removal. Nobody is told of these items after that."""
    naming = ModerationResult.objects.filter(media__has_key="key").annotate(kept=KT("media__key"))
    results = naming.filter(account_id=asset.account_id, kept=asset.key).values("pk")
    items = ReviewItem.objects.owned_by(asset.account).open().filter(result__in=results)
    ids = list(items.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    closed = ReviewItem.objects.filter(pk__in=ids)
    closed.update(state=State.CANCELLED, cancelled_at=now, claimed_by=None, lease_until=None)
    work_watchers.ended(ids)
    return len(ids)
