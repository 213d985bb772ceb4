"""Our verdicts in the words of the vendor's version 1.0: scenes, labels of them, suggestions. Pure.

Where 1.0 has no word for what was found, the label is ours.
"""

from collections.abc import Iterable

from moderation.catalogue.info import is_text_in_picture
from moderation.catalogue.names import BY_CODE
from moderation.models.content import ContentType
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK, Level, Rules

ANTISPAM, NORMAL, CUSTOMIZED = "antispam", "normal", "customized"
SUGGESTIONS = {"high": "block", "medium": "review", "low": "review"}
# Under this name of a result's context stands which scenes its call asked for.
ASKED = "scenes"
OF_PICTURES = ("porn", "terrorism", "ad", "live", "logo")
SCENES = {
    ContentType.IMAGE.value: OF_PICTURES,
    ContentType.TEXT.value: (ANTISPAM,),
    ContentType.AUDIO.value: (ANTISPAM,),
    ContentType.VIDEO.value: OF_PICTURES,
}
# What is seen: how our code begins, the scene, its label. The first that fits.
SEEN = (
    ("pornographic_", "porn", "porn"),
    ("sexual_", "porn", "sexy"),
    ("PDA_", "porn", "sexy"),
    ("violent_explosion", "terrorism", "explosion"),
    ("violent_burning", "terrorism", "explosion"),
    ("violent_crowding", "terrorism", "crowd"),
    ("violent_armedForces", "terrorism", "outfit"),
    ("violent_gun", "terrorism", "weapon"),
    ("violent_Knives", "terrorism", "weapon"),
    ("violent_", "terrorism", "bloody"),
    ("political_TVLogo", "logo", "TV"),
    ("political_outfit", "terrorism", "outfit"),
    ("political_medicalOutfit", "terrorism", "outfit"),
    ("political_badge", "terrorism", "logo"),
    ("political_logo", "terrorism", "logo"),
    ("political_flag", "terrorism", "flag"),
    ("political_CNflag", "terrorism", "flag"),
    ("political_Chinaflag", "terrorism", "flag"),
    ("political_otherflag", "terrorism", "flag"),
    ("political_", "terrorism", "politics"),
    ("contraband_", "terrorism", "others"),
    ("religion_", "terrorism", "others"),
    ("object_carcrash", "terrorism", "carcrash"),
    ("object_landmark", "terrorism", "location"),
    ("object_", "terrorism", "others"),
    ("pt_qrCode", "ad", "qrcode"),
    ("pt_programCode", "ad", "programCode"),
    ("pt_", "ad", "ad"),
    ("ad_", "ad", "ad"),
    ("fraud_", "ad", "spam"),
    ("logo_", "logo", "trademark"),
    ("inappropriate_smoking", "live", "smoking"),
    ("quality_meaningless", "live", "meaningless"),
    ("", "live", ""),
)
# What is written or said.
WORDS = (
    ("pornographic", "porn"),
    ("sexual", "porn"),
    ("political", "politics"),
    ("violen", "terrorism"),
    ("contraband", "contraband"),
    ("inappropriate_nonsense", "meaningless"),
    ("nonsense", "meaningless"),
    ("inappropriate_discrimination", "abuse"),
    ("inappropriate_profanity", "abuse"),
    ("inappropriate_oral", "abuse"),
    ("profanity", "abuse"),
    ("cyberbullying", "abuse"),
    ("racism", "abuse"),
    ("pt_", "ad"),
    ("ad_", "ad"),
    ("customized", CUSTOMIZED),
    ("C_customized", CUSTOMIZED),
)
GENERIC_WORD = "spam"


def place_of(code: str, content_type: str) -> tuple[str, str]:
    """The scene of one of our labels, and what it is called there."""
    stem = code.removesuffix(LIBRARY_SUFFIX)
    if content_type in (ContentType.TEXT, ContentType.AUDIO) or is_said(stem, content_type):
        return ANTISPAM, CUSTOMIZED if stem != code else word_for(stem)
    if is_text_in_picture(stem):
        return "ad", word_for(stem)
    scene, label = next((scene, label) for begins, scene, label in SEEN if stem.startswith(begins))
    return scene, label or stem


def is_said(code: str, content_type: str) -> bool:
    """Of videos: whether a label is of what is said in them, not of what they show."""
    info = BY_CODE.get(code)
    return content_type == ContentType.VIDEO and info is not None and "image" not in info.content_types


def word_for(code: str) -> str:
    if code == "ad":
        return code
    return next((word for begins, word in WORDS if code.startswith(begins)), GENERIC_WORD)


def labels_in(scene: str, codes: Iterable[str], content_type: str) -> list[str]:
    return [
        code for code in codes if code not in (NO_RISK, EXEMPT) and place_of(code, content_type)[0] == scene
    ]


def code_for(word: str, scenes: Iterable[str], codes: Iterable[str], content_type: str) -> str:
    """Our label for one of 1.0's, among `codes` in their order; blank if there is none."""
    asked = set(scenes)
    for code in codes:
        scene, label = place_of(code, content_type)
        if word in (code, label) and (word == code or not asked or scene in asked):
            return code
    return ""


def asked_in(context: dict, content_type: str) -> list[str]:
    """Of a video also that of its speech."""
    known = dict.fromkeys([*SCENES[content_type], *((ANTISPAM,) if content_type == "video" else ())])
    return [one for one in context.get(ASKED, "").split(",") if one in known]


def blindness(
    scene: str, rules: Rules, uncovered: Iterable[str], content_type: str
) -> tuple[bool, list[str]]:
    """Whether nothing at all is looked for, and what of the scene is not."""
    on = labels_in(scene, (code for code, rule in rules.labels.items() if rule.on), content_type)
    missing = labels_in(scene, uncovered, content_type)
    return not set(on) - set(missing), missing if on else [scene]


def suggestion_of(level: str) -> str:
    return SUGGESTIONS.get(level, "pass")


def worst_of(labels: Iterable[dict]) -> dict | None:
    found = [one for one in labels if one.get("level", Level.NONE) != Level.NONE]
    return max(found, key=lambda one: (Level(one["level"]).rank, one.get("confidence") or 0.0), default=None)


def scene_result(scene: str, labels: Iterable[dict], content_type: str) -> dict:
    """What 1.0 says of a scene. Of one that is clean there is no rate: nothing measures how clean it is."""
    worst = worst_of(labels)
    if worst is None:
        return {"scene": scene, "label": NORMAL, "suggestion": suggestion_of(Level.NONE)}
    told = {
        "scene": scene,
        "label": place_of(worst["label"], content_type)[1],
        "suggestion": suggestion_of(worst["level"]),
    }
    return told if worst.get("confidence") is None else told | {"rate": float(worst["confidence"])}
