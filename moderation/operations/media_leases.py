"""Writing to a job under its lease: who holds it writes, and nobody else. Every write compares the token."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q

from moderation.models import MediaJob

CHANNEL = "assay_media"
State = MediaJob.State


class LeaseLost(Exception):
    """Somebody cancelled the job, or another process has taken it over: nothing may be written."""


def held(job: MediaJob):
    return MediaJob.objects.waiting().filter(pk=job.pk, lease_token=job.lease_token)


def note(job: MediaJob, **changes) -> None:
    """Write what has been reached, and let the attempts begin afresh: the job has come on."""
    changes |= {"attempts": 0, "error": None}
    if not held(job).update(**changes):
        raise LeaseLost
    for name, value in changes.items():
        setattr(job, name, value)


def require_held(job: MediaJob) -> None:
    if not held(job).exists():
        raise LeaseLost


def release(job: MediaJob) -> None:
    """Give it back at once, to go on from where it stands."""
    if held(job).update(attempts=0, lease_token=None, lease_until=None):
        wake()


def put_off(job: MediaJob, *, until: datetime, error: dict, is_tried: bool = True) -> None:
    """Try the step again later. `is_tried`: this counts among the attempts."""
    changes = {} if is_tried else {"attempts": 0}
    held(job).update(due_at=until, error=error, lease_token=None, lease_until=None, **changes)


def finish(job: MediaJob, *, state: str, now: datetime, error: dict | None = None, **changes) -> None:
    """Runs in the transaction of what follows from the end."""
    ended = {"state": state, "finished_at": now, "error": error, "lease_token": None, "lease_until": None}
    if not held(job).update(**ended, **changes):
        raise LeaseLost
    for name, value in {**ended, **changes}.items():
        setattr(job, name, value)


def renew(leases: Iterable[tuple[int, object]], *, now: datetime) -> None:
    """Keep the leases of these jobs and tokens: somebody is at work on them."""
    ours = Q()
    for job_id, token in leases:
        ours |= Q(pk=job_id, lease_token=token)
    if ours:
        MediaJob.objects.waiting().filter(ours).update(lease_until=lease_end(now))


def lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.ASSAY_MEDIA_LEASE_SECONDS)


def wake() -> None:
    """PostgreSQL sends the notice when the transaction commits, and not at all if it does not."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
