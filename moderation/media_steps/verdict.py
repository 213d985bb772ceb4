"""From frames and speech to one result, which commits with the job's end and with what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.accounts import revisions
from libraries.operations.sample_guard import note_flip
from moderation.inspection import Inspection
from moderation.media import job_files, storage
from moderation.media_steps.frames import Reached
from moderation.media_steps.looking import line_readers_of
from moderation.media_steps.scopes import Judges, judges_of
from moderation.media_steps.turn import LONGEST_TOOK, Turn
from moderation.media_verdict import Verdict, Whole, sum_up
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import ContentType
from moderation.operations.media_assets import review_ended
from moderation.operations.media_leases import finish
from moderation.operations.moderate import is_for_people, store
from moderation.operations.moderate_images import LONGEST_NAME
from moderation.operations.tasks import called_back
from moderation.values import Finding, Source

LONGEST_TEXT = 10_000
FACTS = ("sha256", "format", "bytes", "duration_ms", "width", "height", "video_codec", "audio_codec")


@dataclass(frozen=True, slots=True)
class Known:
    """All that was found, as it is kept."""

    shots: list[MediaShot]
    slices: list[MediaSlice]

    @classmethod
    def of(cls, job: MediaJob) -> "Known":
        return cls(list(job.shots.order_by("at_ms")), list(job.slices.order_by("start_ms")))

    def verdicts(self, judges: Judges) -> list[Verdict]:
        seen = [
            Verdict(verdict["service"], place_of(shot, verdict), verdict["labels"], verdict["uncovered"])
            for shot in self.shots
            for verdict in shot.verdicts
        ]
        heard = [
            Verdict(
                judges.audio.service.code,
                {"start_ms": one.start_ms, "end_ms": one.end_ms},
                one.labels,
                one.uncovered,
            )
            for one in self.slices
        ]
        return seen + heard

    @property
    def flips(self) -> set[tuple[str, int]]:
        """Samples that had their way against the machine somewhere in it."""
        pictures = {
            (ContentType.IMAGE.value, sample)
            for shot in self.shots
            for verdict in shot.verdicts
            if (sample := verdict.get("flipped"))
        }
        texts = {
            (ContentType.TEXT.value, sample)
            for one in self.slices
            for label in one.labels
            if (sample := label.get("flipped"))
        }
        return pictures | texts


def place_of(shot: MediaShot, verdict: dict) -> dict:
    until = {"until_ms": verdict["until_ms"]} if "until_ms" in verdict else {}
    return {"at_ms": shot.at_ms, **until}


def run(turn: Turn) -> None:
    job = turn.job
    judges = judges_of(job, revisions.read(job.account_id))
    known = Known.of(job)
    whole = sum_up(known.verdicts(judges), uncovered=never_looked_for(job, judges))
    cover_key = cover_of(job, known)
    now = timezone.now()
    result = result_of(job, judges, known, whole, cover_key, now)
    keeps = settings.ASSAY_KEEP_PICTURES or job.asset_id or is_for_people(result, judges.service)
    if not keeps:
        result.media = {
            name: value for name, value in result.media.items() if name not in ("key", "cover_key")
        }
    try:
        with transaction.atomic():
            finish(job, state=MediaJob.State.DONE, now=now, percent=100)
            inspection = Inspection(met_in_lists(whole))
            store([(result, inspection, judges.service)], also=called_back(job), is_answered=False)
            for kind, sample in sorted(known.flips):
                note_flip(account_id=job.account_id, content_type=kind, sample_id=sample, now=now)
            if job.asset_id:
                review_ended(job, result, now)
    except BaseException:
        if cover_key and job.asset_id:
            storage.remove([cover_key])
        raise
    if not keeps:
        storage.remove([job.key])
        job_files.sweep(job)


def never_looked_for(job: MediaJob, judges: Judges) -> set[str]:
    """Labels that nothing stands behind, of pictures and of sounds; and of text, where no frame was read."""
    lost = {code for scope in judges.images for code in scope.uncovered}
    if judges.audio and job.facts.get("has_sound"):
        lost.update(judges.audio.beyond_words)
    if judges.images and not Reached.of(job).read:
        for scope in judges.images:
            unread = Inspection([], failed_engines=tuple(sorted(line_readers_of(scope))))
            lost.update(unread.uncovered(scope))
    return lost


def cover_of(job: MediaJob, known: Known) -> str:
    """The first frame; an asset, which is kept for longer than the frames of a job, gets a copy."""
    if not known.shots:
        return ""
    first = known.shots[0].key
    if not job.asset_id or job.asset.cover_key:
        return first if not job.asset_id else ""
    data = storage.read(first)
    if data is None:
        return ""
    key = storage.new_key(account_uid=job.account.uid, now=timezone.now(), folder="covers")
    storage.keep(key, data)
    return key


def result_of(
    job: MediaJob, judges: Judges, known: Known, whole: Whole, cover_key: str, now: datetime
) -> ModerationResult:
    return ModerationResult(
        account=job.account,
        request_id=job.job_id,
        service=judges.service.service,
        version_id=judges.service.version_id,
        content_type=job.content_type,
        data_id=job.data_id,
        author_id=job.author_id,
        context=job.context,
        content=(job.url or job.name).replace("\0", "\ufffd")[:LONGEST_NAME],
        media=media_of(job, judges, known, cover_key),
        level=whole.level.value,
        labels=whole.labels,
        uncovered=whole.uncovered,
        source=job.progress.get("origin", ModerationResult.Source.API.value),
        took_us=min(job.progress.get("took_us", 0), LONGEST_TOOK),
        created_at=now,
    )


def media_of(job: MediaJob, judges: Judges, known: Known, cover_key: str) -> dict:
    facts = {name: job.facts[name] for name in FACTS if job.facts.get(name) is not None}
    reached = Reached.of(job)
    media = facts | {
        "key": job.key,
        "job": str(job.job_id),
        "services": judges.services,
        "frames": len(known.shots),
        "frames_unchanged": reached.same,
        "frames_read": reached.read,
        "slices": len(known.slices),
        "spoken_ms": sum(one.end_ms - one.start_ms for one in known.slices),
        "unheard_ms": sum(one.end_ms - one.start_ms for one in known.slices if one.is_unheard),
    }
    if cover_key or job.asset_id and job.asset.cover_key:
        media["cover_key"] = cover_key or job.asset.cover_key
    if job.asset_id:
        media["asset"] = job.asset.media_id
    if text := "\n".join(one.text for one in known.slices if one.text)[:LONGEST_TEXT]:
        media["text"] = text
    return media


def met_in_lists(whole: Whole) -> list[Finding]:
    """For those who keep the lists: an entry counts once, in however many frames it was met."""
    words = [
        Finding(label, 100.0, Source.VOCABULARY, "keywords", {"keyword_id": keyword})
        for keyword, label in whole.keywords.items()
    ]
    pictures = [
        Finding(label, 100.0, Source.IMAGE_LIBRARY, "images", {"image": image})
        for image, label in whole.images.items()
    ]
    return words + pictures
