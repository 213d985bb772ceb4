"""When each word of a transcript was said, from the times of the recogniser's tokens. Pure."""

import re
from collections.abc import Sequence

from moderation.detectors.base import Stretch

# Scripts without spaces are timed by the character.
PIECE = re.compile(r"[\u2e80-\ua4cf\uf900-\uffef]|[^\s\u2e80-\ua4cf\uf900-\uffef]+")
# Pieces of words carry marks of where a word begins or goes on.
MARKS = re.compile(r"@@$|[\u2581\s]|<\|[^|]*\|>")
# A token is looked for no further on than this: it may be written otherwise in the text.
AHEAD = 12
UNKNOWN_MS, LONGEST_MS = 200, 2_000


def timed(
    text: str, tokens: Sequence[str], seconds: Sequence[float], *, total_ms: int
) -> list[tuple[str, Stretch]]:
    """The words in their order, each with its stretch. Without times each has the whole of it."""
    found = list(PIECE.finditer(text))
    known = times_of(text.lower(), tokens, seconds)
    starts = [first(known, match.span()) for match in found]
    if not any(start is not None for start in starts):
        return [(match[0], (0, total_ms)) for match in found]
    words, end = [], total_ms
    for match, start in zip(reversed(found), reversed(starts), strict=True):
        # A word that was not found among the tokens lies between its neighbours.
        at = min(start, end) if start is not None else max(0, end - UNKNOWN_MS)
        words.append((match[0], (at, min(end, at + LONGEST_MS))))
        end = at
    return words[::-1]


def first(known: dict[int, int], span: tuple[int, int]) -> int | None:
    return next((known[place] for place in range(*span) if place in known), None)


def times_of(text: str, tokens: Sequence[str], seconds: Sequence[float]) -> dict[int, int]:
    """Milliseconds at which the characters at these places begin."""
    if len(tokens) != len(seconds):
        return {}
    known, cursor = {}, 0
    for token, second in zip(tokens, seconds, strict=True):
        plain = MARKS.sub("", token).lower()
        place = text.find(plain, cursor, cursor + AHEAD + len(plain)) if plain else -1
        if place >= 0:
            known.setdefault(place, round(second * 1000))
            cursor = place + len(plain)
    return known
