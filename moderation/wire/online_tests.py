"""Online tests: results marked as tests, of pictures at once and of recordings when they are done."""

from collections import Counter
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.media_jobs import MediaJobEnded, accept_media, cancel_job
from moderation.operations.online_test import try_image
from moderation.values import Level, worst
from moderation.wire.named_services import kind_named, service_of
from moderation.wire.object_sources import picture_at, recording_at
from moderation.wire.results import note_uncovered

TEST = ModerationResult.Source.TEST
DONE, RUNNING = "SUCCESS", "RUNNING"
STATUS = {
    MediaJob.State.WAITING: RUNNING,
    MediaJob.State.DONE: DONE,
    MediaJob.State.FAILED: "FAILED",
    MediaJob.State.CANCELLED: "STOPPED",
}
SCOPES = {
    ContentType.IMAGE: "images:moderate",
    ContentType.AUDIO: "media:moderate",
    ContentType.VIDEO: "media:moderate",
}


@operation(CONSOLE, "CreateOnlineTest", scope="results:read", envelope=Envelope.BARE)
def create_online_test(call: Call) -> dict:
    service, url = service_of(call), call.parameters.required("Url")
    if service.content_type not in SCOPES:
        raise invalid("ServiceCode", "the code of a service for pictures, audio or video is expected.")
    call.caller.require(SCOPES[service.content_type])
    data_id = call.parameters.text("DataId")
    asked = {"account": call.account, "revisions": call.caller.revisions, "data_id": data_id, "now": call.now}
    if service.content_type == ContentType.IMAGE:
        trial = try_image(service=service, source=picture_at(call.account, url), draft=None, **asked)
        return task(str(trial.published.request_id), DONE, service.code, url)
    job = accept_media(
        content_type=service.content_type,
        service_code=service.code,
        source=recording_at(call.account, url),
        origin=TEST,
        **asked,
    )
    return task(str(job.job_id), STATUS[job.state], service.code, job.url)


def task(task_id: str, status: str, service_code: str, url: str) -> dict:
    return {"TaskId": task_id, "TaskStatus": status, "ServiceCode": service_code, "Url": url}


def asked_test(call: Call) -> tuple[MediaJob | None, ModerationResult | None]:
    """Its job, if it is of a recording, and its result, if there is one already."""
    text = call.parameters.required("TaskId").strip()
    try:
        number = UUID(text)
    except ValueError as error:
        raise unknown() from error
    asked = {}
    if code := call.parameters.text("ServiceCode"):
        asked["service__code"] = code
    if kind := kind_named(call.parameters):
        asked["content_type"] = kind
    jobs = MediaJob.objects.owned_by(call.account).select_related("service")
    job = jobs.filter(job_id=number, progress__origin=TEST.value, **asked).first()
    results = ModerationResult.objects.owned_by(call.account).select_related("service")
    result = results.filter(request_id=number, source=TEST, **asked).first()
    if job is None and result is None:
        raise unknown()
    return job, result


def unknown() -> NotFound:
    return NotFound(_("This account has no such online test."), field="TaskId")


@operation(CONSOLE, "DescribeOnlineTestResult", scope="results:read", envelope=Envelope.BARE)
def describe_online_test_result(call: Call) -> dict:
    job, result = asked_test(call)
    told = told_task(job, result)
    if job is not None and job.error:
        call.headers["x-assay-error"] = str(job.error.get("code", ""))
    if result is None:
        return told
    note_uncovered(call, result.uncovered)
    return told | {
        "RiskLevel": result.level,
        "ModerationTime": str(int(result.created_at.timestamp() * 1000)),
        "SummaryList": parts_of(job) if job is not None else [part(ContentType.IMAGE, {result.level: 1})],
    }


def told_task(job: MediaJob | None, result: ModerationResult | None) -> dict:
    if job is not None:
        return task(str(job.job_id), STATUS[job.state], job.service.code, job.url)
    return task(str(result.request_id), DONE, result.service.code, result.content)


def parts_of(job: MediaJob) -> list[dict]:
    """Frames and stretches of speech, as far as there are any."""
    found = []
    for kind, model in ((ContentType.VIDEO, MediaShot), (ContentType.AUDIO, MediaSlice)):
        levels = Counter(model.objects.filter(job=job).values_list("level", flat=True))
        if levels:
            found.append(part(kind, levels))
    return found


def part(kind: str, levels: dict[str, int]) -> dict:
    return {
        "ResourceType": str(kind),
        "RiskLevel": worst(map(Level, levels)).value,
        "RiskLevelSummary": {level: levels.get(level, 0) for level in reversed(RiskLevel.values)},
        "SliceCount": sum(levels.values()),
    }


@operation(CONSOLE, "StopOnlineTest", scope="media:moderate", envelope=Envelope.BARE)
def stop_online_test(call: Call) -> dict:
    """A picture's has ended before anybody can stop it."""
    job, _result = asked_test(call)
    if job is None:
        raise MediaJobEnded(state=MediaJob.State.DONE)
    stopped = cancel_job(account=call.account, job_id=job.job_id, actor=call.caller.key, now=call.now)
    return task(str(stopped.job_id), STATUS[stopped.state], job.service.code, job.url)
