import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from libraries.api.image_shapes import (
    ImageLibraryChangeShape,
    ImageLibraryShape,
    NewImageLibraryShape,
    library_body,
)
from libraries.api.vocabularies import SCOPES
from libraries.models import ImageLibrary
from libraries.operations.image_libraries import (
    change_image_library,
    create_image_library,
    delete_image_library,
)
from libraries.usage import users_of_images

BANNED_FLYERS = {
    "id": 3,
    "name": "Banned flyers",
    "kind": "custom",
    "description": "Flyers that lead our members elsewhere",
    "image_count": 2,
    "created_at": "2026-11-21T09:00:00+00:00",
    "updated_at": "2026-11-21T09:00:00+00:00",
}
ANSWER = OpenApiExample(
    "An image library", value=BANNED_FLYERS, response_only=True, status_codes=["200", "201"]
)


class NewImageLibrary(msgspec.Struct):
    name: str
    description: str = ""


class ImageLibraryChange(msgspec.Struct):
    name: str | None = None
    description: str | None = None


class ImageLibraries(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="list_image_libraries",
        summary="List the account's image libraries",
        description="All of them, by name: an account makes at most 10. Two more are filled by what "
        "reviewers decide.",
        responses=answers({200: ImageLibraryShape(many=True)}, 401, 403, 429),
        examples=[ANSWER],
    )
    def get(self, request):
        return Response([library_body(one) for one in self.owned(ImageLibrary).by_name()])

    @extend_schema(
        operation_id="create_image_library",
        summary="Create an image library",
        request=NewImageLibraryShape,
        responses=answers({201: ImageLibraryShape}, 400, 401, 403, 409, 413, 429),
        examples=[
            OpenApiExample(
                "A library",
                value={"name": "Banned flyers", "description": "Flyers that lead our members elsewhere"},
                request_only=True,
            ),
            ANSWER,
        ],
    )
    def post(self, request):
        asked = read_body(request, NewImageLibrary)
        library = create_image_library(
            account=self.account,
            name=asked.name,
            description=asked.description,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(library_body(library), status=201)


class OneImageLibrary(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="read_image_library",
        summary="Read an image library",
        responses=answers({200: ImageLibraryShape}, 401, 403, 404, 429),
        examples=[ANSWER],
    )
    def get(self, request, library_id):
        return Response(library_body(self.one(ImageLibrary, pk=library_id)))

    @extend_schema(
        operation_id="change_image_library",
        summary="Change an image library's name or description",
        description="What is left out stays as it is.",
        request=ImageLibraryChangeShape,
        responses=answers({200: ImageLibraryShape}, 400, 401, 403, 404, 409, 429),
        examples=[
            OpenApiExample("A new name", value={"name": "Banned flyers 2027"}, request_only=True),
            ANSWER,
        ],
    )
    def patch(self, request, library_id):
        library = self.one(ImageLibrary, pk=library_id)
        asked = read_body(request, ImageLibraryChange)
        changed = change_image_library(
            library=library,
            name=library.name if asked.name is None else asked.name,
            description=library.description if asked.description is None else asked.description,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(library_body(changed))

    @extend_schema(
        operation_id="delete_image_library",
        summary="Delete an image library with its images",
        description="Refused while services use it: the answer names them.",
        responses=answers({204: None}, 401, 403, 404, 409, 429),
        examples=[
            OpenApiExample(
                "It is in use",
                value={
                    "error": {
                        "code": "image_library_in_use",
                        "message": "These services use this image library: baselineCheck. "
                        "Take it out of their rules first.",
                        "details": {"services": ["baselineCheck"]},
                    },
                    "request_id": "0192f2c6-5c0e-7a43-9d53-0a8e6b7c1d2e",
                },
                response_only=True,
                status_codes=["409"],
            )
        ],
    )
    def delete(self, request, library_id):
        library = self.one(ImageLibrary, pk=library_id)
        delete_image_library(
            library=library, used_by=users_of_images(library), actor=self.caller.key, now=timezone.now()
        )
        return Response(status=204)
