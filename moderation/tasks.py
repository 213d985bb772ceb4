from django.utils import timezone

from moderation.callbacks import events
from moderation.operations import purge, tasks


def purge_results() -> int:
    return purge.purge_results(now=timezone.now())


def purge_tasks() -> int:
    return tasks.purge_tasks(now=timezone.now())


def purge_callbacks() -> int:
    return purge.purge_callbacks(now=timezone.now())


def purge_events() -> int:
    return events.purge_events(now=timezone.now())
