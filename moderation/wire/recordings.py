"""Recordings taken on, asked after and taken back, which is the same for voices and videos."""

from uuid import UUID

import msgspec
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotAllowedNow, NotFound
from config.wire.envelopes import CODES
from config.wire.registry import Call
from moderation.callbacks.vendor import BROKEN, FAULTS
from moderation.media.taking_in import MediaMissing
from moderation.models import MediaJob, ModerationResult
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import accept_media, cancel_job

PROCESSING = 280
FINISHED = "success finished"
UNCOVERED = "x-assay-uncovered"
STREAMS = ("rtmp://", "rtmps://", "rtsp://", "srt://")
CODES.update(
    media_unreachable=404,
    media_decode_timeout=405,
    media_too_large=406,
    media_too_long=406,
    media_too_many_pixels=406,
    media_too_many_streams=406,
    media_format_unsupported=407,
    media_decode_failed=407,
    media_truncated=407,
    media_without_pictures=407,
    media_without_sound=407,
    media_empty=407,
)


class LiveStreamsNotServed(Invalid):
    code = "live_streams_not_served"
    default_message = _("Live streams are not moderated here: send recordings, by url.")


class MediaJobCancelled(NotAllowedNow):
    code = "media_job_cancelled"
    default_message = _("This task was cancelled: there is no result of it.")


class RecordingAsked(msgspec.Struct, rename="camel"):
    url: str = ""
    data_id: str = ""
    account_id: str = ""
    device_id: str = ""
    ip: str = ""
    callback: str = ""
    seed: str = ""
    crypt_type: str = ""
    live_id: str = ""

    @property
    def told(self) -> dict[str, str]:
        """As the REST API keeps what is said of the author's device."""
        named = {"device_id": self.device_id, "ip": self.ip}
        return {name: text for name, text in named.items() if text}


class TaskAsked(msgspec.Struct):
    """Clients write the name in either way."""

    lower: str = msgspec.field(default="", name="taskId")
    upper: str = msgspec.field(default="", name="TaskId")

    @property
    def task_id(self) -> UUID:
        try:
            return UUID(self.lower or self.upper)
        except ValueError as error:
            raise NotFound() from error


def accept(call: Call, content_type: str) -> dict:
    asked = call.parameters.json("ServiceParameters", RecordingAsked)
    job = accept_media(
        account=call.account,
        revisions=call.caller.revisions,
        content_type=content_type,
        service_code=call.parameters.required("Service"),
        source=source_of(asked),
        data_id=asked.data_id,
        author_id=asked.account_id,
        context=asked.told,
        callback=asked.callback,
        seed=asked.seed,
        crypt=asked.crypt_type,
        now=call.now,
    )
    return {"Data": names_of(job)}


def source_of(asked: RecordingAsked) -> RecordingSource:
    if asked.live_id or asked.url.lower().startswith(STREAMS):
        raise LiveStreamsNotServed(field="url")
    if not asked.url:
        raise MediaMissing(field="url")
    return RecordingSource(url=asked.url)


def told(call: Call, content_type: str, found) -> dict:
    """`found` says what a finished job came to, from the job and its result."""
    job = job_of(call, content_type)
    if job.state == MediaJob.State.WAITING:
        return {"Code": PROCESSING, "Message": __("The recording is being judged."), "Data": names_of(job)}
    if job.state == MediaJob.State.CANCELLED:
        raise MediaJobCancelled()
    if job.state == MediaJob.State.FAILED:
        return fault_of(job) | {"Data": names_of(job)}
    results = ModerationResult.objects.owned_by(call.account)
    result = results.filter(request_id=job.job_id, service=job.service_id).first()
    if result is None:
        raise NotFound()
    if result.uncovered:
        call.headers[UNCOVERED] = ",".join(result.uncovered)
    return {"Message": FINISHED, "Data": names_of(job) | found(job, result)}


def cancel(call: Call, content_type: str) -> dict:
    job = job_of(call, content_type)
    cancel_job(account=call.account, job_id=job.job_id, actor=call.caller.key, now=call.now)
    return {}


def job_of(call: Call, content_type: str) -> MediaJob:
    task_id = call.parameters.json("ServiceParameters", TaskAsked).task_id
    jobs = MediaJob.objects.owned_by(call.account).filter(content_type=content_type)
    job = jobs.select_related("account", "service").filter(job_id=task_id).first()
    if job is None:
        raise NotFound()
    return job


def names_of(job: MediaJob) -> dict:
    return {"TaskId": str(job.job_id)} | ({"DataId": job.data_id} if job.data_id else {})


def fault_of(job: MediaJob) -> dict:
    error = job.error or {}
    code = error.get("code", "")
    return {
        "Code": CODES.get(code) or FAULTS.get(code, BROKEN),
        "Message": str(error.get("message", "")),
    }
