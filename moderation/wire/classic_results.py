"""Results as version 1.0 tells them: scene by scene, and what nothing could look for beside them."""

from collections.abc import Iterable

from config.wire.registry import Call
from libraries.models import ImageLibrary, Vocabulary
from moderation.catalogue.scenes import ASKED, SCENES, asked_in, blindness, labels_in, place_of, scene_result
from moderation.models import ModerationResult
from moderation.results_hooks import manual_tasks_of
from moderation.values import Rules
from moderation.wire.results import note_uncovered


def scenes_of(result: ModerationResult) -> list[str]:
    """Those that were asked for; all, where the result is of a call that knows no scenes."""
    known = SCENES[result.content_type]
    if ASKED not in result.context:
        return list(known)
    return [one for one in asked_in(result.context, result.content_type) if one in known]


def told_of(
    call: Call, result: ModerationResult, rules: Rules, scenes: Iterable[str]
) -> tuple[list[dict], dict]:
    """An entry for each scene, and the extras: a scene that nothing could look for has no entry."""
    entries, unseen = [], []
    for scene in scenes:
        blind, missing = blindness(scene, rules, result.uncovered, result.content_type)
        unseen += missing
        labels = [one for one in result.labels if labels_in(scene, [one["label"]], result.content_type)]
        entry = scene_result(scene, labels, result.content_type)
        if not blind or entry["suggestion"] != "pass":
            entries.append(entry | lists_hit(result, labels))
    return entries, extras(call, unseen) | manual_of(result)


def extras(call: Call, unseen: Iterable[str]) -> dict:
    """Told in the answer's header as well, where programs look that read none of the extras."""
    unseen = list(dict.fromkeys(unseen))
    if not unseen:
        return {}
    note_uncovered(call, unseen)
    return {"uncovered": ",".join(unseen)}


def manual_of(result: ModerationResult) -> dict:
    task = manual_tasks_of([result]).get(result.pk)
    return {"manualTaskId": task} if task else {}


def lists_hit(result: ModerationResult, labels: list[dict]) -> dict:
    """The account's own words and pictures that were met. Their codes are the ids of their libraries."""
    found = [one for label in labels for one in label.get("evidence", ())]
    words = {(one["vocabulary"], one.get("text", "")) for one in found if "vocabulary" in one}
    pictures = {one["image_library"] for one in found if one.get("image_library")}
    if not words and not pictures:
        return {}
    names = names_of(Vocabulary, result.account_id, {number for number, _text in words})
    libraries = names_of(ImageLibrary, result.account_id, pictures)
    told = [
        {"context": text, "libCode": str(number), "libName": names.get(number, "")}
        for number, text in sorted(words)
    ]
    told += [{"libCode": str(number), "libName": libraries.get(number, "")} for number in sorted(pictures)]
    return {"hitLibInfo": told}


def names_of(model, account_id: int, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return dict(model.objects.filter(account_id=account_id, pk__in=ids).values_list("pk", "name"))


def details_of(labels: list[dict], content_type: str) -> list[dict]:
    """Of a text: each of 1.0's labels with the stretches that it was found in."""
    by_label: dict[str, list[dict]] = {}
    for label in labels:
        if label["level"] == "none":
            continue
        contexts = by_label.setdefault(place_of(label["label"], content_type)[1], [])
        for one in label.get("evidence", ()):
            if one.get("text"):
                contexts.append({"context": one["text"], "positions": positions_of(one)})
    return [
        {"label": label} | ({"contexts": contexts} if contexts else {})
        for label, contexts in by_label.items()
    ]


def positions_of(evidence: dict) -> list[dict]:
    if "start" not in evidence:
        return []
    return [{"startPos": evidence["start"], "endPos": evidence["end"]}]


def masked(content: str, labels: list[dict]) -> str:
    """The text with what was found in it as stars; blank if nothing has a place."""
    marks = [
        (one["start"], one["end"])
        for label in labels
        if label["level"] != "none"
        for one in label.get("evidence", ())
        if "start" in one
    ]
    letters = list(content)
    for start, end in marks:
        letters[start:end] = "*" * len(letters[start:end])
    return "".join(letters) if marks else ""
