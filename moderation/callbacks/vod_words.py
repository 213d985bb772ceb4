"""Our labels in the words of a service for video on demand: a module, and what that module calls it. Pure.

What is seen is told by five modules, what is said by one list of words. Where a module has no word for it,
our own label stands in its place.
"""

NORMAL = "normal"
PORN, TERRORISM, AD, LIVE, LOGO = MODULES = ("Porn", "Terrorism", "Ad", "Live", "Logo")
IN_PICTURES, LIBRARY = "_tii", "_lib"

# By detection type; a blank word: our own label.
BY_GROUP = {
    "pornographic": (PORN, "porn"),
    "suggestive": (PORN, "sexy"),
    "terrorist": (TERRORISM, "others"),
    "prohibited": (TERRORISM, "others"),
    "political": (TERRORISM, "politics"),
    "flag": (TERRORISM, "flag"),
    "advertising": (AD, "ad"),
    "fraud": (AD, "spam"),
    "privacy": (AD, "spam"),
    "logo": (LOGO, "trademark"),
    "quality": (LIVE, "meaningless"),
}
BY_LABEL = {
    "violent_blood": (TERRORISM, "bloody"),
    "violent_horrificContent": (TERRORISM, "bloody"),
    "violent_horrific": (TERRORISM, "bloody"),
    "violent_explosion": (TERRORISM, "explosion"),
    "violent_burning": (TERRORISM, "explosion"),
    "violent_armedForces": (TERRORISM, "outfit"),
    "violent_crowding": (TERRORISM, "crowd"),
    "violent_gunKnives": (TERRORISM, "weapon"),
    "violent_gun": (TERRORISM, "weapon"),
    "violent_Knives": (TERRORISM, "weapon"),
    "political_outfit": (TERRORISM, "outfit"),
    "political_medicalOutfit": (TERRORISM, "outfit"),
    "political_badge": (TERRORISM, "logo"),
    "political_logo": (TERRORISM, "logo"),
    "political_TVLogo": (LOGO, "TV"),
    "object_carcrash": (TERRORISM, "carcrash"),
    "object_landmark": (TERRORISM, "location"),
    "pt_qrCode": (AD, "qrcode"),
    "pt_programCode": (AD, "programCode"),
    "inappropriate_smoking": (LIVE, "smoking"),
}
# What is written in a picture, and what is said.
OF_TEXTS = {
    "pornographic": "porn",
    "suggestive": "porn",
    "terrorist": "terrorism",
    "prohibited": "contraband",
    "political": "politics",
    "flag": "politics",
    "abusive": "abuse",
    "advertising": "ad",
}
OTHER_TEXTS = "spam"


def seen_as(code: str, group: str) -> tuple[str, str]:
    """Under which module a label of a frame stands, and what it is called there."""
    stem = code.removesuffix(LIBRARY)
    if stem.endswith(IN_PICTURES):
        return AD, OF_TEXTS.get(group, OTHER_TEXTS)
    return BY_LABEL.get(stem) or BY_GROUP.get(group) or (LIVE, code)


def heard_as(code: str, group: str) -> str:
    if group == "quality":
        return OTHER_TEXTS if code.startswith("spam") else "meaningless"
    return OF_TEXTS.get(group, OTHER_TEXTS)
