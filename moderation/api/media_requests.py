"""Reading the recording that a call brings, in one of its ways."""

import base64
import binascii
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from config.api import converted, read_body
from config.errors import Invalid
from config.repeats import digest_of
from moderation.api.texts import Author
from moderation.media.taking_in import MediaMissing
from moderation.operations.for_people import RecordingSource

CONTEXT = "context."


class MediaTwice(Invalid):
    code = "media_twice"
    default_message = _("Send the recording in one way only: as `url`, in base64, or as `file`.")


class MediaNotBase64(Invalid):
    code = "media_not_base64"
    default_message = _("The recording is not base64.")


class Sent(msgspec.Struct, kw_only=True):
    """What every call says beside the content itself."""

    service: str = ""
    data_id: str = ""
    account: Author = msgspec.field(default_factory=Author)
    context: dict[str, str] = msgspec.field(default_factory=dict)
    callback: str = ""
    seed: str = ""
    crypt_type: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What the call says of the author's device, and beside the content."""
        device = {"device_id": self.account.device_id, "ip": self.account.ip}
        return self.context | {name: value for name, value in device.items() if value}


class RecordingRequest(Sent, kw_only=True):
    kind: ClassVar[str] = ""
    url: str = ""
    upload_id: UUID | None = None
    media_id: str = ""
    name: str = ""
    base64: str = ""
    priority: Annotated[int, msgspec.Meta(ge=-9, le=9)] = 0


class VideoRequest(RecordingRequest, kw_only=True):
    kind: ClassVar[str] = "video"
    base64: str = msgspec.field(default="", name="video")


class AudioRequest(RecordingRequest, kw_only=True):
    kind: ClassVar[str] = "audio"
    base64: str = msgspec.field(default="", name="audio")


def read_recording(request, shape: type[RecordingRequest]):
    """What is asked; the bytes or the address, if they came with it; what tells the hash of such bytes."""
    if request.content_type and request.content_type.startswith("multipart/"):
        asked, upload = from_form(request, shape), request.FILES.get("file")
    else:
        asked, upload = read_body(request, shape), None
    given = [part for part in (asked.url, asked.base64, asked.upload_id, asked.media_id, upload) if part]
    if not given:
        raise MediaMissing(field="url")
    if len(given) > 1:
        raise MediaTwice(field="url")
    if asked.url:
        return asked, RecordingSource(url=asked.url), str
    name = asked.name or (upload.name if upload else "")
    if upload:
        return asked, RecordingSource(pieces=upload.chunks, name=name), lambda: digest_of(upload.chunks())
    if asked.base64:
        data, asked.base64 = from_base64(asked.base64, field=shape.kind), ""
        return asked, RecordingSource(pieces=lambda: [data], name=name), lambda: digest_of([data])
    return asked, None, str


def from_form(request, shape: type[RecordingRequest]) -> RecordingRequest:
    fields = request.data
    names = ("service", "url", "upload_id", "media_id", "name", "data_id", "priority")
    plain = {name: fields[name] for name in (*names, "callback", "seed", "crypt_type") if fields.get(name)}
    nested = {"account": {"id": fields.get("account.id", "")}, "context": context_in(fields)}
    return converted(plain | nested, shape, strict=False)


def context_in(fields) -> dict[str, str]:
    return {name.removeprefix(CONTEXT): value for name, value in fields.items() if name.startswith(CONTEXT)}


def from_base64(text: str, *, field: str) -> bytes:
    """Also a data: address, which is what browsers make."""
    text = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MediaNotBase64(field=field) from error
