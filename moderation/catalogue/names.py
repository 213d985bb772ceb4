"""What a label is called and means, for answers and pages, without a query."""

from collections.abc import Iterable

from moderation.catalogue.labels import LABELS
from moderation.models.labels import is_chinese
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK

BY_CODE = {info.code: info for info in LABELS}
CUSTOM = {"en": "{} (custom library)", "zh": "{}（自定义库命中）"}
SPECIAL = {
    NO_RISK: {"en": "No risk found", "zh": "未检测出风险"},
    EXEMPT: {"en": "Exempt by a library", "zh": "命中免审库"},
}


def label_name(code: str) -> str:
    return name_in(code, "zh" if is_chinese() else "en")


def label_names(codes: Iterable[str]) -> dict[str, str]:
    """By their codes."""
    language = "zh" if is_chinese() else "en"
    return {code: name_in(code, language) for code in codes}


def name_in(code: str, language: str) -> str:
    if code in SPECIAL:
        return SPECIAL[code][language]
    info = BY_CODE.get(code)
    if info is not None:
        return getattr(info, f"name_{language}")
    stem = code.removesuffix(LIBRARY_SUFFIX)
    if stem != code and stem in BY_CODE:
        return CUSTOM[language].format(getattr(BY_CODE[stem], f"name_{language}"))
    return code
