"""Videos: accepted now, judged step by step, told of by callback or on asking."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema

from config.api import answers
from config.repeats import REPEATS
from moderation.api.media_bodies import (
    MediaTaskPageShape,
    MediaTaskShape,
    MediaTaskWithPartsShape,
    VideoShape,
)
from moderation.api.media_jobs import (
    FRAMES,
    LISTED,
    CancelMedia,
    MediaModerations,
    OneMediaModeration,
    Snapshot,
)
from moderation.api.media_requests import VideoRequest
from moderation.models.content import ContentType

VIDEO = ContentType.VIDEO.value
EXAMPLE = OpenApiExample(
    "By address, with a callback of its own",
    value={
        "service": "videoDetection",
        "url": "https://media.example.com/1.mp4",
        "data_id": "clip-81",
        "callback": "https://client.example.com/moderated",
        "seed": "one_of_yours",
    },
    request_only=True,
)


class VideoModerations(MediaModerations):
    content_type, shape, service = VIDEO, VideoRequest, "videoDetection"

    @extend_schema(
        operation_id="moderate_video",
        summary="Have a video moderated",
        description="Answers with a task. JSON, or a form (multipart/form-data) with the part `file`.",
        request=VideoShape,
        responses=answers({202: MediaTaskShape}, 400, 401, 403, 404, 409, 413, 422, 429, 503),
        parameters=[REPEATS],
        examples=[EXAMPLE],
    )
    def post(self, request):
        return self.accept(request)

    @extend_schema(
        operation_id="list_video_tasks",
        summary="List tasks of videos, newest first",
        parameters=LISTED,
        responses=answers({200: MediaTaskPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        return self.listed(request)


class OneVideoModeration(OneMediaModeration):
    content_type = VIDEO

    @extend_schema(
        operation_id="read_video_task",
        summary="Read a task of a video: how far it has come, what was found so far, its result",
        parameters=FRAMES,
        responses=answers({200: MediaTaskWithPartsShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, task_id):
        return self.told(request, task_id)


class CancelVideo(CancelMedia):
    content_type = VIDEO

    @extend_schema(
        operation_id="cancel_video_task",
        summary="Cancel a task of a video",
        description="Neither a machine's nor people's result is told after that. To cancel again changes"
        " nothing. Of a task that is done, what people have not decided yet is taken back from them.",
        request=None,
        responses=answers({200: MediaTaskShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, task_id):
        return self.cancel(request, task_id)


class VideoSnapshot(Snapshot):
    content_type = VIDEO

    @extend_schema(
        operation_id="read_video_frame",
        summary="A frame of a video, as it was looked at",
        responses=answers({(200, "image/jpeg"): OpenApiTypes.BINARY}, 401, 403, 404, 429),
    )
    def get(self, request, task_id, at_ms):
        return self.served(task_id, at_ms)
