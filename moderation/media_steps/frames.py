"""Frames of a video, window by window: what is seen in them commits with how far it has come."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from django.db import transaction

from config.accounts import revisions
from moderation.media import job_files, storage
from moderation.media_plan import FramePlan, share_done
from moderation.media_steps import probe
from moderation.media_steps.looking import Eyes, Seen, look_at_all
from moderation.media_steps.port import port
from moderation.media_steps.scopes import Judges, judges_of
from moderation.media_steps.turn import Turn
from moderation.models import MediaJob, MediaShot

PERCENT = 75


@dataclass(frozen=True, slots=True)
class Reached:
    """Up to where; how many frames were taken, how many of them showed nothing new, how many were read."""

    until_ms: int = 0
    found: int = 0
    same: int = 0
    read: int = 0

    @classmethod
    def of(cls, job: MediaJob) -> "Reached":
        return cls(**job.progress.get("frames", {}))


def run(turn: Turn) -> None:
    while turn.job.step == MediaJob.Step.FRAMES:
        look_through_window(turn)
        turn.make_room()


def look_through_window(turn: Turn) -> None:
    job = turn.job
    revision, reached = revisions.read(job.account_id), Reached.of(job)
    judges = judges_of(job, revision)
    rules = judges.service.rules
    plan = FramePlan.of(rules, job.facts["duration_ms"])
    window = plan.window(reached.until_ms)
    shots, is_coarse = taken(
        turn, plan, window, most=plan.most_in(window, found=reached.found), cuts=rules.sees_cuts
    )
    eyes = Eyes(judges.images, revision, rules, is_coarse)
    looks = look_at_all(eyes, shots, is_beginning=not reached.found, check=turn.check)
    reached = replace(
        reached,
        until_ms=window.stop,
        found=reached.found + len(shots),
        same=reached.same + len(shots) - len(looks),
        read=reached.read + sum(look.is_read for look in looks),
    )
    commit(turn, looks, reached, judges)


def taken(turn: Turn, plan: FramePlan, window: range, *, most: int, cuts: bool):
    if not most:
        return [], False
    shots = port.shots(
        turn.file,
        format=turn.format,
        window=window,
        every_ms=plan.every_ms,
        most=most,
        cuts=cuts,
        rotation=turn.job.facts.get("rotation") or 0,
    )
    return list(shots), getattr(shots, "is_coarse", False)


def commit(turn: Turn, looks: list[Seen], reached: Reached, judges: Judges) -> None:
    """The frames first, then all that is known of them at once. Where that fails, no frame is left behind."""
    job = turn.job
    rows = [row_of(job, look) for look in looks]
    try:
        for row, look in zip(rows, looks, strict=True):
            storage.keep(row.key, look.shot.jpeg)
        with transaction.atomic():
            turn.note(progress={"frames": asdict(reached)}, **come_to(job, reached, judges))
            MediaShot.objects.bulk_create(rows)
    except BaseException:
        storage.remove([row.key for row in rows])
        raise
    if job.step != MediaJob.Step.FRAMES:
        sweep_left_over(job)


def row_of(job: MediaJob, look: Seen) -> MediaShot:
    shot = look.shot
    return MediaShot(
        account_id=job.account_id,
        job=job,
        at_ms=shot.at_ms,
        kind=shot.kind,
        key=job_files.new_shot_key(job, shot.at_ms, job.lease_token),
        width=shot.width,
        height=shot.height,
        level=look.level,
        verdicts=look.verdicts,
    )


def come_to(job: MediaJob, reached: Reached, judges: Judges) -> dict:
    duration = job.facts["duration_ms"]
    if reached.until_ms < duration:
        share = share_done(reached.until_ms, duration)
        return {"percent": probe.PERCENT + round((PERCENT - probe.PERCENT) * share)}
    has_sound = job.facts.get("has_sound", False)
    return {"step": probe.step_after_frames(judges, has_sound=has_sound), "percent": PERCENT}


def sweep_left_over(job: MediaJob) -> None:
    """What processes that were killed wrote of windows that others did again."""
    keep: Iterable[str] = job.shots.values_list("key", flat=True)
    job_files.sweep(job, keep=[job.key, *keep])
