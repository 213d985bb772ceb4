"""The folder of one job: the recording, where the job brought it, and the frames that were looked at."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from django.core.files.storage import default_storage

from moderation.models import MediaJob


def folder_of(job: MediaJob) -> str:
    """By day, so that a day's folders lie together; nothing of the client's own names is in it."""
    return f"jobs/{job.account.uid}/{job.created_at:%Y/%m/%d}/{job.job_id.hex}"


def new_recording_key(job: MediaJob, attempt: UUID) -> str:
    """Each attempt writes files of its own: what a killed one left behind is never read."""
    return f"{folder_of(job)}/recording-{attempt.hex[:12]}"


def new_shot_key(job: MediaJob, at_ms: int, attempt: UUID) -> str:
    return f"{folder_of(job)}/{at_ms:09}-{attempt.hex[:12]}.jpg"


def sweep(job: MediaJob, *, keep: Collection[str] = ()) -> None:
    """Remove what lies in the folder, but for these keys, and the folder if nothing is left. Repeat-safe."""
    folder = folder_of(job)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    kept = set(keep)
    for name in names:
        if f"{folder}/{name}" not in kept:
            default_storage.delete(f"{folder}/{name}")
    if not kept:
        with suppress(OSError):
            default_storage.delete(folder)
