from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from moderation.callbacks import events
from moderation.callbacks.per_call import forget_unused
from moderation.operations import assets, media_purge, uploads


def purge_jobs_of_removed() -> int:
    return media_purge.purge_jobs_of_removed(now=timezone.now())


def forget_endpoints_of_calls() -> int:
    days = settings.ASSAY_CALLBACKS_KEPT_DAYS
    return forget_unused(now=timezone.now(), kept=timedelta(days=days)) if days else 0


def release_events() -> int:
    return events.release_events(now=timezone.now())


def purge_uploads() -> int:
    return uploads.purge_uploads(now=timezone.now())


def sweep_removed_recordings() -> int:
    return assets.sweep_removed()
