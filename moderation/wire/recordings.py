"""Recordings taken on, asked after and taken back, which is the same for voices and videos."""

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import NotAllowedNow, NotFound
from config.wire.envelopes import CODES
from config.wire.parameters import Parameters
from config.wire.registry import Call
from moderation.callbacks.vendor import BROKEN
from moderation.media.taking_in import MediaMissing
from moderation.models import MediaJob, ModerationResult
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import accept_media, cancel_job
from moderation.wire.asked import author_of, content_of
from moderation.wire.classic_media import LiveUnsupported
from moderation.wire.object_sources import recording_in
from moderation.wire.results import manual_task_of, tell_of_uncovered, uuid_of

PROCESSING = 280
FINISHED = "success finished"
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


class MediaJobCancelled(NotAllowedNow):
    code = "media_job_cancelled"
    default_message = _("This task was cancelled: there is no result of it.")


def accept(call: Call, content_type: str) -> dict:
    content = content_of(call)
    job = accept_media(
        account=call.account,
        revisions=call.caller.revisions,
        content_type=content_type,
        service_code=call.parameters.required("Service"),
        source=source_of(content, call.account),
        callback=content.text("callback"),
        seed=content.text("seed"),
        crypt=content.text("cryptType"),
        now=call.now,
        **author_of(content),
    )
    return {"Data": names_of(job)}


def source_of(content: Parameters, account: Account) -> RecordingSource:
    if "liveId" in content or content.text("url").lower().startswith(STREAMS):
        raise LiveUnsupported(field="url")
    source = recording_in(content, account, url="url")
    if source is None:
        raise MediaMissing(field="url")
    return source


def told(call: Call, content_type: str, found) -> dict:
    """`found` says what a finished job came to, from the job and its result."""
    job = job_of(call, content_type)
    if job.state == MediaJob.State.WAITING:
        return {"Code": PROCESSING, "Message": __("The recording is being judged."), "Data": names_of(job)}
    if job.state == MediaJob.State.CANCELLED:
        raise MediaJobCancelled()
    if job.state == MediaJob.State.FAILED:
        return fault_of(job) | {"Data": names_of(job)}
    result = result_of(call, job)
    if result is None:
        raise NotFound()
    tell_of_uncovered(call, [result])
    message = FINISHED
    if result.uncovered:
        message += ". " + __("Nothing could look for: %s") % ", ".join(result.uncovered)
    data = names_of(job) | manual_task_of([result]) | found(job, result)
    return {"Message": message, "Data": data}


def cancel(call: Call, content_type: str) -> dict:
    job = job_of(call, content_type)
    cancel_job(account=call.account, job_id=job.job_id, actor=call.caller.key, now=call.now)
    return {}


def job_of(call: Call, content_type: str) -> MediaJob:
    jobs = MediaJob.objects.owned_by(call.account).filter(content_type=content_type)
    job = jobs.select_related("account").filter(job_id=uuid_of(task_id_in(content_of(call)))).first()
    if job is None:
        raise NotFound()
    return job


def task_id_in(content: Parameters) -> str:
    """Clients write the name in either way."""
    return content.text("taskId") or content.text("TaskId")


def result_of(call: Call, job: MediaJob) -> ModerationResult | None:
    """None: it is not kept any more."""
    results = ModerationResult.objects.owned_by(call.account)
    return results.filter(request_id=job.job_id, service=job.service_id).first()


def names_of(job: MediaJob) -> dict:
    return {"TaskId": str(job.job_id)} | ({"DataId": job.data_id} if job.data_id else {})


def fault_of(job: MediaJob) -> dict:
    error = job.error or {}
    return {
        "Code": CODES.get(error.get("code", ""), BROKEN),
        "Message": str(error.get("message", "")),
    }
