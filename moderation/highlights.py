"""A text cut at the ends of the machine's hits. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from moderation.moments import is_of_moment


@dataclass(frozen=True, slots=True)
class Part:
    """`labels` are the codes of the hits that cover the part; none: plain text."""

    text: str
    labels: tuple[str, ...] = ()


def parts_of(content: str, labels: list[dict]) -> list[Part]:
    """What was seen or said in a recording counts in the text of its moment, not in that of the whole."""
    spans = [
        (found["start"], found["end"], label["label"])
        for label in labels
        for found in label.get("evidence", ())
        if "start" in found and not is_of_moment(found)
    ]
    inner = {edge for start, end, _code in spans for edge in (start, end) if 0 < edge < len(content)}
    return [
        Part(
            content[start:end],
            tuple(sorted({code for first, last, code in spans if first <= start and end <= last})),
        )
        for start, end in pairwise(sorted({0, *inner, len(content)}))
    ]
