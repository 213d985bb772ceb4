"""What differs between two sets of rules, in words of the rules page. Pure."""

from dataclasses import dataclass

from moderation.values import LabelRule, Rules

OFF = LabelRule(on=False)
SERVICE_SETTINGS = (
    "ignored_vocabularies",
    "exempt_image_libraries",
    "use_reviewed_samples",
    "review_levels",
    "manual_levels",
    "send_delay",
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
    old, new = before.to_json(), after.to_json()
    for setting in SERVICE_SETTINGS:
        if old[setting] != new[setting]:
            changes.append(Change("", setting, old[setting], new[setting]))
    return changes
