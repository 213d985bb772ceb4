"""Which queue an item waits in: that of the first rule that fits, else the one that takes the rest."""

from collections.abc import Iterable
from datetime import datetime

from review.language import UNTOLD
from review.models import ReviewItem, ReviewQueue, RoutingRule


def route(item: ReviewItem) -> ReviewQueue:
    rule = first_that_fits(item, rules_of(item.account_id))
    return rule.queue if rule else default_queue(item.account_id, item.created_at)


def rules_of(account_id: int):
    return RoutingRule.objects.filter(account_id=account_id).in_order().select_related("queue")


def first_that_fits(item: ReviewItem, rules: Iterable[RoutingRule]) -> RoutingRule | None:
    return next((rule for rule in rules if fits(rule, item)), None)


def fits(rule: RoutingRule, item: ReviewItem) -> bool:
    """A condition that names nothing asks for nothing."""
    asked = (
        (rule.modes, item.mode),
        (rule.content_types, item.content_type),
        (rule.levels, item.level),
        (rule.label_groups, item.group),
        (rule.languages, item.language or UNTOLD),
        (rule.services, item.service_id),
    )
    return all(value in values for values, value in asked if values)


def default_queue(account_id: int, now: datetime) -> ReviewQueue:
    """The queue that takes the rest, made when it is first needed."""
    queue, _is_new = ReviewQueue.objects.get_or_create(
        account_id=account_id, is_default=True, defaults={"name": "General", "created_at": now}
    )
    return queue
