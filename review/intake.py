"""Where results become work for people."""

from moderation.models import ModerationResult
from moderation.values import Level, Rules
from review.models import ReviewItem

PRIORITY = {Level.HIGH: 1, Level.MEDIUM: 2, Level.LOW: 3, Level.NONE: 4}


def open_item_if_due(sender, result: ModerationResult, rules: Rules, **kwargs) -> ReviewItem | None:
    """Receive `verdict_reached`: open an item in its transaction when the service's policy says so."""
    level = Level(result.level)
    if level not in rules.review_levels or result.source == ModerationResult.Source.TEST:
        return None
    return ReviewItem.objects.create(
        account_id=result.account_id,
        result=result,
        request_id=result.request_id,
        service=result.service,
        content_type=result.content_type,
        level=result.level,
        priority=PRIORITY[level],
        created_at=result.created_at,
    )
