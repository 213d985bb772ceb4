"""What was seen in the frames of a recording and heard in its speech, in the words of the SDKs."""

from collections.abc import Iterable, Sequence

import msgspec
from django.utils.translation import gettext as _

from config.accounts.models import Account
from libraries.models import Vocabulary
from moderation.catalogue.names import label_name
from moderation.models import MediaShot, MediaSlice, ModerationResult
from moderation.operations.frame_links import frame_address
from moderation.values import EXEMPT, NO_RISK, Level, Source, worst

CLEAN = (NO_RISK, EXEMPT)


class Lists:
    """Names of the account's vocabularies, asked for once."""

    def __init__(self, account: Account, labels: Iterable[dict]):
        numbers = {one["vocabulary"] for label in labels for one in evidence_of(label) if "vocabulary" in one}
        rows = Vocabulary.objects.owned_by(account).filter(pk__in=numbers) if numbers else ()
        self.names = {row.pk: row.name for row in rows}

    def hits(self, label: dict) -> list[dict]:
        """The account's own words that were met, by the vocabulary that they stand in."""
        met: dict[int, list[str]] = {}
        for one in evidence_of(label):
            if one.get("source") == Source.VOCABULARY:
                met.setdefault(one["vocabulary"], []).append(one["keyword"])
        return [
            {"LibName": self.names.get(number, ""), "KeyWords": joined(words)}
            for number, words in met.items()
        ]


def evidence_of(label: dict) -> list[dict]:
    return label.get("evidence") or []


def joined(texts: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(text for text in texts if text))


def words_of(labels: Iterable[dict]) -> str:
    return joined(one.get("text", "") for label in labels for one in evidence_of(label))


def risky(labels: Iterable[dict]) -> list[dict]:
    return [label for label in labels if label["label"] not in CLEAN]


def named(label: dict) -> dict:
    """`nonLabel` has no confidence."""
    told = {"Label": label["label"], "Description": label_name(label["label"])}
    if label.get("confidence") is None or label["label"] in CLEAN:
        return told
    return told | {"Confidence": round(float(label["confidence"]), 2)}


def worst_of(parts: Iterable[MediaShot | MediaSlice]) -> str:
    return worst(Level(part.level) for part in parts).value


def summaries(result: ModerationResult, counted: str) -> list[dict]:
    """How often each label was met: in `frames`, or in `slices`."""
    return [
        {"Label": label["label"], "Description": label_name(label["label"]), "LabelSum": label[counted]}
        for label in risky(result.labels)
        if label.get(counted)
    ]


def slice_details(account: Account, slices: Sequence[MediaSlice]) -> list[dict]:
    lists = Lists(account, (label for one in slices for label in one.labels))
    return [slice_detail(one, lists) for one in slices]


def slice_detail(one: MediaSlice, lists: Lists) -> dict:
    """An engine that does not vouch for what it hears may still find something."""
    place = {"StartTime": one.start_ms // 1000, "EndTime": -(-one.end_ms // 1000), "Text": one.text}
    found = risky(one.labels)
    if one.is_unheard and not found:
        return place | {"Descriptions": _("Not heard: no engine could listen to this.")}
    tips, words = joined(label_name(label["label"]) for label in found), words_of(found)
    hits = [hit for label in found for hit in lists.hits(label)]
    extend = {
        "riskTips": tips,
        "riskWords": words,
        "customizedWords": joined(hit["KeyWords"] for hit in hits),
        "customizedLibs": joined(hit["LibName"] for hit in hits),
    }
    scores = [label["confidence"] for label in found if label.get("confidence") is not None]
    return place | {
        "RiskLevel": one.level,
        "Labels": joined(label["label"] for label in found),
        "Descriptions": tips,
        "RiskTips": tips,
        "RiskWords": words,
        "Extend": msgspec.json.encode({name: text for name, text in extend.items() if text}).decode(),
        "Result": [heard(label, lists) for label in one.labels],
        **({"Score": round(float(max(scores)), 2)} if scores else {}),
    }


def heard(label: dict, lists: Lists) -> dict:
    told = named(label) | {"RiskLevel": label["level"]}
    if words := words_of([label]):
        told["RiskWords"] = words
    if positions := positions_of(label):
        told["RiskPositions"] = positions
    if hits := lists.hits(label):
        told["CustomizedHit"] = hits
    return told


def positions_of(label: dict) -> list[dict]:
    return [
        {"RiskWord": one.get("text", ""), "StartPos": one["start"], "EndPos": one["end"]}
        for one in evidence_of(label)
        if "start" in one and "end" in one
    ]


def frames_of(account: Account, shots: Sequence[MediaShot], now) -> list[dict]:
    """Those in which something was found."""
    lists = Lists(account, (label for shot in shots for one in shot.verdicts for label in one["labels"]))
    return [
        {
            "Offset": shot.at_ms / 1000,
            "RiskLevel": shot.level,
            "TempUrl": frame_address(shot=shot, now=now),
            "Results": [seen(verdict, lists) for verdict in shot.verdicts],
        }
        for shot in shots
    ]


def seen(verdict: dict, lists: Lists) -> dict:
    labels = verdict["labels"]
    told = {"Service": verdict["service"], "Result": [named(label) for label in labels]}
    if pictures := pictures_of(labels):
        told["CustomImage"] = pictures
    if verdict.get("text"):
        told["TextInImage"] = text_in_image(verdict["text"], risky(labels), lists)
    return told


def pictures_of(labels: Iterable[dict]) -> list[dict]:
    """Pictures of the account's libraries that the frame is like."""
    met = {
        (one["image"], one["image_library"])
        for label in labels
        for one in evidence_of(label)
        if one.get("source") == Source.IMAGE_LIBRARY
    }
    return [{"ImageId": str(image), "LibId": str(library)} for image, library in sorted(met)]


def text_in_image(text: str, found: list[dict], lists: Lists) -> dict:
    words = words_of(found)
    return {
        "OcrResult": [{"Text": line} for line in text.splitlines() if line.strip()],
        "RiskWord": words.split(",") if words else [],
        "CustomText": [hit for label in found for hit in lists.hits(label)],
    }
