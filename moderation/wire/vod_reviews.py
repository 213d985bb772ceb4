"""Reviews by machine of recordings of the media library: begun, and how far they have come."""

import msgspec
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotFound
from config.wire.envelopes import Envelope
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.vod import second
from moderation.models import MediaJob
from moderation.models.content import ContentType
from moderation.operations.asset_reviews import start_review
from moderation.wire.recordings import result_of
from moderation.wire.results import uuid_of
from moderation.wire.vod_assets import asset_of
from moderation.wire.vod_results import tree_of

State, Step = MediaJob.State, MediaJob.Step
TYPE = "AIMediaAudit"
STATUS = {State.DONE: "success", State.FAILED: "fail", State.CANCELLED: "fail"}
CANCELLED = _("This review was cancelled.")


class CallbackOfOneCall(Invalid):
    code = "callback_of_one_call"
    default_message = _("Reviews of the media library are told of where SetMessageCallback says, only there.")


class UserData(msgspec.Struct):
    callback: dict | None = msgspec.field(default=None, name="MessageCallback")


@operation(VOD, "SubmitAIMediaAuditJob", scope="media:write", envelope=Envelope.BARE)
def submit(call: Call) -> dict:
    """The template is a service; for videos and audio each may be named apart, as Green 2.0 has it."""
    read = call.parameters
    asset = asset_of(call, read.required("MediaId"))
    if read.json("UserData", UserData, default=UserData()).callback:
        raise CallbackOfOneCall(field="UserData")
    apart = "VideoService" if asset.content_type == ContentType.VIDEO else "VoiceService"
    [started] = start_review(
        account=call.account,
        media_ids=[asset.media_id],
        service_code=read.text(apart) or read.text("TemplateId"),
        actor=call.caller.key,
        now=call.now,
    )
    if started.refusal:
        raise started.refusal
    return {"JobId": str(started.job.job_id), "MediaId": asset.media_id}


@operation(VOD, "GetAIMediaAuditJob", scope="media:read", envelope=Envelope.BARE)
def progress(call: Call) -> dict:
    number = uuid_of(call.parameters.required("JobId"))
    jobs = MediaJob.objects.owned_by(call.account).select_related("account", "service", "asset")
    job = jobs.filter(job_id=number).exclude(asset=None).first()
    if job is None:
        raise NotFound(field="JobId")
    told = {
        "JobId": str(job.job_id),
        "MediaId": job.asset.media_id,
        "Type": TYPE,
        "Status": status_of(job),
        "CreationTime": second(job.created_at),
    }
    if job.finished_at:
        told["CompleteTime"] = second(job.finished_at)
    if job.state == State.CANCELLED:
        told["Message"] = str(CANCELLED)
    if job.error:
        told |= {"Code": job.error.get("code", ""), "Message": str(job.error.get("message", ""))}
    if job.state == State.DONE and (result := result_of(call, job)):
        told["Data"] = tree_of(call, job, result)
    return {"MediaAuditJob": told}


def status_of(job: MediaJob) -> str:
    if job.state != State.WAITING:
        return STATUS[job.state]
    return "init" if not job.attempts else "processing"
