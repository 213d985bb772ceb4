"""What a label is called and means, for answers and pages, without a query."""

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
    language = "zh" if is_chinese() else "en"
    if code in SPECIAL:
        return SPECIAL[code][language]
    info = BY_CODE.get(code)
    if info is not None:
        return getattr(info, f"name_{language}")
    stem = code.removesuffix(LIBRARY_SUFFIX)
    if stem != code and stem in BY_CODE:
        return CUSTOM[language].format(getattr(BY_CODE[stem], f"name_{language}"))
    return code
