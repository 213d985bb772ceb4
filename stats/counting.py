"""A result counts in its own transaction, by a row of its own: nothing is updated, so nobody waits."""

from moderation.models.content import RiskLevel
from stats.models import UsageDelta


def count_result(sender, result, **kwargs) -> None:
    """Receiver of `verdict_reached`."""
    labels = [] if result.level == RiskLevel.NONE else [label["label"] for label in result.labels]
    UsageDelta(
        account_id=result.account_id,
        service_id=result.service_id,
        source=result.source,
        content_type=result.content_type,
        level=result.level,
        labels=list(dict.fromkeys(labels)),
        took_us=result.took_us,
        at=result.created_at,
    ).save(force_insert=True)
