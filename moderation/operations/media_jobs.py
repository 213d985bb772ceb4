"""Recordings that are accepted now and judged step by step: taken on, taken back."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import Revisions
from config.audit.records import record
from config.errors import NotAllowedNow, NotFound
from config.uuid7 import uuid7
from moderation.media import job_files, storage
from moderation.models import MediaAsset, MediaJob, MediaUpload, ModerationResult
from moderation.models.content import ContentType
from moderation.operations.for_people import RecordingSource, require_context
from moderation.operations.media_assets import MediaInReview, review_began, review_taken_back
from moderation.operations.media_leases import wake
from moderation.operations.media_quota import require_room_to_wait
from moderation.operations.moderate import require_id, scope_for
from moderation.operations.tasks import told_at
from moderation.operations.uploads import require_finished, use_upload
from moderation.results_hooks import withdrawers
from moderation.scope import Scope

LONGEST_NAME = 200
State, Step = MediaJob.State, MediaJob.Step
Recorded = RecordingSource | MediaUpload | MediaAsset


class ServiceWithoutParts(NotAllowedNow):
    code = "service_without_parts"
    default_message = _("This service names no services that judge frames or speech: publish rules that do.")


class MediaJobEnded(NotAllowedNow):
    code = "media_job_ended"
    default_message = _(
        "This task has ended, and people have nothing of it: there is nothing left to cancel."
    )


def accept_media(
    *,
    account: Account,
    revisions: Revisions,
    content_type: str,
    service_code: str,
    source: Recorded,
    data_id: str = "",
    author_id: str = "",
    context: dict | None = None,
    callback: str = "",
    seed: str = "",
    crypt: str = "",
    priority: int = 0,
    origin: str = ModerationResult.Source.API,
    now: datetime,
) -> MediaJob:
    """Take a recording on. What can be said to be wrong without opening it is said at once.

    Bytes that came with the call are on the disk before this returns: never call it in a transaction.
    `callback` is where its result is told as well, with a checksum by `crypt` over the caller's `seed`.
    """
    scope = scope_for(
        account=account, revisions=revisions, service_code=service_code, content_type=content_type
    )
    require_parts(scope)
    require_id(data_id, field="data_id")
    require_id(author_id, field="account.id")
    context = require_context(context or {})
    require_room_to_wait(account=account, now=now)
    endpoint = told_at(account=account, callback=callback, seed=seed, crypt=crypt, now=now)
    job = MediaJob(
        account=account,
        job_id=uuid7(),
        content_type=content_type,
        service=scope.service,
        data_id=data_id,
        author_id=author_id,
        context=context,
        callback=endpoint,
        priority=priority,
        progress={"origin": str(origin)},
        due_at=now,
        created_at=now,
    )
    if isinstance(source, RecordingSource):
        take_in(job, source)
    try:
        with transaction.atomic():
            if isinstance(source, MediaUpload):
                take_upload(job, source, now)
            elif isinstance(source, MediaAsset):
                take_asset(job, source, now)
            save(job)
            wake()
    except BaseException:
        job_files.sweep(job)
        raise
    return job


def require_parts(scope: Scope) -> None:
    """A video that nothing looks at or listens to would be called clean unseen."""
    rules = scope.rules
    if scope.service.content_type == ContentType.VIDEO and not (rules.image_services or rules.audio_service):
        raise ServiceWithoutParts(field="service", service=scope.service.code)


def take_in(job: MediaJob, source: RecordingSource) -> None:
    job.name = source.name.replace("\0", "\ufffd")[:LONGEST_NAME]
    if source.pieces is None:
        job.url = source.url.replace("\0", "\ufffd")
        return
    with source.read(job.content_type) as recording:
        job.facts = recording.facts
        job.key = job_files.new_recording_key(job, job.job_id)
        storage.keep(job.key, recording.file, durably=True)
    job.step = Step.PROBE


def take_upload(job: MediaJob, upload: MediaUpload, now: datetime) -> None:
    """Of two calls that name an upload, one gets it."""
    require_finished(upload, job.content_type)
    use_upload(upload=upload, now=now)
    job.key, job.name, job.step = upload.key, upload.name, Step.PROBE
    job.facts = {name: upload.facts[name] for name in ("sha256", "format", "bytes")}


def take_asset(job: MediaJob, asset: MediaAsset, now: datetime) -> None:
    found = MediaAsset.objects.owned_by(job.account).there().select_for_update(of=("self",))
    held = found.filter(pk=asset.pk, content_type=job.content_type).first()
    if held is None:
        raise NotFound()
    job.asset, job.key, job.name, job.step = held, held.key, held.title, Step.PROBE
    job.data_id, job.author_id = job.data_id or held.data_id, job.author_id or held.author_id
    job.facts = {"sha256": held.sha256, "format": held.format, "bytes": held.bytes}
    review_began(held, job.service, now)


def save(job: MediaJob) -> None:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        if "an_asset_is_in_one_review_at_a_time" in str(error):
            raise MediaInReview(field="media_id") from error
        raise


def cancel_job(*, account: Account, job_id: UUID, actor, now: datetime) -> MediaJob:
    """Nothing more is written or told, and the files go. Repeat-safe.

    Of a job that is done, what people have not decided yet is taken back from them.
    """
    with transaction.atomic():
        job = (
            MediaJob.objects.owned_by(account)
            .select_for_update(of=("self",))
            .select_related("account", "service", "asset")
            .filter(job_id=job_id)
            .first()
        )
        if job is None:
            raise NotFound()
        if job.state == State.WAITING:
            stop(job, actor, now)
        elif job.state != State.CANCELLED and not withdrawn(job, actor, now):
            raise MediaJobEnded(state=job.state)
    if job.state == State.CANCELLED:
        forget_files(job)
    return job


def stop(job: MediaJob, actor, now: datetime) -> None:
    before = {"step": job.step}
    job.state, job.finished_at, job.error = State.CANCELLED, now, None
    job.lease_token = job.lease_until = None
    job.save(update_fields=["state", "finished_at", "error", "lease_token", "lease_until"])
    job.shots.all().delete()
    job.slices.all().delete()
    if job.asset_id:
        review_taken_back(job, now)
    record(
        account=job.account,
        actor=actor,
        action="media_job.cancelled",
        subject=f"media_job:{job.job_id}",
        before=before,
        now=now,
    )


def withdrawn(job: MediaJob, actor, now: datetime) -> bool:
    """Whether people had something of it, which they have no more."""
    taken_back = [
        withdraw(account=job.account, request_id=job.job_id, actor=actor, now=now) for withdraw in withdrawers
    ]
    return any(taken_back)


def forget_files(job: MediaJob) -> None:
    """After the end's commit; a worker that is writing yet removes what it writes itself."""
    if job.key and not job.asset_id:
        storage.remove([job.key])
    job_files.sweep(job)
