"""Audio: accepted now, judged step by step, told of by callback or on asking."""

from drf_spectacular.utils import OpenApiExample, extend_schema

from config.api import answers
from config.repeats import REPEATS
from moderation.api.media_bodies import (
    AudioShape,
    MediaTaskPageShape,
    MediaTaskShape,
    MediaTaskWithPartsShape,
)
from moderation.api.media_jobs import (
    FRAMES,
    LISTED,
    CancelMedia,
    MediaModerations,
    OneMediaModeration,
)
from moderation.api.media_requests import AudioRequest
from moderation.models.content import ContentType

AUDIO = ContentType.AUDIO.value
EXAMPLE = OpenApiExample(
    "By address",
    value={"url": "https://media.example.com/1.mp3", "data_id": "voice-81"},
    request_only=True,
)


class AudioModerations(MediaModerations):
    content_type, shape, service = AUDIO, AudioRequest, "audio_media_detection"

    @extend_schema(
        operation_id="moderate_audio",
        summary="Have a recording of sound moderated",
        description="Answers with a task. JSON, or a form (multipart/form-data) with the part `file`.",
        request=AudioShape,
        responses=answers({202: MediaTaskShape}, 400, 401, 403, 404, 409, 413, 422, 429, 503),
        parameters=[REPEATS],
        examples=[EXAMPLE],
    )
    def post(self, request):
        return self.accept(request)

    @extend_schema(
        operation_id="list_audio_tasks",
        summary="List tasks of audio, newest first",
        parameters=LISTED,
        responses=answers({200: MediaTaskPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        return self.listed(request)


class OneAudioModeration(OneMediaModeration):
    content_type = AUDIO

    @extend_schema(
        operation_id="read_audio_task",
        summary="Read a task of audio: how far it has come, what was heard so far, its result",
        parameters=FRAMES[2:],
        responses=answers({200: MediaTaskWithPartsShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, task_id):
        return self.told(request, task_id)


class CancelAudio(CancelMedia):
    content_type = AUDIO

    @extend_schema(
        operation_id="cancel_audio_task",
        summary="Cancel a task of audio",
        description="Neither a machine's nor people's result is told after that. To cancel again changes"
        " nothing. Of a task that is done, what people have not decided yet is taken back from them.",
        request=None,
        responses=answers({200: MediaTaskShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, task_id):
        return self.cancel(request, task_id)
