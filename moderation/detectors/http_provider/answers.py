"""How a provider's JSON is read: data, so that any answer of labels and scores can be described. Pure.

`at` is a JSON Pointer (RFC 6901) to what holds the labels. `form` says what stands there:
"map": an object of scores by label; "list": objects with `label` and `score` at these pointers;
"values": numbers, of which `names` are the labels in order. `least` and `most` are the ends of the scale.
"""

import math
from dataclasses import dataclass, fields

FORMS = ("map", "list", "values")
MOST_LABELS = 200
LONGEST_LABEL = 60


class AnswerUnreadable(Exception):
    """The provider answered in another form than was described."""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    at: str = ""
    form: str = "map"
    label: str = "/label"
    score: str = "/score"
    names: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0

    def __post_init__(self):
        for name in ("at", "label", "score"):
            pointer = getattr(self, name)
            if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
                raise ValueError(f"{name} must be a JSON Pointer such as /results/0/scores.")
        if self.form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(FORMS)}.")
        if self.form == "values" and not self.names:
            raise ValueError("names must list the labels in the order of their values.")
        if not is_number(self.least) or not is_number(self.most) or self.least == self.most:
            raise ValueError("least and most must be two different numbers.")

    @classmethod
    def from_json(cls, document: dict) -> "AnswerForm":
        """Raises ValueError with the name of what is wrong."""
        if not isinstance(document, dict):
            raise ValueError("the answer must be described by an object.")
        if unknown := sorted(set(document) - {field.name for field in fields(cls)}):
            raise ValueError(f"there is no {', '.join(unknown)} in the description of an answer.")
        return cls(**document | {"names": tuple(document.get("names", ()))})

    def read(self, answer) -> dict[str, float]:
        """Scores from 0 to 100 by label."""
        found = pointed(answer, self.at)
        if self.form == "map":
            if not isinstance(found, dict):
                raise AnswerUnreadable(f"{self.at or '/'} holds no object.")
            pairs = list(found.items())
        elif not isinstance(found, list):
            raise AnswerUnreadable(f"{self.at or '/'} holds no list.")
        elif self.form == "list":
            pairs = [(pointed(one, self.label), pointed(one, self.score)) for one in found]
        else:
            if len(found) != len(self.names):
                raise AnswerUnreadable(f"{len(found)} values came for {len(self.names)} labels.")
            pairs = list(zip(self.names, found, strict=True))
        scores: dict[str, float] = {}
        for label, value in pairs[:MOST_LABELS]:
            name = str(label)[:LONGEST_LABEL]
            scores[name] = max(scores.get(name, 0.0), self.scaled(value))
        return scores

    def scaled(self, value) -> float:
        if not is_number(value):
            raise AnswerUnreadable(f"{value!r} is no score.")
        part = (float(value) - self.least) / (self.most - self.least)
        return round(100 * min(1.0, max(0.0, part)), 2)


def pointed(document, pointer: str):
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            document = document[int(part)] if isinstance(document, list) else document[part]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise AnswerUnreadable(f"There is no {pointer} in the answer.") from error
    return document


def is_number(value) -> bool:
    """True and false count as 1 and 0: some providers only say whether."""
    return isinstance(value, int | float) and math.isfinite(value)
