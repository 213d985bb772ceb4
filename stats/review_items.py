"""The items behind a figure of review statistics, newest first, a page at a time by place."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db import connection
from django.db.models import F

from config.accounts.models import Account
from moderation.models import ModerationResult
from moderation.results_query import Place
from review.models import ReviewItem, ReviewQueue
from review.states import State

PASS, BLOCK = ModerationResult.Outcome.PASS.value, ModerationResult.Outcome.BLOCK.value
# What was decided, by when; and what was rechecked, by when.
DECIDED = {"decided": (PASS, BLOCK), "passed": (PASS,), "blocked": (BLOCK,), "late": (PASS, BLOCK)}
RECHECKED = ("rechecked", "overturned", "relabelled")
LISTS = (*DECIDED, *RECHECKED)

# One stretch of an index for each queue and outcome, whatever the size of the table.
MERGE = """
SELECT found.decided_at, found.id
FROM unnest(%(queues)s::bigint[], %(outcomes)s::varchar[]) AS stream (queue_id, outcome)
CROSS JOIN LATERAL (
    SELECT row.decided_at, row.id FROM review_reviewitem AS row
    WHERE row.account_id = %(account)s AND row.queue_id = stream.queue_id AND row.outcome = stream.outcome
      AND row.state = 'decided' AND row.decided_at >= %(starts_at)s AND row.decided_at < %(ends_at)s
      {narrowed}
    ORDER BY row.decided_at DESC, row.id DESC LIMIT %(limit)s
) AS found ORDER BY 1 DESC, 2 DESC LIMIT %(limit)s
"""
NARROWED = {
    "services": "AND row.service_id = ANY(%(services)s)",
    "late": "AND row.decided_at > row.due_at",
    "after": "AND (row.decided_at, row.id) < (%(after_at)s, %(after_id)s)",
}


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """`what`: one of LISTS. No queue, no services: all of them."""

    what: str
    starts_at: datetime
    ends_at: datetime
    queue_id: int | None = None
    service_ids: tuple[int, ...] = ()

    @property
    def time(self) -> str:
        return "decided_at" if self.what in DECIDED else "rechecked_at"


def items_behind(
    asked: WorkAsked, *, account: Account, after: Place | None = None, limit: int
) -> list[ReviewItem]:
    find = decided_ids if asked.what in DECIDED else rechecked_ids
    ids = find(asked, account=account, after=after, limit=limit)
    return with_names(ReviewItem.objects.owned_by(account).filter(pk__in=ids)).order_by(
        f"-{asked.time}", "-id"
    )


def with_names(items):
    return items.select_related("service", "queue", "decided_by")


def decided_ids(asked: WorkAsked, *, account: Account, after: Place | None, limit: int) -> list[int]:
    queues = [asked.queue_id] if asked.queue_id else queues_of(account)
    streams = list(product(queues, DECIDED[asked.what]))
    narrowed = {"services": asked.service_ids, "late": asked.what == "late", "after": after}
    values = {
        "queues": [queue for queue, _outcome in streams],
        "outcomes": [outcome for _queue, outcome in streams],
        "account": account.pk,
        "starts_at": asked.starts_at,
        "ends_at": asked.ends_at,
        "services": list(asked.service_ids),
        "after_at": after and after.created_at,
        "after_id": after and after.id,
        "limit": limit,
    }
    wanted = " ".join(NARROWED[name] for name, is_asked in narrowed.items() if is_asked)
    with connection.cursor() as cursor:
        cursor.execute(MERGE.format(narrowed=wanted), values)
        return [found for _decided_at, found in cursor.fetchall()]


def queues_of(account: Account) -> list[int]:
    return list(ReviewQueue.objects.owned_by(account).order_by().values_list("pk", flat=True))


def rechecked_ids(asked: WorkAsked, *, account: Account, after: Place | None, limit: int) -> list[int]:
    items = ReviewItem.objects.owned_by(account).filter(
        state=State.DECIDED, rechecked_at__gte=asked.starts_at, rechecked_at__lt=asked.ends_at
    )
    if asked.queue_id:
        items = items.filter(queue=asked.queue_id)
    if asked.service_ids:
        items = items.filter(service__in=asked.service_ids)
    if asked.what == "overturned":
        items = items.exclude(recheck_outcome=F("outcome"))
    if asked.what == "relabelled":
        items = items.filter(recheck_outcome=F("outcome")).exclude(recheck_label=F("decided_label"))
    if after is not None:
        items = items.filter(rechecked_at__lte=after.created_at).exclude(
            rechecked_at=after.created_at, pk__gte=after.id
        )
    return list(items.order_by("-rechecked_at", "-id").values_list("pk", flat=True)[:limit])
