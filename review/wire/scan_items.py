"""One result in the words of the vendor's console. What the platform does not know is left out."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from moderation.catalogue.info import is_text_in_picture
from moderation.catalogue.names import label_name
from moderation.catalogue.scenes import suggestion_of
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.result_reasons import match_of, text_of
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK
from moderation.wire.result_filters import ONLINE_TEST
from review.models import Feedback
from review.wire.told_of_results import Told

Outcome, Source = ModerationResult.Outcome, ModerationResult.Source
OF_PEOPLE = {Outcome.BLOCK.value: RiskLevel.HIGH.value, Outcome.PASS.value: RiskLevel.NONE.value}
FEEDBACK = {Feedback.Kind.FALSE_POSITIVE.value: "misreport", Feedback.Kind.MISSED_VIOLATION.value: "missOut"}

MOST_WORDS = 20
HTTP = ("http://", "https://")


def text_item(result: ModerationResult, told: Told) -> dict:
    """What both lists say."""
    at = local(result.created_at, told.zone)
    item = {
        "RequestId": str(result.request_id).upper(),
        "TaskId": str(result.request_id),
        "DataId": result.data_id,
        "AccountId": result.author_id,
        "ServiceCode": result.service.code,
        "RequestTime": at,
        "GmtCreate": at,
        "Content": result.content if result.content_type == ContentType.TEXT else "",
        "ScanResult": msgspec.json.encode(told.bodies[result.pk], enc_hook=str).decode(),
        "ExtFeedback": feedback_text(told.feedback.get(result.pk, [])),
        "Extra": {"uncovered": result.uncovered} if result.uncovered else None,
    }
    if result.is_judged:
        item |= {
            "RiskLevel": result.level,
            "Suggestion": suggestion_of(result.level),
            "Labels": codes(result.labels),
            "Score": highest(result.labels),
            "Result": [label_of(one, confidence_of(one)) for one in result.labels],
        }
    return filled(item)


def scan_item(result: ModerationResult, told: Told) -> dict:
    item = text_item(result, told) | {
        "ResourceType": result.content_type,
        "RequestFrom": ONLINE_TEST if result.source == Source.TEST else result.source,
        "ManualOnly": not result.is_judged,
        "Reviewed": bool(result.human_outcome),
    }
    if result.is_judged:
        # In this list a confidence is a text.
        item["Result"] = [label_of(one, as_text(confidence_of(one))) for one in result.labels]
    return item | filled(machine_part(result) | human_part(result, told) | media_part(result, told))


def machine_part(result: ModerationResult) -> dict:
    """Beside what people decided, what the machine had said."""
    if not result.is_judged:
        return {}
    found = risks(result.labels)
    return {
        "ApiLabels": codes(result.labels),
        "ApiRiskLevel": result.level,
        "ApiService": result.service.code,
        "ApiTaskId": str(result.request_id),
        "ApiRequestTime": milliseconds(result.created_at),
        "RiskTips": ",".join(label_name(one["label"]) for one in found),
        "RiskWords": ",".join(words_of(result)),
    }


def human_part(result: ModerationResult, told: Told) -> dict:
    if not result.human_outcome:
        return {}
    return {
        "ReviewRiskLevel": OF_PEOPLE[result.human_outcome],
        "ReviewLabels": result.human_label,
        "ReviewTime": milliseconds(result.human_decided_at),
        "ReviewUid": told.deciders.get(result.pk, ""),
    }


def media_part(result: ModerationResult, told: Told) -> dict:
    """Where the file came from, and what was found in which part of it."""
    if result.content_type == ContentType.TEXT:
        return {}
    url = result.content if result.content.startswith(HTTP) else ""
    part, found = {"Url": url}, risks(result.labels)
    if result.content_type == ContentType.IMAGE:
        return part | {
            "ImageUrl": url,
            "FrameCount": result.media.get("frames"),
            "ImageLabels": parts(one for one in found if not is_of_text(one)),
            "TextLabels": parts(one for one in found if is_of_text(one)),
        }
    if result.content_type == ContentType.AUDIO:
        return part | {"VoiceLabels": parts(found)}
    judges = [one["service"] for one in result.media.get("services", ())]
    heard = services_of(judges, told, ContentType.AUDIO)
    return part | {
        "FrameCount": result.media.get("frames"),
        "ImageLabels": parts(found, "frames"),
        "VoiceLabels": parts(found, "slices"),
        "ImageService": services_of(judges, told, ContentType.IMAGE),
        "VoiceService": heard,
        "VoiceScanOpened": bool(heard),
    }


def services_of(codes: Iterable[str], told: Told, kind: str) -> str:
    return ",".join(code for code in codes if told.kinds.get(code) == kind)


def parts(labels: Iterable[dict], counted: str = "") -> list[dict]:
    """Labels of one part of a file; `counted` names how many frames or slices carry each."""
    return [
        {"Label": one["label"], "Description": label_name(one["label"]), "RiskLevel": one["level"]}
        | ({"LabelSum": one[counted]} if counted else {})
        for one in labels
        if not counted or one.get(counted)
    ]


def is_of_text(label: dict) -> bool:
    return is_text_in_picture(label["label"].removesuffix(LIBRARY_SUFFIX))


def risks(labels: list[dict]) -> list[dict]:
    return [one for one in labels if one["label"] not in (NO_RISK, EXEMPT)]


def label_of(label: dict, confidence: float | str | None) -> dict:
    told = {"Label": label["label"], "Description": label_name(label["label"])}
    return told if confidence is None else told | {"Confidence": confidence}


def confidence_of(label: dict) -> float | None:
    found = label.get("confidence")
    return None if found is None else round(float(found), 2)


def as_text(number: float | None) -> str | None:
    return None if number is None else str(number)


def highest(labels: list[dict]) -> float | None:
    return max((found for found in map(confidence_of, labels) if found is not None), default=None)


def words_of(result: ModerationResult) -> list[str]:
    """What was matched, as its author wrote it."""
    text, words = text_of(result), {}
    for label in risks(result.labels):
        for facts in label.get("evidence", ()):
            match = match_of(facts, text)
            if word := match.written if match else facts.get("keyword", ""):
                words.setdefault(str(word))
    return list(words)[:MOST_WORDS]


def codes(labels: list[dict]) -> str:
    return ",".join(one["label"] for one in labels)


def feedback_text(given: list[Feedback]) -> str:
    if not given:
        return ""
    told = [{"Feedback": FEEDBACK[one.kind], "Labels": one.label, "Note": one.note} for one in given]
    return msgspec.json.encode(told).decode()


def local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def filled(fields: dict) -> dict:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
