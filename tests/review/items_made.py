"""Items of every kind for the tests of lists, made without a machine or a person."""

from datetime import timedelta

from config.uuid7 import uuid7
from moderation.models import ModerationResult, Service
from review.models import ReviewItem, ReviewQueue
from tests.factories import NOW, make_user, service_of
from tests.moderation.results_made import store

PRIORITY = {"high": 1, "medium": 2, "low": 3, "none": 4}


def keep_item(account, *, service="comment_detection", at=NOW, **asked) -> ReviewItem:
    """A stored item that stands as asked: see `item_of`."""
    service = service_of(account, service) if isinstance(service, str) else service
    result = store(account, service=service, at=at, data_id=asked.pop("data_id", ""))
    item = item_of(account, result, service=service, at=at, **asked)
    item.save(force_insert=True)
    return item


def item_of(
    account,
    result: ModerationResult,
    *,
    service: Service,
    standing: str = "waiting",
    mode: str = "audit",
    recheck: str = "",
    level: str = "high",
    label: str = "pt_to_contact",
    decided_label: str = "pt_to_contact",
    recheck_label: str = "pt_to_contact",
    by=None,
    at=NOW,
) -> ReviewItem:
    """`standing`: waiting, claimed, expired, pass or block; `recheck` only says something of the last two."""
    is_decided = standing in ("pass", "block")
    queue, _is_new = ReviewQueue.objects.get_or_create(
        account=account, is_default=True, defaults={"name": "General", "created_at": NOW}
    )
    item = ReviewItem(
        account=account,
        result=result,
        request_id=result.request_id,
        mode=mode,
        queue=queue,
        service=service,
        content_type=service.content_type,
        data_id=result.data_id,
        level=level,
        label=label,
        state="decided" if is_decided else standing,
        priority=PRIORITY[level],
        created_at=at,
        urgent_at=at,
        due_at=at + timedelta(days=1),
    )
    if standing == "claimed":
        item.claimed_by, item.lease_until = by or make_user(account=account), at
    if is_decided:
        item.outcome, item.decided_at, item.decided_by = standing, at, by
        item.decided_label = decided_label if standing == "block" else ""
    if is_decided and recheck:
        item.recheck_outcome, item.rechecked_at = recheck, at
        item.recheck_label = recheck_label if recheck == "block" else ""
    return item


def keep_many(account, count: int, *, service="comment_detection", **asked) -> None:
    """The same many times, a second apart, in few statements."""
    service = service_of(account, service)
    pattern = keep_item(account, service=service, **asked).result
    results = []
    for number in range(count):
        result = ModerationResult(
            **{
                field.attname: getattr(pattern, field.attname)
                for field in ModerationResult._meta.concrete_fields
                if field.attname not in ("id", "request_id", "created_at")
            },
            request_id=uuid7(),
            created_at=NOW - timedelta(seconds=number),
        )
        results.append(result)
    ModerationResult.objects.bulk_create(results)
    ReviewItem.objects.bulk_create(
        item_of(account, result, service=service, at=result.created_at, **asked) for result in results
    )
