"""How many callbacks are due, for the readiness answer and the metrics."""

from datetime import datetime

from django.db.models import Count, Min

from moderation.models import Callback


def due(*, now: datetime) -> tuple[int, datetime | None]:
    row = (
        Callback.objects.due(now).for_healthy_endpoints().aggregate(waiting=Count("pk"), since=Min("due_at"))
    )
    return row["waiting"], row["since"]
