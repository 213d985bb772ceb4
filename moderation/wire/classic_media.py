"""Version 1.0: videos and voice, accepted now and judged step by step."""

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotFound
from config.wire.envelopes import OK, Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.models import MediaJob
from moderation.models.content import ContentType
from moderation.operations.media_jobs import accept_media, cancel_job
from moderation.wire.classic_calls import (
    PROCESSING,
    Task,
    as_uuid,
    client_of,
    each,
    failed,
    ids_of,
    judge_for,
    keep_scenes,
    read_scan,
    refused,
    require_scenes,
)
from moderation.wire.classic_parts import recordings_told
from moderation.wire.classic_sources import recording_of

VIDEO, AUDIO = ContentType.VIDEO.value, ContentType.AUDIO.value
CANCELLED = 400


class LiveUnsupported(Invalid):
    code = "live_unsupported"
    default_message = _("Streams are not moderated: send the recording once it is whole.")


class FramesUnsupported(Invalid):
    code = "frames_unsupported"
    default_message = _("A video is sent as its address: pictures cut out of it are sent as pictures.")


@operation(
    CLASSIC, "VideoAsyncScan", scope="media:moderate", envelope=Envelope.LOWER, path="/green/video/asyncscan"
)
def accept_videos(call: Call) -> dict:
    return accept_recordings(call, VIDEO)


@operation(
    CLASSIC, "VoiceAsyncScan", scope="media:moderate", envelope=Envelope.LOWER, path="/green/voice/asyncscan"
)
def accept_voices(call: Call) -> dict:
    return accept_recordings(call, AUDIO)


def accept_recordings(call: Call, content_type: str) -> dict:
    scan = read_scan(call, content_type)
    require_scenes(scan.audio_scenes, AUDIO)
    if scan.live:
        raise LiveUnsupported(field="live")
    code = judge_for(call.account, scan, content_type)

    def accept(task: Task) -> dict:
        if task.frames:
            raise FramesUnsupported(field="frames")
        author, device = client_of(call, task)
        job = accept_media(
            account=call.account,
            revisions=call.caller.revisions,
            content_type=content_type,
            service_code=code,
            source=recording_of(call, task),
            data_id=str(task.data_id or ""),
            author_id=author,
            context=keep_scenes(scan) | device,
            **scan.told_at,
            now=call.now,
        )
        return {"taskId": str(job.job_id)}

    return each(call, scan.tasks, accept)


@operation(
    CLASSIC, "VideoAsyncScanResults", scope="media:read", envelope=Envelope.LOWER, path="/green/video/results"
)
def video_results(call: Call) -> dict:
    return results(call, VIDEO)


@operation(
    CLASSIC, "VoiceAsyncScanResults", scope="media:read", envelope=Envelope.LOWER, path="/green/voice/results"
)
def voice_results(call: Call) -> dict:
    return results(call, AUDIO)


def results(call: Call, content_type: str) -> dict:
    asked = ids_of(call)
    found = MediaJob.objects.owned_by(call.account).filter(
        content_type=content_type, job_id__in=[one for one in asked.values() if one]
    )
    jobs = {job.job_id: job for job in found}
    told = recordings_told(call, [job for job in jobs.values() if job.state == MediaJob.State.DONE])
    return {"data": [{"taskId": text} | state_told(jobs.get(number), told) for text, number in asked.items()]}


def state_told(job: MediaJob | None, told: dict[int, dict]) -> dict:
    if job is None:
        return refused(NotFound())
    named = {name: text for name, text in {"dataId": job.data_id, "url": job.url}.items() if text}
    if job.state == MediaJob.State.DONE:
        return {"code": OK, "msg": "OK"} | named | told.get(job.pk, {})
    if job.state == MediaJob.State.FAILED:
        return failed(job.error) | named
    if job.state == MediaJob.State.CANCELLED:
        return {"code": CANCELLED, "msg": str(_("This task was cancelled."))} | named
    return {"code": PROCESSING, "msg": "PROCESSING"} | named


@operation(
    CLASSIC,
    "VideoCancelScan",
    scope="media:moderate",
    envelope=Envelope.LOWER,
    path="/green/video/cancelscan",
)
def cancel_videos(call: Call) -> dict:
    return cancel(call, VIDEO)


@operation(
    CLASSIC,
    "VoiceCancelScan",
    scope="media:moderate",
    envelope=Envelope.LOWER,
    path="/green/voice/cancelscan",
)
def cancel_voices(call: Call) -> dict:
    return cancel(call, AUDIO)


def cancel(call: Call, content_type: str) -> dict:
    tasks = [Task(data_id=text) for text in ids_of(call)]
    own = MediaJob.objects.owned_by(call.account).filter(content_type=content_type)

    def take_back(task: Task) -> dict:
        number = as_uuid(task.data_id)
        if number is None or not own.filter(job_id=number).exists():
            raise NotFound()
        cancel_job(account=call.account, job_id=number, actor=call.caller.key, now=call.now)
        return {}

    told = each(call, tasks, take_back)["data"]
    return {"data": [{"taskId" if name == "dataId" else name: one[name] for name in one} for one in told]}
