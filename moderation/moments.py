"""Moments of a recording in words: when something was seen or said in it. Pure."""

from collections.abc import Iterable

MOST_TOLD = 5


def clock(ms: int) -> str:
    """As players write it: 0:07, 12:34, 1:02:03."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment_of(evidence: dict) -> str:
    """When, or from when to when; blank for what is not of a recording."""
    if not is_of_moment(evidence):
        return ""
    # A picture that stands still is looked at once, and lasts until something else is shown.
    starts, ends = clock(begin_of(evidence)), evidence.get("until_ms", evidence.get("end_ms"))
    return starts if ends is None or clock(ends) == starts else f"{starts}–{clock(ends)}"


def is_of_moment(evidence: dict) -> bool:
    return evidence.get("at_ms") is not None or evidence.get("start_ms") is not None


def begin_of(evidence: dict) -> int:
    at = evidence.get("at_ms")
    return evidence.get("start_ms") or 0 if at is None else at


def moments_of(evidence: Iterable[dict]) -> list[str]:
    """Each moment once, in the order of the recording."""
    in_order = sorted(filter(is_of_moment, evidence), key=begin_of)
    return list(dict.fromkeys(map(moment_of, in_order)))


def in_words(moments: list[str], most: int = MOST_TOLD) -> str:
    """The first few, and how many more there are."""
    more = len(moments) - most
    return ", ".join(moments[:most]) + (f" +{more}" if more > 0 else "")
