from datetime import datetime
from typing import Annotated

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from msgspec import UNSET, UnsetType
from rest_framework.response import Response

from config.api import (
    JsonParser,
    KeysetPagination,
    MultipartParser,
    OwnedAPIView,
    answers,
    read_body,
    read_form,
)
from config.errors import NotFound
from libraries.api.image_shapes import (
    ImageChangeShape,
    ImageFilesShape,
    ImageRemovalShape,
    LibraryImagePageShape,
    LibraryImageShape,
    NewImagesShape,
    OutcomesShape,
    image_body,
    outcome_body,
)
from libraries.api.keywords import PAGE, Id
from libraries.api.shapes import RemovedShape
from libraries.api.vocabularies import SCOPES
from libraries.image_limits import MOST_AT_ONCE, TooManyImages
from libraries.image_search import read_id, read_moment
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.images import change_image, remove_images
from libraries.operations.sample_guard import release_sample
from libraries.uploads import from_base64, from_upload

A_FLYER = {
    "id": 501,
    "library_id": 3,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "format": "jpeg",
    "width": 1024,
    "height": 768,
    "bytes": 183500,
    "detail": 100,
    "note": "Seen in March",
    "owner": "web shop",
    "expires_at": None,
    "added_by": "key:AK5f2c81d3",
    "added_at": "2026-11-21T09:00:00+00:00",
    "hits": 4,
    "last_hit_at": "2026-11-21T10:12:00+00:00",
    "label": "",
    "origin": "",
    "quarantined_at": None,
}
AN_IMAGE = OpenApiExample("An image", value=A_FLYER, response_only=True, status_codes=["200"])

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ImageContent(msgspec.Struct):
    content: str
    name: str = ""
    note: str = ""
    owner: str = ""
    expires_at: Moment | None = None


class NewImages(msgspec.Struct):
    images: list[ImageContent]


class FormNotes(msgspec.Struct):
    note: str = ""
    owner: str = ""
    expires_at: Moment | None = None


class ImageRemoval(msgspec.Struct):
    ids: Annotated[list[Id], msgspec.Meta(max_length=1000)]


class ImageChange(msgspec.Struct):
    note: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    expires_at: Moment | None | UnsetType = UNSET


class LibraryImages(OwnedAPIView):
    scopes = SCOPES
    parser_classes = [JsonParser, MultipartParser]

    @extend_schema(
        operation_id="list_library_images",
        summary="List an image library's images",
        description="Newest first.",
        responses=answers({200: LibraryImagePageShape}, 400, 401, 403, 404, 429),
        parameters=[
            OpenApiParameter("id", int, description="Only the image with this Image ID."),
            OpenApiParameter(
                "added_from", str, description="Added on this day (of UTC) or at this moment, or later."
            ),
            OpenApiParameter(
                "added_to", str, description="Added before this moment or until the end of the day."
            ),
            *PAGE,
        ],
        examples=[
            OpenApiExample(
                "The only page",
                value={"images": [A_FLYER], "next": None},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request, library_id):
        library = self.one(ImageLibrary, pk=library_id)
        asked = request.query_params
        rows = self.owned(LibraryImage).present().filter(library=library).with_hits()
        if asked.get("id"):
            rows = rows.filter(pk=read_id(asked["id"]))
        rows = rows.added_between(
            read_moment(asked.get("added_from"), field="added_from"),
            read_moment(asked.get("added_to"), field="added_to", is_end=True),
        )
        found, cursor = KeysetPagination(request).page(rows)
        return Response({"images": [image_body(image) for image in found], "next": cursor})

    @extend_schema(
        operation_id="add_library_images",
        summary="Add images to an image library",
        description="Up to ten, as files of a form or in base64. Good ones are added even if others are "
        "refused: the answer tells what became of each.",
        request={"multipart/form-data": ImageFilesShape, "application/json": NewImagesShape},
        responses=answers({200: OutcomesShape}, 400, 401, 403, 404, 409, 413, 415, 429, 503),
        examples=[
            OpenApiExample(
                "One image",
                value={"images": [{"content": "iVBORw0KGgo…", "name": "flyer.png", "note": "Seen in March"}]},
                request_only=True,
                media_type="application/json",
            ),
            OpenApiExample(
                "It is held already",
                value={
                    "images": [
                        {
                            "name": "flyer.png",
                            "status": "duplicate",
                            "image": A_FLYER,
                            "refusal": None,
                            "remarks": [],
                            "similar": [],
                        }
                    ]
                },
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def post(self, request, library_id):
        library = self.one(ImageLibrary, pk=library_id)
        outcomes = add_images(
            library=library, images=asked_images(request), actor=self.caller.key, now=timezone.now()
        )
        return Response({"images": [outcome_body(outcome) for outcome in outcomes]})


def asked_images(request) -> list[NewImage]:
    """The images of a form or of a JSON body; refused before any is read if they are too many."""
    if request.content_type.startswith(MultipartParser.media_type):
        notes = msgspec.structs.asdict(read_form(request, FormNotes))
        files = request.FILES.getlist("files")
        require_few(files)
        return [from_upload(file, **notes) for file in files]
    images = read_body(request, NewImages).images
    require_few(images)
    return [
        from_base64(one.content, name=one.name, note=one.note, owner=one.owner, expires_at=one.expires_at)
        for one in images
    ]


def require_few(images: list) -> None:
    if len(images) > MOST_AT_ONCE:
        raise TooManyImages(field="images", most=MOST_AT_ONCE)


class LibraryImageRemovals(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="remove_library_images",
        summary="Remove images from an image library",
        request=ImageRemovalShape,
        responses=answers({200: RemovedShape}, 400, 401, 403, 404, 413, 429),
        examples=[
            OpenApiExample("By Image ID", value={"ids": [501, 502]}, request_only=True),
            OpenApiExample("Both were there", value={"removed": 2}, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request, library_id):
        library = self.one(ImageLibrary, pk=library_id)
        asked = read_body(request, ImageRemoval)
        removed = remove_images(library=library, ids=asked.ids, actor=self.caller.key, now=timezone.now())
        return Response({"removed": removed})


class OneLibraryImage(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="read_library_image",
        summary="Read what is known of an image",
        responses=answers({200: LibraryImageShape}, 401, 403, 404, 429),
        examples=[AN_IMAGE],
    )
    def get(self, request, library_id, image_id):
        return Response(image_body(self.image(library_id, image_id)))

    @extend_schema(
        operation_id="change_library_image",
        summary="Change an image's note, owner or expiry",
        description="What is left out stays as it is. An expiry takes effect with the next call.",
        request=ImageChangeShape,
        responses=answers({200: LibraryImageShape}, 400, 401, 403, 404, 409, 429),
        examples=[
            OpenApiExample(
                "Until the end of the year",
                value={"expires_at": "2026-12-31T23:59:59+00:00"},
                request_only=True,
            ),
            AN_IMAGE,
        ],
    )
    def patch(self, request, library_id, image_id):
        image = self.image(library_id, image_id)
        asked = read_body(request, ImageChange)
        change_image(
            image=image,
            note=image.note if asked.note is UNSET else asked.note,
            owner=image.owner if asked.owner is UNSET else asked.owner,
            expires_at=image.expires_at if asked.expires_at is UNSET else asked.expires_at,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(image_body(self.image(library_id, image_id)))

    def image(self, library_id: int, image_id: int) -> LibraryImage:
        return image_of(self, library_id, image_id)


class LibraryImageRelease(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="release_library_image",
        summary="Release a reviewed image from quarantine",
        description="It decides again, and how many verdicts it changes is no longer counted.",
        request=None,
        responses=answers({200: LibraryImageShape}, 401, 403, 404, 429),
        examples=[AN_IMAGE],
    )
    def post(self, request, library_id, image_id):
        image = image_of(self, library_id, image_id)
        release_sample(sample=image, actor=self.caller.key, now=timezone.now())
        return Response(image_body(image_of(self, library_id, image_id)))


def image_of(view: OwnedAPIView, library_id: int, image_id: int) -> LibraryImage:
    rows = view.owned(LibraryImage).present().with_hits()
    found = rows.filter(library=library_id, pk=image_id).first()
    if found is None:
        raise NotFound()
    return found
