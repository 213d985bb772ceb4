"""The manual tasks that answers and callbacks of the machine name."""

from collections.abc import Iterable

from moderation.models import ModerationResult
from review.models import ReviewItem
from review.states import Mode

ITEM = ModerationResult.review_item.related


def tasks_of(results: Iterable[ModerationResult]) -> dict[int, str]:
    """By the result's id; nothing of the account's own audit. Asks only for results that were read."""
    results = list(results)
    fresh = [ITEM.get_cached_value(result) for result in results if ITEM.is_cached(result)]
    items = [(item.result_id, item.mode, item.task_id) for item in fresh if item is not None]
    read = [result.pk for result in results if not ITEM.is_cached(result)]
    if read:
        found = ReviewItem.objects.manual_tasks().filter(result__in=read)
        items += found.values_list("result_id", "mode", "task_id")
    return {result_id: str(task_id) for result_id, mode, task_id in items if mode != Mode.AUDIT}
