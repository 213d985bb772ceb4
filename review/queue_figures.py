"""How queues are: what waits, is due and since when, how much is decided, how often a recheck agrees.

Nothing here counts a million rows: counts end at CAP, and each is answered by an index alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import TruncHour

from config.accounts.models import Account
from moderation.learning.measures import wilson
from moderation.models import ModerationResult
from review.models import Decision, ReviewItem, ReviewQueue
from review.states import Stage

CAP = 10_000
SOON = timedelta(hours=1)
HOURS = 24
RECHECKS_OF = timedelta(days=30)
# With fewer rechecks a share says nothing.
FEWEST_RECHECKS = 20

FIGURES = """
    SELECT q.id, free.count, overdue.count, soon.count, hands.count, next_due.due_at, oldest.id,
    oldest.result_id, oldest.created_at
    FROM review_reviewqueue q
    CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state IN ('waiting', 'claimed')
        LIMIT %(cap)s + 1) AS capped) AS free
    CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state IN ('waiting', 'claimed')
        AND i.due_at < %(now)s LIMIT %(cap)s + 1) AS capped) AS overdue
    CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state IN ('waiting', 'claimed')
        AND i.due_at >= %(now)s AND i.due_at < %(soon)s LIMIT %(cap)s + 1) AS capped) AS soon
    CROSS JOIN LATERAL (SELECT count(*) FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state = 'claimed'
        AND i.claimed_by_id IS NOT NULL AND i.lease_until >= %(now)s) AS hands
    LEFT JOIN LATERAL (SELECT i.due_at FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state IN ('waiting', 'claimed')
        ORDER BY i.due_at LIMIT 1) AS next_due ON true
    LEFT JOIN LATERAL (SELECT i.id, i.result_id, i.created_at FROM review_reviewitem i
        WHERE i.account_id = q.account_id AND i.queue_id = q.id AND i.state IN ('waiting', 'claimed')
        ORDER BY i.created_at LIMIT 1) AS oldest ON true
    WHERE q.account_id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Oldest:
    item_id: int
    result_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one queue. Counts over CAP are CAP + 1: say `more than`. `open` is waiting and in hand together."""

    queue: ReviewQueue
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    in_hand: int = 0
    next_due_at: datetime | None = None
    oldest: Oldest | None = None

    @property
    def waiting(self) -> int:
        return self.open if self.open > CAP else self.open - self.in_hand


def figures_of(account: Account, now: datetime) -> list[Figures]:
    queues = {queue.pk: queue for queue in ReviewQueue.objects.owned_by(account).in_order()}
    params = {"account": account.pk, "now": now, "soon": now + SOON, "cap": CAP}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, params)
        rows = {queue_id: row for queue_id, *row in cursor.fetchall()}
    return [figures_from(queue, rows[queue.pk]) for queue in queues.values() if queue.pk in rows]


def figures_from(queue: ReviewQueue, row: list) -> Figures:
    *counts, next_due_at, item_id, result_id, created_at = row
    oldest = Oldest(item_id, result_id, created_at) if item_id else None
    return Figures(queue, *counts, next_due_at=next_due_at, oldest=oldest)


def capped(count: int) -> str:
    return f"{CAP:,}+" if count > CAP else f"{count:,}"


def escalated_in(account: Account) -> int:
    escalated = ReviewItem.objects.owned_by(account).open().filter(escalated_at__isnull=False)
    return escalated.order_by()[: CAP + 1].count()


@dataclass(frozen=True, slots=True)
class Hour:
    starts_at: datetime
    passed: int = 0
    blocked: int = 0

    @property
    def decided(self) -> int:
        return self.passed + self.blocked


def decided_per_hour(account: Account, now: datetime) -> list[Hour]:
    """First decisions that stand, of the last 24 hours: the present hour is the last, and not over."""
    last = now.replace(minute=0, second=0, microsecond=0)
    starts = [last - timedelta(hours=back) for back in reversed(range(HOURS))]
    decisions = (
        Decision.objects.owned_by(account)
        .standing()
        .filter(stage=Stage.DECISION, decided_at__gte=starts[0], decided_at__lte=now)
    )
    rows = (
        decisions.annotate(hour=TruncHour("decided_at"))
        .values("hour")
        .annotate(
            passed=Count("pk", filter=Q(outcome=ModerationResult.Outcome.PASS)),
            blocked=Count("pk", filter=Q(outcome=ModerationResult.Outcome.BLOCK)),
        )
        .order_by("hour")
    )
    counts = {row["hour"]: row for row in rows}
    return [
        Hour(start, counts[start]["passed"], counts[start]["blocked"]) if start in counts else Hour(start)
        for start in starts
    ]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a second person decided as the first one did."""

    agreed: int = 0
    of: int = 0

    @property
    def is_enough(self) -> bool:
        return self.of >= FEWEST_RECHECKS

    @property
    def share(self) -> float | None:
        return self.agreed / self.of if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share, by Wilson."""
        return wilson(self.agreed, self.of) if self.is_enough else None


def agreement_by_queue(account: Account, now: datetime) -> dict[int, Agreement]:
    rechecked = ReviewItem.objects.owned_by(account).filter(rechecked_at__gte=now - RECHECKS_OF)
    rows = rechecked.values("queue").annotate(
        of=Count("pk"), agreed=Count("pk", filter=Q(recheck_outcome=F("outcome")))
    )
    return {row["queue"]: Agreement(row["agreed"], row["of"]) for row in rows.order_by("queue")}


def agreement_in_all(by_queue: dict[int, Agreement]) -> Agreement:
    return Agreement(sum(one.agreed for one in by_queue.values()), sum(one.of for one in by_queue.values()))
