"""From what a client sends to files that may be added. Nothing here looks into a file or trusts its name."""

import base64
import binascii
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from libraries.image_limits import LibraryImageTooLarge
from libraries.operations.image_adding import NewImage

LONGEST_NAME = 200


class ImageNotBase64(Invalid):
    code = "image_not_base64"
    default_message = _("The content is not base64: send the file's bytes so encoded, without a prefix.")


def from_upload(
    upload: UploadedFile, *, note: str = "", owner: str = "", expires_at: datetime | None = None
) -> NewImage:
    """A file of a form. What is too large is not read."""
    notes = {"note": note, "owner": owner, "expires_at": expires_at}
    name = (upload.name or "")[:LONGEST_NAME]
    if upload.size > settings.ASSAY_LIBRARY_IMAGE_BYTES:
        return NewImage(name, refusal=LibraryImageTooLarge.of(upload.size), **notes)
    return NewImage(name, upload.read(), **notes)


def from_base64(
    text: str, *, name: str = "", note: str = "", owner: str = "", expires_at: datetime | None = None
) -> NewImage:
    notes = {"note": note, "owner": owner, "expires_at": expires_at}
    name = name[:LONGEST_NAME]
    size = len(text) * 3 // 4
    if size > settings.ASSAY_LIBRARY_IMAGE_BYTES + 3:
        return NewImage(name, refusal=LibraryImageTooLarge.of(size), **notes)
    try:
        return NewImage(name, base64.b64decode(text, validate=True), **notes)
    except (binascii.Error, ValueError):
        return NewImage(name, refusal=ImageNotBase64(), **notes)
