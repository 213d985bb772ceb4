"""Uploads that go on where they stopped: tus 1.0.0 with creation, expiration, termination and checksum."""

import base64
import binascii

import msgspec
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.errors import PlatformError, UnsupportedMediaType
from moderation.api.asset_shapes import NewUploadShape, UploadShape
from moderation.media.upload_parts import reader_of
from moderation.models import MediaUpload
from moderation.operations.uploads import (
    CHECKSUMS,
    Checksum,
    UploadChecksumUnknown,
    UploadInvalid,
    open_upload,
    receive,
    take_back,
    upload_of,
)

VERSION = "1.0.0"
BYTES = "application/offset+octet-stream"
SPOKEN = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,termination,checksum",
    "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
}


class UploadVersionUnknown(PlatformError):
    code = "upload_version_unknown"
    status = 412
    default_message = _("Uploads are spoken of in tus 1.0.0.")


class NewUpload(msgspec.Struct):
    content_type: str
    length: int
    name: str = ""


def header(name: str, kind, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required, description=description)


class UploadView(OwnedAPIView):
    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.headers.get("Tus-Resumable", VERSION) != VERSION:
            raise UploadVersionUnknown()

    def dispatch(self, request, *args, **kwargs):
        if request.method == "OPTIONS":
            # What is spoken here is no secret, and clients ask before they sign anything.
            most = {"Tus-Max-Size": str(settings.ASSAY_MEDIA_MAX_BYTES)}
            answer = HttpResponse(status=204, headers=SPOKEN | most)
        else:
            answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Tus-Resumable"] = VERSION
        if answer.status_code == UploadVersionUnknown.status:
            answer.headers["Tus-Version"] = VERSION
        return answer


class Uploads(UploadView):
    scopes = {"POST": "media:write"}

    @extend_schema(
        operation_id="open_upload",
        summary="Begin to upload a large file",
        description="In JSON, or as tus does: with `Upload-Length` and `Upload-Metadata` (`filename`, and"
        " `filetype` or `content_type`). The header `Location` is where the bytes go.",
        request=NewUploadShape,
        parameters=[
            header("Upload-Length", int, "Instead of `length`."),
            header("Upload-Metadata", str, "Pairs of a name and base64, with commas between."),
        ],
        responses=answers({201: UploadShape}, 400, 401, 403, 409, 412, 413, 429),
    )
    def post(self, request):
        asked = from_headers(request) if "Upload-Length" in request.headers else read_body(request, NewUpload)
        upload = open_upload(
            account=self.account,
            content_type=asked.content_type,
            length=asked.length,
            name=asked.name,
            now=timezone.now(),
        )
        place = request.build_absolute_uri(reverse("api-upload", args=[upload.upload_id]))
        return Response(upload_body(upload), status=201, headers=headers_of(upload) | {"Location": place})


class OneUpload(UploadView):
    scopes = {
        "GET": "media:write",
        "HEAD": "media:write",
        "PATCH": "media:write",
        "DELETE": "media:write",
    }

    @extend_schema(
        operation_id="read_upload",
        summary="Ask how much of an upload is here",
        description="With HEAD the headers alone: `Upload-Offset`, `Upload-Length`, `Upload-Expires`.",
        responses=answers({200: UploadShape}, 401, 403, 404, 410, 412, 429),
    )
    def get(self, request, upload_id):
        upload = upload_of(account=self.account, upload_id=upload_id, now=timezone.now())
        body = None if request.method == "HEAD" else upload_body(upload)
        return Response(body, headers=headers_of(upload))

    head = get

    @extend_schema(
        operation_id="write_upload",
        summary="Send bytes of an upload, from its offset on",
        description="What came before a connection breaks off is kept: ask for the offset, and go on there.",
        request={BYTES: OpenApiTypes.BINARY},
        parameters=[
            header("Upload-Offset", int, "Where these bytes belong.", required=True),
            header("Upload-Checksum", str, f"{' or '.join(CHECKSUMS)}, a blank, and the digest in base64."),
        ],
        responses=answers({204: None}, 400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 423, 429, 460, 507),
    )
    def patch(self, request, upload_id):
        if request.content_type != BYTES:
            raise UnsupportedMediaType(_("Send the bytes as application/offset+octet-stream."))
        length = request.META.get("CONTENT_LENGTH") or ""
        upload = receive(
            account=self.account,
            upload_id=upload_id,
            offset=number_in(request, "Upload-Offset"),
            read=reader_of(request._request),
            length=int(length) if length.isdigit() else None,
            checksum=checksum_in(request),
            now=timezone.now(),
        )
        return Response(status=204, headers=headers_of(upload))

    @extend_schema(
        operation_id="cancel_upload",
        summary="Take an upload back",
        responses=answers({204: None}, 401, 403, 404, 409, 410, 412, 423, 429),
    )
    def delete(self, request, upload_id):
        take_back(account=self.account, upload_id=upload_id, now=timezone.now())
        return Response(status=204)


def from_headers(request) -> NewUpload:
    said = metadata_in(request)
    kind = said.get("content_type") or said.get("filetype", "").partition("/")[0]
    return NewUpload(
        content_type=kind, length=number_in(request, "Upload-Length"), name=said.get("filename", "")
    )


def metadata_in(request) -> dict[str, str]:
    found = {}
    for pair in filter(None, map(str.strip, request.headers.get("Upload-Metadata", "").split(","))):
        name, _blank, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise UploadInvalid(_("Upload-Metadata is pairs of a name and base64."), field=name) from error
    return found


def number_in(request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UploadInvalid(_("%(name)s is a number of bytes.") % {"name": name}, field=name)
    return int(text)


def checksum_in(request) -> Checksum | None:
    text = request.headers.get("Upload-Checksum", "")
    if not text:
        return None
    algorithm, _blank, digest = text.partition(" ")
    if algorithm not in CHECKSUMS:
        raise UploadChecksumUnknown(field="Upload-Checksum")
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UploadChecksumUnknown(field="Upload-Checksum") from error


def headers_of(upload: MediaUpload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }


def upload_body(upload: MediaUpload) -> dict:
    return {
        "upload_id": str(upload.upload_id),
        "content_type": upload.content_type,
        "name": upload.name,
        "length": upload.length,
        "offset": upload.offset,
        "complete": bool(upload.key),
        "used": upload.used_at is not None,
        "expires_at": upload.expires_at.isoformat(),
    }
