"""Forgetting jobs with their frames, once nothing points to them any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from moderation.media import storage
from moderation.media.job_files import sweep
from moderation.models import MediaJob, ModerationResult

State = MediaJob.State
BATCH = 200


def purge_jobs(*, now: datetime, batch: int = BATCH) -> int:
    """Jobs that ended as long ago as results are kept, unless their result is still there for people.

    The frames of the newest job of an asset stay as long as the asset does. Files go before the row: a purge
    that dies leaves a row, which the next one takes.
    """
    gone = 0
    for job in due(now)[:batch]:
        with transaction.atomic():
            held = MediaJob.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=job.pk)
            if not held.first():
                continue
            if not job.asset_id and job.key and job.state != State.DONE:
                storage.remove([job.key])
            sweep(job)
            job.delete()
            gone += 1
    return gone


def due(now: datetime):
    ended = MediaJob.objects.exclude(state=State.WAITING).select_related("account")
    result = ModerationResult.objects.filter(request_id=OuterRef("job_id"))
    newer = MediaJob.objects.filter(asset=OuterRef("asset"), pk__gt=OuterRef("pk"), state=State.DONE)
    is_shown = Q(asset__isnull=False, asset__removed_at=None, state=State.DONE) & ~Exists(newer)
    days = settings.ASSAY_RESULTS_KEPT_DAYS
    is_old = Q(created_at__lt=now - timedelta(days=days)) if days else Q(pk=None)
    is_of_the_removed = Q(asset__removed_at__isnull=False)
    return (
        ended.filter(is_old & ~is_shown | is_of_the_removed)
        .filter(~Exists(result) | is_of_the_removed)
        .order_by("created_at", "id")
    )
