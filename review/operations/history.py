"""An item under its lock, with all that was ever decided on it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F

from config.accounts.models import Account
from moderation.values import Rules
from review.models import Decision, ReviewItem
from review.states import Stage

# Of how many items the locks are held at a time: a colleague waits for no longer than these take.
TOGETHER = 50


def locked(account: Account, item_ids: Collection[int]) -> list["History"]:
    """Items of the account, locked in the order of their ids so that nobody waits for each other in a ring.

    They are handled in another order, by kind of content: so are the counters that each kind queues at.
    """
    items = (
        ReviewItem.objects.owned_by(account)
        .filter(pk__in=item_ids)
        .select_for_update(of=("self",))
        .select_related("result", "service")  # a joined row is as it was before the wait for the lock
        .annotate(delay=F("service__current_version__document__send_delay"))
        .order_by("pk")
    )
    histories = {}
    for item in items:
        item.account = account
        histories[item.pk] = History(item)
    for decision in Decision.objects.filter(item__in=histories).order_by("item", "round"):
        histories[decision.item_id].decisions.append(decision)
    return sorted(histories.values(), key=lambda one: (one.item.content_type, one.item.pk))


@dataclass(slots=True)
class History:
    item: ReviewItem
    decisions: list[Decision] = field(default_factory=list)

    @property
    def send_delay(self) -> timedelta:
        """For how long the service gives its people to think again before anybody outside is told."""
        return timedelta(seconds=Rules().send_delay if self.item.delay is None else self.item.delay)

    @property
    def standing(self) -> list[Decision]:
        return [one for one in self.decisions if one.undone_at is None]

    @property
    def last(self) -> Decision | None:
        """What the item says now; None while it says nothing."""
        return self.standing[-1] if self.standing else None

    @property
    def first(self) -> Decision | None:
        return next((one for one in self.standing if one.stage == Stage.DECISION), None)

    @property
    def rechecked(self) -> Decision | None:
        return next((one for one in reversed(self.standing) if one.stage == Stage.RECHECK), None)

    @property
    def rounds(self) -> int:
        return self.decisions[-1].round if self.decisions else 0

    @property
    def sequence(self) -> int:
        """Rises with everything that is ever told of the item: each decision, and each undo."""
        return self.rounds + sum(one.undone_at is not None for one in self.decisions)

    @property
    def events(self) -> set[str]:
        return {one.event_id for one in self.decisions if one.event_id}


def in_parts(item_ids: Collection[int]):
    """Ids in portions that may be locked together."""
    ids = sorted(set(item_ids))
    for start in range(0, len(ids), TOGETHER):
        yield ids[start : start + TOGETHER]
