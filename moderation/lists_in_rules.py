"""Which of an account's own lists stand in rules, and as what. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from moderation.values import LabelRule, Rules

BLACK, WHITE, IGNORE = "BLACK", "WHITE", "IGNORE"
CUSTOMIZED = ("customized", "C_customized")

Lists = str  # the name of the field of a label's rule: vocabularies or image_libraries


def under_labels(rules: Rules, field: Lists, codes: Iterable[str]) -> list[int]:
    """The lists that flag under any of these labels."""
    found = {
        number for code in codes if code in rules.labels for number in getattr(rules.labels[code], field)
    }
    return sorted(found)


def flag(rules: Rules, field: Lists, numbers: Iterable[int], codes: list[str]) -> Rules:
    """These lists flag under the given labels and no others do; new ones stand under the first that is on."""
    wanted = set(numbers)
    labels = dict(rules.labels)
    held: set[int] = set()
    for code in codes:
        if code in labels:
            kept = [number for number in getattr(labels[code], field) if number in wanted]
            labels[code] = replace(labels[code], **{field: tuple(kept)})
            held |= set(kept)
    if new := wanted - held:
        code = first_in_use(rules, codes)
        rule = labels.get(code, LabelRule())
        lists = tuple(sorted({*getattr(rule, field), *new}))
        labels[code] = replace(rule, on=True, **{field: lists})
    return replace(rules, labels=labels)


def first_in_use(rules: Rules, codes: list[str]) -> str:
    there = [code for code in codes if code in rules.labels]
    return next((code for code in there if rules.labels[code].on), (there or codes)[0])


def fitting(codes: Iterable[str], content_type: str, takes: Callable[[str, str], bool]) -> list[str]:
    return [code for code in codes if takes(content_type, code)]
