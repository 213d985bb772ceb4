"""The JSON of media tasks, and the shapes that document it."""

from django.urls import reverse
from rest_framework import serializers

from moderation.api.bodies import AuthorShape, LabelShape, ResultShape, result_body
from moderation.api.image_shapes import PerCallShape, TaskErrorShape
from moderation.catalogue.names import label_name
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import RiskLevel
from moderation.models.media import RECORDINGS

FACTS = (
    "sha256",
    "format",
    "bytes",
    "duration_ms",
    "width",
    "height",
    "frame_rate",
    "video_codec",
    "audio_codec",
)
LABEL = ("label", "level", "confidence", "evidence")


def job_body(job: MediaJob) -> dict:
    return {
        "task_id": str(job.job_id),
        "content_type": job.content_type,
        "service": job.service.code,
        "state": job.state,
        "step": job.step if job.state == MediaJob.State.WAITING else None,
        "percent": job.percent,
        "priority": job.priority,
        "data_id": job.data_id,
        "media_id": job.asset.media_id if job.asset_id else None,
        "media": {name: job.facts[name] for name in FACTS if job.facts.get(name) is not None},
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
    }


def result_of(job: MediaJob, result: ModerationResult | None) -> dict:
    """The whole result once it is there, with what it says of the recording."""
    if result is None:
        return {"result": None}
    told = ("frames", "frames_unchanged", "frames_read", "slices", "spoken_ms", "unheard_ms", "services")
    media = {name: result.media[name] for name in told if name in result.media}
    return {"result": result_body(result) | {"media": media}}


def frame_body(shot: MediaShot, address: str) -> dict:
    verdicts = shot.verdicts
    return {
        "at_ms": shot.at_ms,
        "until_ms": max((one.get("until_ms", shot.at_ms) for one in verdicts), default=shot.at_ms),
        "kind": shot.kind,
        "level": shot.level,
        "width": shot.width,
        "height": shot.height,
        "snapshot": address,
        "verdicts": [
            {
                "service": one["service"],
                "level": one["level"],
                "labels": labels_of(one["labels"]),
                "uncovered": one.get("uncovered", []),
                "text": one.get("text", ""),
                "is_read": one.get("is_read", True),
            }
            for one in verdicts
        ],
    }


def snapshot_of(job: MediaJob, shot: MediaShot) -> str:
    return reverse(f"api-{job.content_type}-snapshot", args=[job.job_id, shot.at_ms])


def slice_body(one: MediaSlice) -> dict:
    return {
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "text": one.text,
        "is_unheard": one.is_unheard,
        "level": one.level,
        "labels": labels_of(one.labels),
        "uncovered": one.uncovered,
    }


def labels_of(labels: list[dict]) -> list[dict]:
    return [
        {name: label.get(name) for name in LABEL} | {"name": label_name(label["label"])} for label in labels
    ]


class RecordingShape(PerCallShape):
    service = serializers.CharField(
        required=False, help_text="Code of a service for this kind; else the one that came with the account."
    )
    url = serializers.CharField(required=False, help_text="Where the recording can be fetched.")
    upload_id = serializers.UUIDField(required=False, help_text="Or an upload that is whole.")
    media_id = serializers.CharField(required=False, help_text="Or an asset of the media library.")
    name = serializers.CharField(required=False, help_text="What to call it in lists.")
    data_id = serializers.CharField(required=False, max_length=128, help_text="Your id of the content.")
    account = AuthorShape(required=False, help_text="Who sent it, as you know them.")
    context = serializers.DictField(
        child=serializers.CharField(max_length=1000),
        required=False,
        help_text="What reviewers should know beside the recording: at most 20 texts.",
    )
    priority = serializers.IntegerField(
        required=False, min_value=-9, max_value=9, help_text="Among your own: the higher, the sooner."
    )


class VideoShape(RecordingShape):
    video = serializers.CharField(required=False, help_text="Or its bytes, in base64.")


class AudioShape(RecordingShape):
    audio = serializers.CharField(required=False, help_text="Or its bytes, in base64.")


class MediaFactsShape(serializers.Serializer):
    sha256 = serializers.CharField(required=False)
    format = serializers.CharField(required=False)
    bytes = serializers.IntegerField(required=False)
    duration_ms = serializers.IntegerField(required=False)
    width = serializers.IntegerField(required=False)
    height = serializers.IntegerField(required=False)
    frame_rate = serializers.FloatField(required=False)
    video_codec = serializers.CharField(required=False)
    audio_codec = serializers.CharField(required=False)


class MediaTaskShape(serializers.Serializer):
    task_id = serializers.UUIDField(help_text="The request id of its result.")
    content_type = serializers.ChoiceField(RECORDINGS)
    service = serializers.CharField()
    state = serializers.ChoiceField(MediaJob.State.choices)
    step = serializers.ChoiceField(
        MediaJob.Step.choices, allow_null=True, help_text="What is under way; null once it has ended."
    )
    percent = serializers.IntegerField(min_value=0, max_value=100)
    priority = serializers.IntegerField()
    data_id = serializers.CharField()
    media_id = serializers.CharField(allow_null=True, help_text="Of the asset that it is a review of.")
    media = MediaFactsShape(help_text="What is known of the recording by now.")
    error = TaskErrorShape(
        allow_null=True, help_text="Why it failed; of a waiting task, why it is tried again later."
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class FrameVerdictShape(serializers.Serializer):
    service = serializers.CharField()
    level = serializers.ChoiceField(RiskLevel.choices)
    labels = LabelShape(many=True)
    uncovered = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField(help_text="What was read in it.")
    is_read = serializers.BooleanField(help_text="Whether lines of text were looked for in it.")


class FrameShape(serializers.Serializer):
    at_ms = serializers.IntegerField()
    until_ms = serializers.IntegerField(help_text="Up to when later frames showed nothing new.")
    kind = serializers.ChoiceField(MediaShot.Kind.choices)
    level = serializers.ChoiceField(RiskLevel.choices)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    snapshot = serializers.CharField(help_text="Path of the frame as a JPEG.")
    verdicts = FrameVerdictShape(many=True, help_text="One for each service that judges the frames.")


class SliceShape(serializers.Serializer):
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField()
    is_unheard = serializers.BooleanField(help_text="No engine could listen: that is not silence.")
    level = serializers.ChoiceField(RiskLevel.choices)
    labels = LabelShape(many=True)
    uncovered = serializers.ListField(child=serializers.CharField())


class JudgedByShape(serializers.Serializer):
    service = serializers.CharField()
    content_type = serializers.CharField()
    version_id = serializers.IntegerField()
    version = serializers.IntegerField()


class JudgedMediaShape(serializers.Serializer):
    frames = serializers.IntegerField(help_text="Frames that were judged.")
    frames_unchanged = serializers.IntegerField(help_text="Frames that showed nothing new.")
    frames_read = serializers.IntegerField(help_text="Frames in which lines of text were looked for.")
    slices = serializers.IntegerField(help_text="Stretches of speech.")
    spoken_ms = serializers.IntegerField()
    unheard_ms = serializers.IntegerField(help_text="Of these, what no engine could hear.")
    services = JudgedByShape(many=True, help_text="The versions of the rules that judged its parts.")


class MediaResultShape(ResultShape):
    media = JudgedMediaShape()


class MediaTaskWithPartsShape(MediaTaskShape):
    frames = FrameShape(many=True, help_text="So far, in the order of time.")
    next_frames_after = serializers.IntegerField(allow_null=True, help_text="Pass as `frames_after`.")
    slices = SliceShape(many=True, help_text="So far, in the order of time.")
    next_slices_after = serializers.IntegerField(allow_null=True, help_text="Pass as `slices_after`.")
    result = MediaResultShape(allow_null=True)


class MediaTaskPageShape(serializers.Serializer):
    tasks = MediaTaskShape(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Pass as `cursor` for the next page; null: there is none."
    )
