"""Rules in the form in which the SDKs carry them: what is told can be sent back, changed, to be published.

The vendor leaves the inside of these parameters undocumented, so the form is our own: docs/sdks/console.md.
"""

from collections.abc import Mapping

import msgspec

from config.wire.refusals import invalid
from moderation.backing import Backings
from moderation.catalogue.groups import group_name, place_of
from moderation.catalogue.names import BY_CODE, label_name
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.publishable import settings_of_recordings
from moderation.rules_document import RulesChanges
from moderation.values import LIBRARY_SUFFIX, LabelRule, Rules

LABEL = {
    "On": "on",
    "MediumScore": "medium",
    "HighScore": "high",
    "KeywordLibs": "vocabularies",
    "ImageLibs": "image_libraries",
}
OF_SERVICE = {
    "ExemptImageLibs": "exempt_image_libraries",
    "UseReviewedSamples": "use_reviewed_samples",
    "AuditRiskLevels": "review_levels",
    "SendDelay": "send_delay",
    "UnheardToPeople": "unheard_to_people",
}
OF_VIDEO = {
    "ImageService": "image_services",
    "AudioService": "audio_service",
    "EveryMs": "every_ms",
    "MostFrames": "most_frames",
    "SeesCuts": "sees_cuts",
    "Reads": "reads",
}
TOLD_ONLY = {"Label", "Description", "LibraryLabel", "Scene", "SceneName", "Backing", "MissingEngines"}
IDS = {"vocabularies", "image_libraries", "exempt_image_libraries", "ignored_vocabularies"}


def as_ids(numbers) -> list[str]:
    return [str(number) for number in sorted(numbers)]


def read_ids(name: str, given) -> list[int]:
    """Ids as text, as the SDKs have them, or as numbers."""
    found = [str(one).strip() for one in given] if isinstance(given, list) else [""]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in found):
        raise invalid(name, "a list of library ids is expected.")
    return [int(one) for one in found]


def told(values: Mapping, names: Mapping[str, str]) -> dict:
    return {
        wire: as_ids(values[own]) if own in IDS else values[own]
        for wire, own in names.items()
        if own in values
    }


def read(name: str, given, names: Mapping[str, str], *, beside=frozenset()) -> dict:
    """What was given, by our own names."""
    if not isinstance(given, dict):
        raise invalid(name, "a JSON object is expected.")
    if unknown := sorted(set(given) - set(names) - set(beside)):
        raise invalid(name, f"unknown: {', '.join(unknown)}. Known: {', '.join(names)}.")
    found = {names[wire]: value for wire, value in given.items() if wire in names}
    return {own: read_ids(name, value) if own in IDS else value for own, value in found.items()}


def label_told(code: str, rule: LabelRule, backings: Backings) -> dict:
    behind = backings.of(code)
    values = {own: getattr(rule, own) for own in LABEL.values()}
    return {
        "Label": code,
        "Description": label_name(code),
        "LibraryLabel": code + LIBRARY_SUFFIX,
        **told(values, LABEL),
        "Backing": str(behind.backing(rule)),
        "MissingEngines": list(behind.missing),
    }


def scenes_told(rules: Rules, service: Service, *, scene: str = "") -> list[dict]:
    """Labels by detection type, in the order of the console's tabs."""
    backings = Backings(service)
    scenes: dict[str, list[dict]] = {}
    for code in sorted(rules.labels):
        scenes.setdefault(group_of(code), []).append(label_told(code, rules.labels[code], backings))
    return [
        {"Scene": group, "SceneName": group_name(group), "Labels": scenes[group]}
        for group in sorted(scenes, key=place_of)
        if scene in ("", group)
    ]


def group_of(code: str) -> str:
    return BY_CODE[code].group if code in BY_CODE else ""


def service_told(rules: Rules, service: Service) -> dict:
    of_recordings = settings_of_recordings(service)
    values = rules.settings_json()
    if "unheard_to_people" not in of_recordings:
        values.pop("unheard_to_people")
    if service.content_type != ContentType.IMAGE:
        values.pop("exempt_image_libraries")
    return told(values, OF_SERVICE)


def video_told(rules: Rules, service: Service) -> dict:
    settings = rules.settings_json()
    return told({name: settings[name] for name in settings_of_recordings(service)}, OF_VIDEO)


def read_labels(name: str, given, *, scene: str = "") -> dict[str, dict]:
    """Of SceneConfig: `{"Labels": […]}`, as a detection type is told; empty changes nothing."""
    if not given:
        return {}
    if not isinstance(given, dict) or not isinstance(labels := given.get("Labels"), list):
        raise invalid(name, 'an object with the list "Labels" is expected.')
    read(name, given, {"Labels": "labels"}, beside=TOLD_ONLY)
    found = {}
    for one in labels:
        code = one.get("Label") if isinstance(one, dict) else None
        if not isinstance(code, str) or not code:
            raise invalid(name, 'each of "Labels" is an object with its "Label".')
        if scene and group_of(code) != scene:
            raise invalid(name, f"{code} does not belong to the scene {scene}.")
        found[code] = read(f"{name}.{code}", one, LABEL, beside=TOLD_ONLY)
    return found


def changed(rules: Rules, changes: dict) -> Rules:
    """The rules with these changes, read as strictly as those of the REST API."""
    try:
        return msgspec.convert(changes, RulesChanges).over(rules)
    except msgspec.ValidationError as error:
        raise invalid("Config", f"{error}.") from error
