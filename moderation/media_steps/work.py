"""The steps of a job one after the other, as long as its lease is held."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from config.errors import PlatformError, Unavailable
from moderation.callbacks.enqueue import enqueue_callback
from moderation.media.fetch import MediaUnreachable
from moderation.media_steps import audio, fetch, frames, probe, verdict
from moderation.media_steps.turn import Turn, TurnOver
from moderation.models import CallbackEndpoint, MediaJob
from moderation.operations.media_assets import review_failed
from moderation.operations.media_jobs import forget_files
from moderation.operations.media_leases import LeaseLost, finish, put_off, release
from moderation.operations.media_quota import MediaQuotaReached, fits_ever
from moderation.operations.tasks import called_back

MOST_ATTEMPTS = 5
RESTS = (2, 10, 60, 300)
STEPS = {
    MediaJob.Step.FETCH: fetch.run,
    MediaJob.Step.PROBE: probe.run,
    MediaJob.Step.FRAMES: frames.run,
    MediaJob.Step.AUDIO: audio.run,
    MediaJob.Step.VERDICT: verdict.run,
}

log = structlog.get_logger("assay.media")


def work_on_media(*, job_id: int, token: uuid.UUID, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Go on with a leased job from where it stands. What a step has ended is never done again."""
    jobs = MediaJob.objects.waiting().select_related("account", "service", "asset", "callback")
    job = jobs.filter(pk=job_id, lease_token=token).first()
    if job is None:
        return
    try:
        with Turn(job, is_stopping=is_stopping) as turn:
            while job.state == MediaJob.State.WAITING:
                take_step(turn)
                if job.state == MediaJob.State.WAITING:
                    turn.make_room()
    except LeaseLost:
        return
    except TurnOver:
        release(job)
    except PlatformError as error:
        put_off_or_fail(job, error=error, now=timezone.now())


def take_step(turn: Turn) -> None:
    job, step, began = turn.job, turn.job.step, time.monotonic()
    STEPS[step](turn)
    seconds = round(time.monotonic() - began, 3)
    log.info("media_step_ended", job=str(job.job_id), step=step, seconds=seconds)


def put_off_or_fail(job: MediaJob, *, error: PlatformError, now: datetime) -> None:
    told = error.as_dict()
    if isinstance(error, MediaQuotaReached) and fits_ever(job.facts.get("duration_ms", 0)):
        put_off(job, until=now + timedelta(seconds=error.retry_after), error=told, is_tried=False)
    elif may_pass(error) and job.attempts < MOST_ATTEMPTS:
        rest = timedelta(seconds=RESTS[min(max(job.attempts, 1), len(RESTS)) - 1])
        put_off(job, until=now + rest, error=told)
    else:
        fail(job, error=told, now=now)


def may_pass(error: PlatformError) -> bool:
    """Is it a fault that may be gone in a while, here or at the server that has the recording?"""
    if isinstance(error, MediaUnreachable):
        status = error.details.get("status", 500)
        return error.details.get("reason") != "redirect_to_http" and (status >= 500 or status == 429)
    return isinstance(error, Unavailable)


def fail(job: MediaJob, *, error: dict, now: datetime) -> None:
    try:
        with transaction.atomic():
            finish(job, state=MediaJob.State.FAILED, now=now, error=error)
            job.shots.all().delete()
            job.slices.all().delete()
            tell_of_failure(job, error, now)
            if job.asset_id:
                review_failed(job, now)
    except LeaseLost:
        return
    forget_files(job)


def tell_of_failure(job: MediaJob, error: dict, now: datetime) -> None:
    """A job that was begun in the console is nobody's call."""
    if job.progress.get("origin", "api") != "api":
        return
    enqueue_callback(
        account=job.account,
        service=job.service,
        event=CallbackEndpoint.Event.TASK_FAILED.value,
        subject=f"task:{job.job_id}",
        payload=facts_of(job) | {"error": error},
        also=called_back(job),
        now=now,
    )


def facts_of(job: MediaJob) -> dict:
    return {
        "request_id": str(job.job_id),
        "data_id": job.data_id,
        "service": job.service.code,
        "content_type": job.content_type,
    } | ({"url": job.url} if job.url else {})
