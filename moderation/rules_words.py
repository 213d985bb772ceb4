"""Changes of rules told in the words of the rules page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from moderation.catalogue.groups import group_name
from moderation.catalogue.names import BY_CODE, label_name
from moderation.models.content import RiskLevel
from moderation.rules_diff import Change

SETTINGS = {
    "on": _("Detection status"),
    "medium": _("Medium-risk score"),
    "high": _("High-risk score"),
    "vocabularies": _("Vocabularies"),
    "image_libraries": _("Image libraries"),
    "ignored_vocabularies": _("Ignored vocabularies"),
    "exempt_image_libraries": _("Exempt image libraries"),
    "use_reviewed_samples": _("Answers of reviewers used again"),
    "review_levels": _("Levels for audit"),
    "manual_levels": _("Levels for manual review"),
    "send_delay": _("Seconds in which a decision can be undone before it is sent"),
    "image_services": _("Services that judge the frames"),
    "audio_service": _("Service that judges the speech"),
    "every_ms": _("Seconds between the frames looked at"),
    "most_frames": _("Frames looked at, at most"),
    "sees_cuts": _("Frames after scene cuts"),
    "reads": _("Frames whose text is read"),
    "unheard_to_people": _("Speech that nothing can hear goes to people"),
}
READS = {"cuts": _("after scene cuts"), "all": _("all"), "none": _("none")}
KINDS = {
    "vocabularies": "vocabulary",
    "ignored_vocabularies": "vocabulary",
    "image_libraries": "image_library",
    "exempt_image_libraries": "image_library",
}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """`group` and `label` are blank for what concerns the whole service."""

    group: str
    code: str
    label: str
    setting: str
    before: str
    after: str


def told(changes: Iterable[Change], names: Mapping[tuple[str, int], str]) -> list[ToldChange]:
    """`names` are those of vocabularies and image libraries, by kind and id."""
    return [
        ToldChange(
            group=group_name(BY_CODE[change.label].group) if change.label in BY_CODE else "",
            code=change.label,
            label=label_name(change.label) if change.label else "",
            setting=str(SETTINGS[change.setting]),
            before=in_words(change.setting, change.before, names),
            after=in_words(change.setting, change.after, names),
        )
        for change in changes
    ]


def in_words(setting: str, value, names: Mapping[tuple[str, int], str]) -> str:
    if isinstance(value, bool):
        return now_in_words("on") if value else now_in_words("off")
    if setting in KINDS:
        gone = now_in_words("deleted")
        shown = [names.get((KINDS[setting], one)) or f"#{one} ({gone})" for one in value]
        return ", ".join(shown) or now_in_words("none")
    if setting in ("review_levels", "manual_levels"):
        return ", ".join(str(RiskLevel(level).label) for level in reversed(value)) or now_in_words("none")
    if setting == "every_ms":
        return localize(value / 1000 if value % 1000 else value // 1000)
    if setting == "reads":
        return str(READS[value])
    if setting == "image_services":
        return ", ".join(value) or now_in_words("none")
    if setting == "audio_service":
        return value or now_in_words("none")
    return localize(int(value) if value == int(value) else value)
