"""What the recording is, and by which rules it is judged."""

from django.utils import timezone

from config.accounts import revisions
from moderation.media_steps.port import port
from moderation.media_steps.scopes import Judges, chosen, pinned
from moderation.media_steps.turn import Turn
from moderation.models import MediaJob
from moderation.models.content import ContentType
from moderation.operations.media_quota import require_hours

PERCENT = 10
Step = MediaJob.Step


def run(turn: Turn) -> None:
    job = turn.job
    found = port.probe(turn.file, format=turn.format, content_type=job.content_type)
    require_hours(job, duration_ms=found.duration_ms, now=timezone.now())
    judges = chosen(job, revisions.read(job.account_id))
    turn.note(
        step=first_step(job, judges, has_sound=found.has_audio),
        percent=PERCENT,
        facts=job.facts | facts_of(found),
        progress={"judges": pinned(judges)},
    )


def facts_of(found) -> dict:
    return {
        "duration_ms": found.duration_ms,
        "width": found.width,
        "height": found.height,
        "video_codec": found.video_codec,
        "audio_codec": found.audio_codec,
        "frame_rate": found.frame_rate,
        "rotation": found.rotation,
        "has_sound": found.has_audio,
    }


def first_step(job: MediaJob, judges: Judges, *, has_sound: bool) -> str:
    if job.content_type == ContentType.VIDEO and judges.images:
        return Step.FRAMES
    return step_after_frames(judges, has_sound=has_sound)


def step_after_frames(judges: Judges, *, has_sound: bool) -> str:
    return Step.AUDIO if judges.audio and has_sound else Step.VERDICT
