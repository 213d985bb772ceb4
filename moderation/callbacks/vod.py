"""Our payloads in the words of a service for video on demand. Pure, and total."""

from collections import Counter
from datetime import UTC, datetime

from moderation.catalogue.scenes import NORMAL, place_of, suggestion_of
from moderation.models.content import ContentType
from moderation.values import LIBRARY_SUFFIX

AUDIT_STATUS = {"normal": "Normal", "blocked": "Blocked"}
WORST = {"block": 2, "review": 1, "pass": 0}
MODULES = ("Porn", "Terrorism", "Ad", "Live", "Logo")
MOST_TOP = 5


def translate(*, event: str, payload: dict, now: datetime) -> dict:
    if "audit" in payload:
        return audit_complete(payload, now)
    if "job_id" in payload:
        return review_complete(payload, now)
    return {
        "EventType": event,
        "EventTime": second(now),
        "MediaId": payload.get("media_id", ""),
        "Status": "success",
    }


def audit_complete(payload: dict, now: datetime) -> dict:
    """One that nobody's decision stands on any more is what it may be used for: played, or not."""
    audit = payload["audit"] or {
        "status": "normal" if payload.get("state") == "normal" else "blocked",
        "created_at": payload.get("created_at", ""),
    }
    said = {"Auditor": audit.get("auditor", ""), "Reason": audit.get("reason", "")}
    return {
        "EventType": "CreateAuditComplete",
        "EventTime": second(now),
        "MediaId": payload.get("media_id", ""),
        "Status": "success",
        "SubType": "video",
        "AuditStatus": AUDIT_STATUS.get(audit.get("status", ""), "Blocked"),
        "CreationTime": second(read(audit.get("created_at", ""), now)),
        **{name: text for name, text in said.items() if text},
    }


def review_complete(payload: dict, now: datetime) -> dict:
    error = payload.get("error")
    told = {
        "EventType": "AIMediaAuditComplete",
        "EventTime": millisecond(now),
        "JobId": payload["job_id"],
        "MediaId": payload.get("media_id", ""),
        "Status": "success" if error is None else "fail",
        "Code": "" if error is None else str(error.get("code", "")),
        "Message": "" if error is None else str(error.get("message", "")),
    }
    return told if error is not None else told | {"Data": audit_result(payload)}


def audit_result(payload: dict) -> dict:
    """Of `moments` each has its label, level, confidence and place."""
    machine, moments = payload.get("machine", {}), payload.get("moments", [])
    seen = [one for one in moments if "at_ms" in one]
    heard = [one for one in moments if "start_ms" in one]
    suggestion = suggestion_of(machine.get("level", ""))
    modules = by_module(seen)
    labels = [name.lower() for name in MODULES if modules[name]] + ["audio"] * bool(heard)
    return {
        "Suggestion": suggestion,
        "Label": ",".join(labels + unplaced(machine, moments)) or NORMAL,
        "AbnormalModules": "video" if suggestion != "pass" else "",
        "AudioResult": [audio_result(one) for one in heard],
        "ImageResult": [],
        "TextResult": [],
        "VideoResult": video_result(seen, modules),
    }


def unplaced(machine: dict, moments: list[dict]) -> list[str]:
    """Labels that were found at none of the moments that are told."""
    placed = {one["label"] for one in moments}
    found = [one["label"] for one in machine.get("labels", []) if one.get("level", "none") != "none"]
    return [label for label in found if label not in placed]


def audio_result(one: dict) -> dict:
    return {
        "Scene": "antispam",
        "Label": heard_as(one["label"]),
        "Suggestion": suggestion_of(one.get("level", "")),
        "Score": score(one),
    }


def by_module(seen: list[dict]) -> dict[str, list[dict]]:
    """What was seen, by the module that it belongs to, under that module's words."""
    found: dict[str, list[dict]] = {name: [] for name in MODULES}
    for one in seen:
        scene, word = place_of(one["label"], ContentType.IMAGE)
        found[scene.capitalize()].append(one | {"label": word})
    return found


def heard_as(code: str) -> str:
    _scene, word = place_of(code.removesuffix(LIBRARY_SUFFIX), ContentType.AUDIO)
    return word


def video_result(seen: list[dict], modules: dict[str, list[dict]]) -> dict:
    """By modules in their words, and once more in our own labels."""
    return {
        "Label": ",".join(name.lower() for name in MODULES if modules[name]) or NORMAL,
        "Suggestion": worst_of(seen),
        **{f"{name}Result": module_result(found) for name, found in modules.items()},
        "GreenEnhancedResult": module_result(seen)
        | {"Label": ",".join(dict.fromkeys(one["label"] for one in seen)) or NORMAL},
    }


def module_result(found: list[dict]) -> dict:
    scores = [one.get("confidence") or 0.0 for one in found]
    top = sorted(found, key=lambda one: -(one.get("confidence") or 0.0))[:MOST_TOP]
    return {
        "Label": top[0]["label"] if top else NORMAL,
        "Suggestion": worst_of(found),
        "MaxScore": written(max(scores, default=0.0)),
        "AverageScore": written(sum(scores) / len(scores) if scores else 0.0),
        "CounterList": [
            {"Label": label, "Count": count}
            for label, count in Counter(one["label"] for one in found).items()
        ],
        "TopList": [
            {
                "Label": one["label"],
                "Score": score(one),
                "Timestamp": str(one["at_ms"]),
                "Url": one.get("url", ""),
            }
            for one in top
        ],
    }


def worst_of(found: list[dict]) -> str:
    return max((suggestion_of(one.get("level", "")) for one in found), key=WORST.get, default="pass")


def score(one: dict) -> str:
    return written(one.get("confidence") or 0.0)


def written(number: float) -> str:
    return f"{number:.2f}"


def read(text: str, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return otherwise


def second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def millisecond(at: datetime) -> str:
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f":{at.microsecond // 1000:03d}Z"
