"""Which queue an item waits in."""

from review.models import ReviewItem, ReviewQueue


def route(item: ReviewItem) -> ReviewQueue:
    """The queue of the first rule that fits; else the one that takes the rest, made when first needed."""
    return default_queue(item.account_id, item.created_at)


def default_queue(account_id: int, now) -> ReviewQueue:
    queue, _is_new = ReviewQueue.objects.get_or_create(
        account_id=account_id, is_default=True, defaults={"name": "General", "created_at": now}
    )
    return queue
