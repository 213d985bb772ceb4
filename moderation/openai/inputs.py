"""What is sent: one text, several texts with an answer each, or parts of one message."""

import msgspec
from django.utils.translation import gettext_lazy as _

from config.api import converted
from config.errors import Invalid
from moderation.api.images import from_base64
from moderation.operations.moderate_images import ImageSource

MOST, MOST_PICTURES = 32, 8


class InputMissing(Invalid):
    code = "input_missing"
    default_message = _("Send as `input` a text, a list of texts, or a list of parts.")


class InputTooLong(Invalid):
    code = "input_too_long"
    default_message = _("One call takes at most 32 texts or parts, 8 of them pictures.")


class Asked(msgspec.Struct):
    input: str | list
    model: str = ""


class ImageUrl(msgspec.Struct):
    url: str


class TextPart(msgspec.Struct, tag_field="type", tag="text"):
    text: str


class ImagePart(msgspec.Struct, tag_field="type", tag="image_url"):
    image_url: ImageUrl

    @property
    def source(self) -> ImageSource:
        url = self.image_url.url
        return ImageSource(data=from_base64(url)) if url.startswith("data:") else ImageSource(url=url)


Part = TextPart | ImagePart


def inputs_of(asked: Asked) -> list[list[Part]]:
    """Each inner list is answered by one result."""
    if isinstance(asked.input, str):
        return [[TextPart(asked.input)]]
    if not asked.input:
        raise InputMissing(field="input")
    if len(asked.input) > MOST:
        raise InputTooLong(field="input", most=MOST)
    if isinstance(asked.input[0], str):
        return [[TextPart(text)] for text in converted(asked.input, list[str])]
    parts = converted(asked.input, list[Part])
    if sum(isinstance(part, ImagePart) for part in parts) > MOST_PICTURES:
        raise InputTooLong(field="input", most=MOST_PICTURES)
    return [parts]
