"""Recordings of sound."""

from config.wire.envelopes import Envelope
from config.wire.registry import GREEN, Call, operation
from moderation.models import MediaJob, ModerationResult
from moderation.models.content import ContentType
from moderation.wire.recording_parts import slice_details
from moderation.wire.recordings import accept, cancel, told

AUDIO = ContentType.AUDIO.value


@operation(GREEN, "VoiceModeration", scope="media:moderate", envelope=Envelope.MESSAGE)
def moderate(call: Call) -> dict:
    return accept(call, AUDIO)


@operation(GREEN, "VoiceModerationResult", scope="media:read", envelope=Envelope.MESSAGE)
def result(call: Call) -> dict:
    return told(call, AUDIO, found=lambda job, result: found_in(call, job, result))


@operation(GREEN, "VoiceModerationCancel", scope="media:moderate", envelope=Envelope.MESSAGE)
def stop(call: Call) -> dict:
    return cancel(call, AUDIO)


def found_in(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    data = {
        "RiskLevel": result.level,
        "SliceDetails": slice_details(call.account, job.slices.order_by("start_ms")),
    }
    if job.url:
        data["Url"] = job.url
    return data
