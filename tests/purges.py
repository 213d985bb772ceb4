"""What the schedule does for all classes of data, for one of them."""

from datetime import datetime

from config.retention.purging import SECONDS, purge
from moderation.operations.media_purge import purge_jobs_of_removed


def purge_results(*, now: datetime, batch: int | None = None, seconds: float = SECONDS) -> int:
    return purge(now=now, names=["results"], batch=batch, seconds=seconds)["results"]


def purge_callbacks(*, now: datetime, batch: int | None = None) -> int:
    return purge(now=now, names=["callbacks"], batch=batch)["callbacks"]


def purge_jobs(*, now: datetime) -> int:
    return purge(now=now, names=["media_tasks"])["media_tasks"] + purge_jobs_of_removed(now=now)
