"""Lists of results as the SDKs narrow them, read as our own filters."""

from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.results_asked import NOT_REVIEWED, Asked, read_asked

RESOURCE_TYPES = {kind: kind for kind in ContentType.values} | {"voice": ContentType.AUDIO.value}
SUGGESTED = {
    "block": {RiskLevel.HIGH.value},
    "review": {RiskLevel.MEDIUM.value, RiskLevel.LOW.value},
    "pass": {RiskLevel.NONE.value},
}
ONLINE_TEST = "online_test"
SOURCES = {one: one for one in ModerationResult.Source.values} | {
    ONLINE_TEST: ModerationResult.Source.TEST.value
}
REVIEWED = {"true": "pass,block", "false": NOT_REVIEWED}
# Of the parameter Query, in lower case, with what they are called here.
NAMES = {
    "requestid": "request_id",
    "taskid": "request_id",
    "dataid": "data_id",
    "service": "service",
    "servicecode": "service",
    "label": "label",
    "labels": "label",
    "risklevel": "level",
    "suggestion": "level",
    "resourcetype": "content_type",
    "requestfrom": "source",
    "reviewed": "human",
    "auditresult": "human",
}
WORDS = {
    "resourcetype": RESOURCE_TYPES,
    "requestfrom": SOURCES,
    "reviewed": REVIEWED,
}


def asked_of(call: Call, *, content_type: str = "") -> Asked:
    """What a call asks for; raises what the list itself raises for what cannot be read."""
    asked, faults = read_asked(params_of(call, content_type), account=call.account, now=call.now)
    if faults:
        raise faults[0]
    return asked


def params_of(call: Call, content_type: str) -> dict[str, str]:
    given = call.parameters
    params = {"from": given.text("StartDate"), "to": given.text("EndDate")}
    for name, value in given.json("Query", default={}).items():
        text = text_of(name, value)
        if text:
            own, translated = read_one(name, text)
            if params.setdefault(own, translated) != translated:
                raise invalid("Query", f"{name}: this was asked for twice, with different values.")
    kind = content_type or resource_type(given.text("ResourceType"))
    if kind and params.setdefault("content_type", kind) != kind:
        raise invalid("Query", f"this list is of {kind} alone.")
    return params


def text_of(name: str, value: object) -> str:
    """A condition is a text; lists are as good as words between commas."""
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ",".join(map(str, value))
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    raise invalid("Query", f"{name}: a text is expected.")


def read_one(name: str, text: str) -> tuple[str, str]:
    asked = name.lower()
    if asked not in NAMES:
        raise invalid("Query", f"{name[:40]} is not a condition. Those there are: {', '.join(NAMES)}.")
    if asked == "suggestion":
        levels = set().union(*(translate(name, one, SUGGESTED) for one in split(text)))
        return "level", ",".join(sorted(levels))
    if asked in WORDS:
        return NAMES[asked], ",".join(translate(name, one, WORDS[asked]) for one in split(text))
    return NAMES[asked], text.lower() if asked == "risklevel" else text


def split(text: str) -> list[str]:
    return [one.strip().lower() for one in text.split(",") if one.strip()]


def translate(name: str, word: str, words: dict):
    if word not in words:
        raise invalid(name, f"one of these is expected: {', '.join(words)}.")
    return words[word]


def resource_type(text: str) -> str:
    return translate("ResourceType", text.strip().lower(), RESOURCE_TYPES) if text.strip() else ""
