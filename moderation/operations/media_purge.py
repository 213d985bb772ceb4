"""Forgetting jobs with their frames, once nothing points to them any more, and old recordings."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from config.accounts.models import Account
from config.retention.classes import Gone
from config.retention.deletion import delete_rows
from config.retention.files import doom, sweep
from config.retention.holds import steady_holds
from moderation.media.job_files import folder_of
from moderation.models import MediaAsset, MediaJob, MediaShot, ModerationResult
from moderation.operations.assets import retire

State = MediaJob.State
BATCH = 200


def old_jobs(account: Account, before: datetime):
    """Those that ended long ago, unless their result is still there for people.

    The frames of the newest job of an asset stay as long as the asset does.
    """
    jobs = MediaJob.objects.owned_by(account).exclude(state=State.WAITING).filter(created_at__lt=before)
    result = ModerationResult.objects.filter(request_id=OuterRef("job_id"))
    newer = MediaJob.objects.filter(asset=OuterRef("asset"), pk__gt=OuterRef("pk"), state=State.DONE)
    asset = MediaAsset.objects.there().filter(pk=OuterRef("asset"))
    shown = jobs.filter(Exists(asset), ~Exists(newer), state=State.DONE)
    return jobs.filter(~Exists(result)).exclude(pk__in=shown.values("pk")).select_related("account")


def forget_jobs(account: Account, rows: list[MediaJob], now: datetime) -> Gone:
    ids = [row.pk for row in rows]
    keys, count = [], MediaShot.objects.filter(job__in=ids).count()
    for job in rows:
        if not job.asset_id and job.key and job.state != State.DONE:
            keys.append(job.key)
            count += 1
        keys.append(f"{folder_of(job)}/")
    delete_rows(MediaJob, ids)
    return Gone(rows, keys, files=count)


def purge_jobs_of_removed(*, now: datetime, batch: int = BATCH) -> int:
    """Jobs whose recording was taken out of the library, however young: nobody looks at them any more."""
    ended = MediaJob.objects.exclude(state=State.WAITING).filter(asset__removed_at__isnull=False)
    gone = 0
    for job in ended.select_related("account").order_by("created_at", "id")[:batch]:
        with transaction.atomic():
            holds = steady_holds(job.account, now=now)
            held = holds.on(MediaJob, job.account)
            rows = MediaJob.objects.filter(pk=job.pk).select_related("account")
            rows = rows.exclude(held) if held is not None else rows
            rows = list(rows.select_for_update(skip_locked=True, of=("self",)))
            if not rows or holds.everything:
                continue
            doomed = doom(account=job.account, keys=forget_jobs(job.account, rows, now).keys, now=now)
        sweep(now=now, only=doomed)
        gone += 1
    return gone


def old_assets(account: Account, before: datetime):
    """Recordings of the library that no machine looks at right now."""
    under_way = MediaJob.objects.waiting().filter(asset=OuterRef("pk"))
    there = MediaAsset.objects.owned_by(account).there().filter(created_at__lt=before)
    return there.filter(~Exists(under_way)).select_related("account")


def forget_assets(account: Account, rows: list[MediaAsset], now: datetime) -> Gone:
    """Taken out of the library as if by hand: what was decided on them stays in the books."""
    gone, keys = [], []
    for asset in rows:
        keys += retire(asset, actor=None, now=now)
        gone.append(asset)
    return Gone(gone, keys)
