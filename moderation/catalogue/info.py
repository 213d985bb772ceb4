"""The shape of one entry of the label catalogue."""

from dataclasses import dataclass

TEXT, IMAGE, BOTH, AUDIO = ("text",), ("image",), ("text", "image"), ("audio",)
IN_PICTURE_SUFFIX = "_tii"


@dataclass(frozen=True, slots=True)
class LabelInfo:
    code: str
    group: str
    name_en: str
    name_zh: str
    description_en: str = ""
    description_zh: str = ""
    content_types: tuple[str, ...] = TEXT


def image(code, group, name_en, name_zh, description_en="", description_zh="") -> LabelInfo:
    return LabelInfo(code, group, name_en, name_zh, description_en, description_zh, IMAGE)


def is_text_in_picture(code: str) -> bool:
    """Whether a label stands for text that was read in a picture, not for what the picture shows."""
    return code.endswith(IN_PICTURE_SUFFIX)
