"""What a stored result says of its picture beside the verdict, in the parts that clients can ask for."""

from collections.abc import Iterable

import msgspec

from config.accounts.models import Account
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from libraries.models import ImageLibrary
from moderation.models import ModerationResult
from moderation.values import Source
from moderation.wire.results import confidence_of, evidence_of, names_of, vocabulary_hits, words_of

IMAGES, TEXT, READ = "customImage", "textInImage", "ocrResult"
# Nothing here says anything of these: to ask for them is no mistake.
SILENT = ("publicFigure", "logoData", "faceData", "recognition", "vlContent", "aigcData")
ASKED_FOR = "infoType"
# What says in which frame it was seen.
PLACED = (Source.ENGINE, Source.VOCABULARY)


def parts_of(content: Parameters, name: str = ASKED_FOR) -> tuple[str, ...]:
    """Which parts are asked for: those that any result has, where nothing is said."""
    asked = content.several(name)
    if not asked:
        return IMAGES, TEXT
    if unknown := set(asked) - {IMAGES, TEXT, READ, *SILENT}:
        raise invalid(name, f"no such part: {', '.join(sorted(unknown))[:100]}.")
    return tuple(asked)


def extras_of(result: ModerationResult, parts: Iterable[str], account: Account) -> dict:
    """`Ext`, or nothing where there is nothing to say."""
    made = {
        "CustomImage": custom_images(result, account) if IMAGES in parts else [],
        "TextInImage": text_in_image(result, account) if TEXT in parts else {},
        "OcrResult": read_lines(result) if READ in parts else [],
    }
    made = {name: part for name, part in made.items() if part}
    return {"Ext": made} if made else {}


def custom_images(result: ModerationResult, account: Account) -> list[dict]:
    """Of libraries that flag, and of those that exempt."""
    found = evidence_of(result.labels, Source.IMAGE_LIBRARY, Source.EXEMPTION)
    hits = {one["image"]: one["image_library"] for one in found if "image_library" in one}
    names = names_of(ImageLibrary, hits.values(), account)
    return [
        {"ImageId": str(image), "LibId": str(library), "LibName": names.get(library, str(library))}
        for image, library in hits.items()
    ]


def text_in_image(result: ModerationResult, account: Account) -> dict:
    made = {
        "OcrResult": read_lines(result),
        "RiskWord": words_of(evidence_of(result.labels, Source.ENGINE)),
        "CustomText": [
            {"LibId": str(number), "LibName": name, "KeyWords": ",".join(words)}
            for number, name, words in vocabulary_hits(result.labels, account)
        ],
    }
    return {name: part for name, part in made.items() if part}


def read_lines(result: ModerationResult) -> list[dict]:
    return [
        {"Text": line["text"]} | ({"Location": location_of(line["box"])} if "box" in line else {})
        for line in result.media.get("lines", ())
    ]


def location_of(box: list[int]) -> dict:
    return dict(zip("XYWH", box, strict=True))


def frames_of(result: ModerationResult) -> dict:
    """Of an animation, also which labels stand in which of its frames."""
    count = result.media.get("frames", 0)
    if count < 2:
        return {"FrameNum": count} if count else {}
    seen: dict[int, list] = {}
    for label in result.labels:
        verdict = {"label": label["label"]} | {
            name.lower(): value for name, value in confidence_of(label).items()
        }
        for frame in sorted({one.get("frame", 0) for one in evidence_of([label], *PLACED)}):
            seen.setdefault(frame, []).append(verdict)
    told = [{"frame": frame, "result": verdicts} for frame, verdicts in sorted(seen.items())]
    return {"FrameNum": count, "Frame": msgspec.json.encode(told).decode()}
