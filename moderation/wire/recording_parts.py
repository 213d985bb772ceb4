"""What was seen in the frames of a recording and heard in its speech, in the words of the SDKs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from config.accounts.models import Account
from libraries.models import Vocabulary
from moderation.catalogue.names import label_name
from moderation.models import MediaShot, MediaSlice, ModerationResult
from moderation.operations.frame_links import frame_address
from moderation.values import EXEMPT, NO_RISK, Level, Source, worst
from moderation.wire.results import confidence_of, evidence_of, names_of, words_of


class Lists:
    """Names of the account's vocabularies, asked for once for all parts."""

    def __init__(self, account: Account, labels: Iterable[dict]):
        hits = evidence_of(labels, Source.VOCABULARY)
        self.names = names_of(Vocabulary, (one["vocabulary"] for one in hits), account)

    def hits(self, *labels: dict) -> list[tuple[int, str, str]]:
        """Of each vocabulary that was met: its id, its name and the words."""
        met: dict[int, list[str]] = {}
        for one in evidence_of(labels, Source.VOCABULARY):
            met.setdefault(one["vocabulary"], []).append(one["keyword"])
        return [(number, self.names.get(number, str(number)), joined(words)) for number, words in met.items()]


def joined(texts: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(texts))


def matched(labels: Iterable[dict]) -> str:
    return joined(words_of(evidence_of(labels, *Source)))


def risky(labels: Iterable[dict]) -> list[dict]:
    return [label for label in labels if label["label"] not in (NO_RISK, EXEMPT)]


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
    lists = Lists(account, [label for one in slices for label in one.labels])
    return [slice_detail(one, lists) for one in slices]


def slice_detail(one: MediaSlice, lists: Lists) -> dict:
    """An engine that does not vouch for what it hears may still find something."""
    place = {"StartTime": one.start_ms // 1000, "EndTime": -(-one.end_ms // 1000), "Text": one.text}
    found = risky(one.labels)
    if one.is_unheard and not found:
        return place | {"Descriptions": _("Not heard: no engine could listen to this.")}
    tips, words, hits = (
        joined(label_name(label["label"]) for label in found),
        matched(found),
        lists.hits(*found),
    )
    extend = {
        "riskTips": tips,
        "riskWords": words,
        "customizedWords": joined(words for _number, _name, words in hits),
        "customizedLibs": joined(name for _number, name, _words in hits),
    }
    scores = [label["confidence"] for label in found if label["confidence"] is not None]
    return place | {
        "RiskLevel": one.level,
        "Labels": joined(label["label"] for label in found),
        "Descriptions": tips,
        "RiskTips": tips,
        "RiskWords": words,
        "Extend": msgspec.json.encode({name: text for name, text in extend.items() if text}).decode(),
        "Result": [heard(label, lists) for label in one.labels],
        **({"Score": float(max(scores))} if scores else {}),
    }


def named(label: dict) -> dict:
    """What nothing could look for is told once, of the whole recording."""
    told = {"Label": label["label"], "Description": label_name(label["label"])}
    return told | confidence_of(label)


def heard(label: dict, lists: Lists) -> dict:
    made = {
        "RiskWords": matched([label]),
        "RiskPositions": [
            {"RiskWord": one["text"], "StartPos": one["start"], "EndPos": one["end"]}
            for one in evidence_of([label], *Source)
            if {"text", "start", "end"} <= one.keys()
        ],
        "CustomizedHit": [{"LibName": name, "KeyWords": words} for _number, name, words in lists.hits(label)],
    }
    told = named(label) | {"RiskLevel": label["level"]}
    return told | {name: part for name, part in made.items() if part}


def frames_of(account: Account, shots: Sequence[MediaShot], now: datetime) -> list[dict]:
    lists = Lists(account, [label for shot in shots for one in shot.verdicts for label in one["labels"]])
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
    made = {
        "CustomImage": pictures_of(labels),
        "TextInImage": text_in_image(verdict.get("text", ""), risky(labels), lists),
    }
    told = {"Service": verdict["service"], "Result": [named(label) for label in labels]}
    return told | {name: part for name, part in made.items() if part}


def pictures_of(labels: Iterable[dict]) -> list[dict]:
    """Pictures of the account's libraries that the frame is like."""
    found = evidence_of(labels, Source.IMAGE_LIBRARY, Source.EXEMPTION)
    met = dict.fromkeys((one["image"], one["image_library"]) for one in found if "image_library" in one)
    return [{"ImageId": str(image), "LibId": str(library)} for image, library in met]


def text_in_image(text: str, found: list[dict], lists: Lists) -> dict:
    made = {
        "OcrResult": [{"Text": line} for line in text.splitlines() if line.strip()],
        "RiskWord": words_of(evidence_of(found, Source.ENGINE)),
        "CustomText": [
            {"LibId": str(number), "LibName": name, "KeyWords": words}
            for number, name, words in lists.hits(*found)
        ],
    }
    return {name: part for name, part in made.items() if part} if text else {}
