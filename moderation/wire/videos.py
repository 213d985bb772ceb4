"""Videos."""

from config.wire.envelopes import Envelope
from config.wire.registry import GREEN, Call, operation
from moderation.models import MediaJob, ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.wire.recording_parts import frames_of, slice_details, summaries, worst_of
from moderation.wire.recordings import accept, cancel, told

VIDEO = ContentType.VIDEO.value


@operation(GREEN, "VideoModeration", scope="media:moderate", envelope=Envelope.MESSAGE)
def moderate(call: Call) -> dict:
    return accept(call, VIDEO)


@operation(GREEN, "VideoModerationResult", scope="media:read", envelope=Envelope.MESSAGE)
def result(call: Call) -> dict:
    return told(call, VIDEO, found=lambda job, result: found_in(call, job, result))


@operation(GREEN, "VideoModerationCancel", scope="media:moderate", envelope=Envelope.MESSAGE)
def stop(call: Call) -> dict:
    return cancel(call, VIDEO)


def found_in(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    """Of pictures and sound only what something judged is told."""
    judged = {one["content_type"] for one in result.media.get("services", ())}
    data = {"RiskLevel": result.level}
    if ContentType.IMAGE in judged and result.media.get("frames"):
        data["FrameResult"] = pictures(call, job, result)
    if ContentType.AUDIO in judged:
        data["AudioResult"] = sound(call, job, result)
    return data


def pictures(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    hits = list(job.shots.exclude(level=RiskLevel.NONE).order_by("at_ms"))
    return {
        "RiskLevel": worst_of(hits),
        "FrameNum": len(hits),
        "FrameSummarys": summaries(result, "frames"),
        "Frames": frames_of(call.account, hits, call.now),
    }


def sound(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    """Without a level where nothing was found and nobody could listen to any of it."""
    slices = list(job.slices.order_by("start_ms"))
    told = {
        "AudioSummarys": summaries(result, "slices"),
        "SliceDetails": slice_details(call.account, slices),
    }
    level = worst_of(slices)
    if level != RiskLevel.NONE or not slices or any(not one.is_unheard for one in slices):
        told["RiskLevel"] = level
    return told
