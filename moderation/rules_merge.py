"""Bringing an editor's changes over what a colleague published meanwhile. Pure."""

from dataclasses import dataclass, replace

from moderation.rules_diff import OFF, Change, rules_diff
from moderation.values import Level, Rules

LISTS = (
    "vocabularies",
    "image_libraries",
    "ignored_vocabularies",
    "exempt_image_libraries",
    "image_services",
)


@dataclass(frozen=True, slots=True)
class Merge:
    """`rules` are the colleague's with the editor's changes; `disputed` are settings that both changed."""

    rules: Rules
    disputed: tuple[Change, ...]


def merge(*, base: Rules, ours: Rules, theirs: Rules) -> Merge:
    """Setting by setting, ours over theirs."""
    changed_by_them = {(change.label, change.setting): change.after for change in rules_diff(base, theirs)}
    merged, disputed = theirs, []
    for change in rules_diff(base, ours):
        place = change.label, change.setting
        if place in changed_by_them and changed_by_them[place] != change.after:
            disputed.append(Change(*place, changed_by_them[place], change.after))
        merged = applied(merged, change)
    return Merge(merged, tuple(disputed))


def applied(rules: Rules, change: Change) -> Rules:
    value = change.after
    if change.setting in LISTS:
        value = tuple(value)
    if change.setting in ("review_levels", "manual_levels"):
        value = frozenset(map(Level, value))
    if not change.label:
        return replace(rules, **{change.setting: value})
    rule = replace(rules.labels.get(change.label, OFF), **{change.setting: value})
    return replace(rules, labels={**rules.labels, change.label: rule})
