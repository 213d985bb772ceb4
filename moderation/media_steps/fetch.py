"""From the address that the client named to a file of ours."""

from functools import partial

from django.conf import settings

from moderation.media import job_files, storage
from moderation.media.fetch import fetch_recording
from moderation.media.taking_in import received
from moderation.media_steps.turn import Turn
from moderation.models import MediaJob

PERCENT = 5


def run(turn: Turn) -> None:
    job = turn.job
    seconds = settings.ASSAY_MEDIA_DOWNLOAD_SECONDS
    key = job_files.new_recording_key(job, job.lease_token)
    give = partial(fetch_recording, job.url, seconds=seconds)
    with received(give, job.content_type, played=False) as found:
        storage.keep(key, found.file, durably=True)
        facts = found.facts
    try:
        turn.note(step=MediaJob.Step.PROBE, percent=PERCENT, key=key, facts=facts)
    except BaseException:
        storage.remove([key])
        raise
    job_files.sweep(job, keep=[key])
