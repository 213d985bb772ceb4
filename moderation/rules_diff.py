"""What differs between two sets of rules, in words of the rules page. Pure."""

from dataclasses import dataclass

from moderation.values import MEDIA_SETTINGS, LabelRule, Rules

OFF = LabelRule(on=False)
SERVICE_SETTINGS = (
    "ignored_vocabularies",
    "exempt_image_libraries",
    "use_reviewed_samples",
    "review_levels",
    "manual_levels",
    "send_delay",
    "image_services",
    *MEDIA_SETTINGS,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs; `label` is blank for settings of the whole service."""

    label: str
    setting: str
    before: object
    after: object

    def as_dict(self) -> dict:
        return {
            "label": self.label,
            "setting": self.setting,
            "before": self.before,
            "after": self.after,
        }


def rules_diff(before: Rules, after: Rules) -> list[Change]:
    changes = []
    for code in sorted(before.labels.keys() | after.labels.keys()):
        old, new = before.labels.get(code, OFF), after.labels.get(code, OFF)
        for setting in ("on", "medium", "high"):
            if getattr(old, setting) != getattr(new, setting):
                changes.append(Change(code, setting, getattr(old, setting), getattr(new, setting)))
        for setting in ("vocabularies", "image_libraries"):
            lists = sorted(getattr(old, setting)), sorted(getattr(new, setting))
            if lists[0] != lists[1]:
                changes.append(Change(code, setting, *lists))
    old, new = before.settings_json(), after.settings_json()
    changes += [Change("", name, old[name], new[name]) for name in SERVICE_SETTINGS if old[name] != new[name]]
    return changes
