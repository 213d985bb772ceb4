from datetime import datetime, timedelta

from django.db import transaction

from config.accounts.models import Account, User
from review.models import ReviewItem
from review.states import State

LEASE = timedelta(minutes=10)
LARGEST_BATCH = 25


@transaction.atomic
def claim(*, account: Account, reviewer: User, count: int, now: datetime) -> list[ReviewItem]:
    """Give a reviewer up to `count` items in all that nobody else holds; those held already come first."""
    count = max(1, min(count, LARGEST_BATCH))
    items = ReviewItem.objects.owned_by(account)
    held = list(items.held_by(reviewer, now).values_list("pk", flat=True)[:count])
    fresh = [item.pk for item in items.claimable(count - len(held), now)] if len(held) < count else []
    items.filter(pk__in=[*held, *fresh]).update(
        state=State.CLAIMED, claimed_by=reviewer, lease_until=now + LEASE
    )
    return list(items.filter(pk__in=[*held, *fresh]).with_content().most_urgent_first())


def release(*, account: Account, reviewer: User, now: datetime) -> int:
    """Put back what a reviewer holds, so that colleagues need not wait for the lease to end."""
    held = ReviewItem.objects.owned_by(account).filter(state=State.CLAIMED, claimed_by=reviewer)
    return held.update(state=State.WAITING, claimed_by=None, lease_until=None)
