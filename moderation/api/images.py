import base64
import binascii
from uuid import UUID

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from config import request_id
from config.api import JsonParser, MultipartParser, OwnedAPIView, answers, read_body
from config.errors import Invalid
from config.repeats import REPEATS, answered, digest_of
from libraries.uploads import ImageNotBase64
from moderation.api.bodies import result_bodies
from moderation.api.image_shapes import ImageResultsShape, ImageShape, ImageTaskShape, TaskShape
from moderation.api.texts import Author
from moderation.models import ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.moderate_images import ImageSource, moderate_image
from moderation.operations.tasks import accept_image
from moderation.values import Level, worst

# What of a picture's facts is for the platform itself.
UNTOLD = ("key", "text", "lines")
EXAMPLES = [
    OpenApiExample(
        "By address, two services",
        value={
            "services": ["baselineCheck_global", "profilePhotoCheck"],
            "url": "https://img.example.com/1.jpg",
            "data_id": "photo-81",
        },
        request_only=True,
    )
]


class ImageMissing(Invalid):
    code = "image_missing"
    default_message = _("Send the picture as `url`, as base64 in `image`, or as the part `file` of a form.")


class ImageTwice(Invalid):
    code = "image_twice"
    default_message = _("Send the picture in one way only: `url`, `image` or `file`.")


class ImageRequest(msgspec.Struct):
    service: str = ""
    services: list[str] = msgspec.field(default_factory=list)
    url: str = ""
    image: str = ""
    name: str = ""
    data_id: str = ""
    account: Author = msgspec.field(default_factory=Author)

    @property
    def codes(self) -> list[str]:
        return [*([self.service] if self.service else []), *self.services]

    @property
    def context(self) -> dict:
        said = {"device_id": self.account.device_id, "ip": self.account.ip}
        return {name: value for name, value in said.items() if value}


class ImageTaskRequest(ImageRequest):
    """Says where to tell of the outcome as well: see PerCallShape."""

    callback: str = ""
    seed: str = ""
    crypt_type: str = ""


class ImageView(OwnedAPIView):
    """Reads a picture from JSON or from a form."""

    shape: type[ImageRequest] = ImageRequest
    parser_classes = [JsonParser, MultipartParser]

    def read(self, request) -> tuple[ImageRequest, ImageSource]:
        if request.content_type and request.content_type.startswith("multipart/"):
            asked, upload = from_form(request, self.shape)
        else:
            asked, upload = read_body(request, self.shape), None
        given = [part for part in (asked.url, asked.image, upload) if part]
        if not given:
            raise ImageMissing(field="url")
        if len(given) > 1:
            raise ImageTwice(field="url")
        if asked.url:
            return asked, ImageSource(url=asked.url)
        data = upload.read() if upload else from_base64(asked.image)
        asked.image = ""
        return asked, ImageSource(data=data, name=asked.name or (upload.name if upload else ""))


def from_form(request, shape: type[ImageRequest]) -> tuple[ImageRequest, object]:
    fields = request.data
    per_call = {
        name: fields.get(name, "")
        for name in ("callback", "seed", "crypt_type")
        if name in shape.__struct_fields__
    }
    asked = shape(
        services=[
            code.strip() for text in fields.getlist("service") + fields.getlist("services")
            for code in text.split(",") if code.strip()
        ],
        url=fields.get("url", ""),
        image=fields.get("image", ""),
        name=fields.get("name", ""),
        data_id=fields.get("data_id", ""),
        account=Author(id=fields.get("account.id", "")),
        **per_call,
    )  # fmt: skip
    return asked, request.FILES.get("file")


def from_base64(text: str) -> bytes:
    """Also a data: address, which is what browsers make."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageNotBase64(field="image") from error


class ImageModerations(ImageView):
    scopes = {"POST": "images:moderate"}

    @extend_schema(
        operation_id="moderate_image",
        summary="Moderate a picture",
        description="JSON, or a form (multipart/form-data) with the picture as its part `file`.",
        request=ImageShape,
        responses=answers({200: ImageResultsShape}, 400, 401, 403, 409, 413, 422, 429, 503),
        parameters=[REPEATS],
        examples=EXAMPLES,
    )
    def post(self, request):
        asked, source = self.read(request)
        return answered(
            self,
            asked=asked,
            act=lambda: self.moderate(asked, source),
            digest=lambda: digest_of([source.data or b""]),
        )

    def moderate(self, asked: ImageRequest, source: ImageSource) -> dict:
        results = moderate_image(
            account=self.account,
            revisions=self.caller.revisions,
            service_codes=asked.codes,
            source=source,
            data_id=asked.data_id,
            author_id=asked.account.id,
            context=asked.context,
            request_id=UUID(request_id.current()),
            now=timezone.now(),
        )
        return results_body(results)


class ImageTasks(ImageView):
    shape = ImageTaskRequest
    scopes = {"POST": "images:moderate"}

    @extend_schema(
        operation_id="accept_image",
        summary="Have a picture moderated later",
        description="Answers with a task. Its results come by callback (`result.created`) or on asking.",
        request=ImageTaskShape,
        responses=answers({202: TaskShape}, 400, 401, 403, 409, 413, 429),
        parameters=[REPEATS],
    )
    def post(self, request):
        asked, source = self.read(request)
        return answered(
            self,
            asked=asked,
            status=202,
            act=lambda: self.accept(asked, source),
            digest=lambda: digest_of([source.data or b""]),
        )

    def accept(self, asked: ImageTaskRequest, source: ImageSource) -> dict:
        task = accept_image(
            account=self.account,
            revisions=self.caller.revisions,
            service_codes=asked.codes,
            source=source,
            data_id=asked.data_id,
            author_id=asked.account.id,
            context=asked.context,
            callback=asked.callback,
            seed=asked.seed,
            crypt=asked.crypt_type,
            now=timezone.now(),
        )
        return task_body(task, [])


class OneImageTask(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="read_image_task",
        summary="Read a task, with its results once they are there",
        responses=answers({200: TaskShape}, 401, 403, 404, 429),
    )
    def get(self, request, task_id):
        task = self.one(ModerationTask, task_id=task_id, content_type=ContentType.IMAGE)
        found = self.owned(ModerationResult).filter(request_id=task.task_id).select_related("service")
        return Response(task_body(task, list(found.order_by("id"))))


def task_body(task: ModerationTask, results: list[ModerationResult]) -> dict:
    return {
        "task_id": str(task.task_id),
        "state": task.state,
        "data_id": task.data_id,
        "services": task.services,
        "error": task.error,
        "created_at": task.created_at.isoformat(),
        "finished_at": task.finished_at and task.finished_at.isoformat(),
        "result": results_body(results) if results else None,
    }


def results_body(results: list[ModerationResult]) -> dict:
    """One request's results: what they share once, then one for each service."""
    first = results[0]
    media = {name: value for name, value in first.media.items() if name not in UNTOLD}
    return {
        "request_id": str(first.request_id),
        "data_id": first.data_id,
        "level": worst(Level(result.level) for result in results).value,
        "image": media,
        "results": result_bodies(results),
    }
