from datetime import datetime, timedelta

from moderation.models import ModerationResult
from review.intake import open_item_if_due

LOOK_BACK = timedelta(hours=1)


def reconcile(*, now: datetime) -> int:
    """Open the items that recent results should have and do not. Repeat-safe."""
    opened = 0
    missing = ModerationResult.objects.filter(
        created_at__gte=now - LOOK_BACK, review_item=None, human_outcome=""
    ).select_related("version", "service")
    for result in missing.iterator(chunk_size=500):
        item = open_item_if_due(ModerationResult, result=result, rules=result.version.rules)
        opened += item is not None
    return opened
