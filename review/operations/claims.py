"""Who has which item in hand: given in batches, for a time that is renewed, to one person only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from config.accounts.models import Account, User
from config.accounts.roles import can
from review.lanes import Wanted, candidates, give, spread_out
from review.models import Decision, Reviewer, ReviewItem, ReviewQueue
from review.operations.care import capped_groups, severe_groups
from review.states import State

LEASE = timedelta(minutes=10)
LARGEST_BATCH = 25
# In all that somebody holds at a time, over all tabs and filters.
LARGEST_HAND = 100
# How many candidates to look at, for each item wanted: more where colleagues take theirs at the same moment.
LOOKS = (3, 12, 40)
ESCALATED = "review.recheck"


def claim(
    *,
    account: Account,
    reviewer: User,
    count: int,
    now: datetime,
    queue_id: int | None = None,
    content_type: str = "",
    mode: str = "",
    author_id: str = "",
    data_id: str = "",
    replace: bool = False,
) -> list[ReviewItem]:
    """Give a reviewer up to `count` items in all that fit, and that nobody else holds.

    Those they hold already come first, and their lease begins anew. Not given are items of paused queues or
    of queues whose skills they lack, of detection types that they are spared, skip or have seen enough of
    today, those they passed on, and escalated ones without the ability to recheck. With `replace` what they
    hold and does not fit is put back.
    """
    count = max(1, min(count, LARGEST_HAND))
    fits = {"content_type": content_type, "mode": mode, "author_id": author_id, "data_id": data_id}
    fits = {name: value for name, value in fits.items() if value}
    wanted = wanted_by(account, reviewer, queue_id=queue_id, now=now, **fits)
    if queue_id is not None:
        fits["queue_id"] = queue_id
    items = ReviewItem.objects.owned_by(account)
    in_hand = items.in_hand_of(reviewer)
    with transaction.atomic():
        if wanted.without:
            in_hand.filter(group__in=wanted.without).put_back()
        if replace and fits:
            in_hand.exclude(**fits).put_back()
        held = in_hand.filter(**fits).most_urgent_first().lock_those_at_rest()
        hand = in_hand.count() if fits else len(held)
        held = held[:count]
        if held:
            items.filter(pk__in=held).update(lease_until=now + LEASE)
    room = min(count - len(held), LARGEST_BATCH, LARGEST_HAND - hand)
    fresh = take(wanted, room) if room > 0 else []
    return arranged(items, held, wanted.severe) + arranged(items, fresh, wanted.severe)


def wanted_by(account: Account, reviewer: User, *, queue_id: int | None, now: datetime, **fits) -> Wanted:
    profile = Reviewer.objects.owned_by(account).filter(user=reviewer).first()
    skills = profile.skills if profile else []
    queues = ReviewQueue.objects.owned_by(account).at_work().that_need_at_most(skills)
    if queue_id is not None:
        queues = queues.filter(pk=queue_id)
    without = capped_groups(account, reviewer, now)
    if profile:
        without = without.union(profile.spared, profile.skipped)
    return Wanted(
        account_id=account.pk,
        user_id=reviewer.pk,
        queues=tuple(queues.values_list("pk", flat=True)),
        without=tuple(sorted(without)),
        severe=tuple(sorted(severe_groups(account))),
        now=now,
        has_escalated=can(reviewer, account, ESCALATED),
        **fits,
    )


def take(wanted: Wanted, count: int) -> list[int]:
    """Put free items into a hand. Where colleagues were quicker, look again at more of them."""
    taken: list[int] = []
    for looks in LOOKS:
        lacking = count - len(taken)
        found = candidates(wanted, count=lacking, most=looks * lacking + 10)
        wishes = [one.item_id for one in spread_out(found, is_severe=lambda one: one.is_severe)]
        taken += give(wishes, most=lacking, user_id=wanted.user_id, until=wanted.now + LEASE, now=wanted.now)
        if len(taken) == count or not found:
            break
    return taken


def arranged(items, ids: list[int], severe: tuple[str, ...]) -> list[ReviewItem]:
    rows = list(items.filter(pk__in=ids).with_content().most_urgent_first()) if ids else []
    return spread_out(rows, is_severe=lambda item: item.group in severe)


def heartbeat(*, account: Account, reviewer: User, item_ids: Iterable[int], now: datetime) -> list[int]:
    """Renew the lease of what a reviewer still has before them; answer what of it is theirs.

    Also what nobody took although its lease was over.
    """
    mine = ReviewItem.objects.owned_by(account).in_hand_of(reviewer).filter(pk__in=list(item_ids))
    with transaction.atomic():
        ReviewItem.objects.filter(pk__in=mine.lock_those_at_rest()).update(lease_until=now + LEASE)
    return list(mine.order_by("id").values_list("pk", flat=True))


def release(*, account: Account, reviewer: User, now: datetime, item_ids: Iterable[int] | None = None) -> int:
    """Put back what a reviewer holds, or these of it, so that colleagues need not wait for the lease."""
    held = ReviewItem.objects.owned_by(account).in_hand_of(reviewer)
    if item_ids is not None:
        held = held.filter(pk__in=list(item_ids))
    return held.put_back()


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that is no longer a reviewer's, and why: see `what_became_of`.

    `by` and `at` tell of the decision, or of who took or escalated it.
    """

    item_id: int
    why: str
    by: str = ""
    at: datetime | None = None
    outcome: str = ""
    label: str = ""


def gone(*, account: Account, reviewer: User, item_ids: Iterable[int]) -> list[Gone]:
    """Which of the items that a page shows are no longer the reviewer's, and what became of them."""
    ids = list(dict.fromkeys(item_ids))
    rows = ReviewItem.objects.owned_by(account).filter(pk__in=ids)
    items = {item.pk: item for item in rows.select_related("claimed_by", "escalated_by")}
    lost = [
        item_id
        for item_id in ids
        if item_id not in items or not is_in_hand_of(items[item_id], reviewer)
    ]  # fmt: skip
    last = last_decisions_of(account, [pk for pk in lost if pk in items and is_decided(items[pk])])
    return [what_became_of(item_id, items.get(item_id), last.get(item_id)) for item_id in lost]


def is_in_hand_of(item: ReviewItem, reviewer: User) -> bool:
    return item.state == State.CLAIMED and item.claimed_by_id == reviewer.pk


def is_decided(item: ReviewItem) -> bool:
    return item.state == State.DECIDED


def last_decisions_of(account: Account, ids: list[int]) -> dict[int, Decision]:
    decisions = Decision.objects.owned_by(account).standing().filter(item__in=ids)
    rows = decisions.select_related("reviewer", "reviewer_key").order_by("item_id", "round")
    return {decision.item_id: decision for decision in rows}


def what_became_of(item_id: int, item: ReviewItem | None, decision: Decision | None) -> Gone:
    """One of: unknown, decided, expired, cancelled, taken, escalated, put_back."""
    if item is None:
        return Gone(item_id, "unknown")
    if decision is not None:
        who = decision.reviewer.get_username() if decision.reviewer else decision.reviewer_key.name
        return Gone(item_id, "decided", who, decision.decided_at, decision.outcome, decision.label)
    if item.state == State.EXPIRED:
        return Gone(item_id, "expired", at=item.expires_at)
    if item.state == State.CANCELLED:
        return Gone(item_id, "cancelled", at=item.cancelled_at)
    if item.claimed_by is not None:
        return Gone(item_id, "taken", item.claimed_by.get_username())
    if item.escalated_at is not None:
        by = item.escalated_by.get_username() if item.escalated_by else ""
        return Gone(item_id, "escalated", by, item.escalated_at)
    return Gone(item_id, "put_back")
