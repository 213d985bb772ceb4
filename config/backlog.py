"""How much waits to be handled, and for how long: for the readiness answer and the metrics."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min
from django.utils.module_loading import import_string
from django_q.models import OrmQ


@dataclass(frozen=True, slots=True)
class Backlog:
    kind: str
    waiting: int
    oldest_seconds: float


def read(*, now: datetime) -> list[Backlog]:
    found = []
    for kind, path in settings.ASSAY_BACKLOGS.items():
        waiting, since = import_string(path)(now=now)
        found.append(Backlog(kind, waiting, max(0.0, (now - since).total_seconds()) if since else 0.0))
    return found


def jobs(*, now: datetime) -> tuple[int, datetime | None]:
    """Jobs nobody has taken yet. A taken one carries a lock in the future until it is done or retried."""
    row = OrmQ.objects.filter(lock__lte=now).aggregate(waiting=Count("pk"), since=Min("lock"))
    return row["waiting"], row["since"]
