"""Human-only review: content of all four kinds, sent to people and to nobody else."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema

from config import request_id
from config.accounts.manual_review import require_manual_review
from config.api import JsonParser, MultipartParser, OwnedAPIView, answers, read_body
from config.repeats import REPEATS, answered, digest_of
from moderation.api.images import ImageMissing, ImageTwice, from_base64
from moderation.api.media_requests import MediaTwice, Sent, context_in
from moderation.api.media_requests import from_base64 as recording_from_base64
from moderation.api.texts import Author
from moderation.media.taking_in import MediaMissing
from moderation.models.content import ContentType
from moderation.operations.for_people import RecordingSource, Source
from moderation.operations.moderate_images import ImageSource
from review.api.manual_bodies import (
    ManualAudioShape,
    ManualImageShape,
    ManualTaskShape,
    ManualTextShape,
    ManualVideoShape,
    task_body,
    with_words,
)
from review.models import ReviewItem
from review.operations.submit import Callback, submit

REFUSALS = (400, 401, 403, 409, 413, 422, 429, 503)


class Submission(Sent, kw_only=True):
    @property
    def told_at(self) -> Callback | None:
        """A seed without an address is a mistake that nobody would notice: it is refused."""
        given = Callback(self.callback, self.seed, self.crypt_type)
        return given if given != Callback("") else None


class TextSubmission(Submission, kw_only=True):
    content: str


class ImageSubmission(Submission, kw_only=True):
    url: str = ""
    name: str = ""
    base64: str = msgspec.field(default="", name="image")


class AudioSubmission(ImageSubmission, kw_only=True):
    base64: str = msgspec.field(default="", name="audio")


class VideoSubmission(ImageSubmission, kw_only=True):
    base64: str = msgspec.field(default="", name="video")


class ManualView(OwnedAPIView):
    """Says whom to ask where the service is off, before anything else is looked at."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require_manual_review(self.account)


class Submissions(ManualView):
    """`read` gives what is asked, the content, and what tells the hash of bytes that are in neither."""

    scopes = {"POST": "manual:submit"}
    content_type = ""

    def read(self, request) -> tuple[Submission, Source, Callable[[], str]]:
        raise NotImplementedError

    def answer(self, request):
        asked, source, digest = self.read(request)
        return answered(self, asked=asked, status=202, act=lambda: self.submit(asked, source), digest=digest)

    def submit(self, asked: Submission, source: Source) -> dict:
        item = submit(
            account=self.account,
            content_type=self.content_type,
            source=source,
            service_code=asked.service,
            data_id=asked.data_id,
            author_id=asked.account.id,
            context=asked.told,
            callback=asked.told_at,
            request_id=UUID(request_id.current()),
            now=timezone.now(),
        )
        return task_body(with_words(self.owned(ReviewItem)).get(pk=item.pk))


class FileSubmissions(Submissions):
    parser_classes = [JsonParser, MultipartParser]
    shape: type[ImageSubmission] = ImageSubmission
    missing, twice = MediaMissing, MediaTwice

    def read(self, request):
        if request.content_type and request.content_type.startswith("multipart/"):
            asked, upload = from_form(request, self.shape), request.FILES.get("file")
        else:
            asked, upload = read_body(request, self.shape), None
        given = [part for part in (asked.url, asked.base64, upload) if part]
        if not given:
            raise self.missing(field="url")
        if len(given) > 1:
            raise self.twice(field="url")
        if asked.url:
            return asked, self.at(asked.url), str
        name = asked.name or (upload.name if upload else "")
        if upload:
            return asked, self.uploaded(upload, name), lambda: digest_of(upload.chunks())
        data, asked.base64 = self.decoded(asked.base64), ""
        return asked, self.holding(data, name), lambda: digest_of([data])

    def at(self, url: str) -> Source:
        return RecordingSource(url=url)

    def uploaded(self, upload, name: str) -> Source:
        return RecordingSource(pieces=upload.chunks, name=name)

    def holding(self, data: bytes, name: str) -> Source:
        return RecordingSource(pieces=lambda: [data], name=name)

    def decoded(self, text: str) -> bytes:
        return recording_from_base64(text, field=self.content_type)


def from_form(request, shape: type[ImageSubmission]) -> ImageSubmission:
    fields = request.data
    names = ("service", "url", "name", "data_id", "callback", "seed", "crypt_type")
    return shape(
        **{name: fields[name] for name in names if fields.get(name)},
        account=Author(id=fields.get("account.id", "")),
        context=context_in(fields),
    )


def describe(kind: str, shape):
    return extend_schema(
        operation_id=f"submit_{kind}_for_review",
        summary=f"Have people alone decide on {DESCRIBED[kind]}",
        description="Answers with a task. What people decide comes by callback, or on asking."
        + ("" if kind == "text" else " JSON, or a form (multipart/form-data) with the part `file`."),
        request=shape,
        responses=answers({202: ManualTaskShape}, *REFUSALS),
        parameters=[REPEATS],
        examples=[OpenApiExample("With a callback", value=EXAMPLES[kind], request_only=True)],
    )


DESCRIBED = {"text": "a text", "image": "a picture", "audio": "a recording", "video": "a video"}
TOLD = {
    "data_id": "post-81",
    "callback": "https://client.example.com/reviewed",
    "seed": "one_of_yours",
    "crypt_type": "SHA256",
}
EXAMPLES = {
    "text": {"content": "Meet me at the old mill", **TOLD},
    "image": {"url": "https://img.example.com/1.jpg", **TOLD},
    "audio": {"url": "https://media.example.com/1.mp3", **TOLD},
    "video": {"url": "https://media.example.com/1.mp4", **TOLD},
}


class TextSubmissions(Submissions):
    content_type = ContentType.TEXT.value

    def read(self, request):
        asked = read_body(request, TextSubmission)
        return asked, asked.content, str

    @describe("text", ManualTextShape)
    def post(self, request):
        return self.answer(request)


class ImageSubmissions(FileSubmissions):
    content_type = ContentType.IMAGE.value
    missing, twice = ImageMissing, ImageTwice

    def at(self, url):
        return ImageSource(url=url)

    def uploaded(self, upload, name):
        upload.seek(0)
        return ImageSource(data=upload.read(), name=name)

    def holding(self, data, name):
        return ImageSource(data=data, name=name)

    def decoded(self, text):
        return from_base64(text)

    @describe("image", ManualImageShape)
    def post(self, request):
        return self.answer(request)


class AudioSubmissions(FileSubmissions):
    content_type, shape = ContentType.AUDIO.value, AudioSubmission

    @describe("audio", ManualAudioShape)
    def post(self, request):
        return self.answer(request)


class VideoSubmissions(FileSubmissions):
    content_type, shape = ContentType.VIDEO.value, VideoSubmission

    @describe("video", ManualVideoShape)
    def post(self, request):
        return self.answer(request)
