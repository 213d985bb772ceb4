"""The text as it is compared: folded, with the way back to the text as it was sent. Pure.

Case, width, invisible characters, accents, look-alike letters and traditional characters are folded, and
white space is made single. What writers do to hide a word is undone in another view: see `squeeze`.
"""

import re
import unicodedata
from dataclasses import dataclass

from libraries.matching.folding import FOLDS, LOOSE_MARKS, ONE_TO_ONE, SHIFT, is_melting
from libraries.matching.lookalikes import TO_CYRILLIC, TO_LATIN

OTHER_ALPHABET = re.compile(r"[\u0370-\u052f]")
MIXED = re.compile(r"[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]")
LATIN = re.compile("[a-z]")
WORD = re.compile(r"[a-z0-9\u0370-\u052f]+")
PLAIN_SPACES = str.maketrans("\t\n\r\v\f", "     ")


@dataclass(frozen=True, slots=True)
class View:
    """Character i of `text` came from `starts[i]` to `ends[i]`; None: all stand where they stood."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that a span of this view came from."""
        if self.starts is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def without(self, is_dropped) -> "View":
        """The view without the characters at the places for which `is_dropped` holds."""
        kept = [place for place in range(len(self.text)) if not is_dropped(place)]
        starts = kept if self.starts is None else [self.starts[place] for place in kept]
        ends = [place + 1 for place in kept] if self.ends is None else [self.ends[place] for place in kept]
        return View("".join(self.text[place] for place in kept), starts, ends)


def normalise(text: str) -> View:
    if text.isascii():
        plain = text if text.isprintable() else text.translate(PLAIN_SPACES)
        if plain.isprintable():
            return single_spaced(View(plain.lower()))
    folded = text.translate(ONE_TO_ONE)
    view = View(folded) if SHIFT not in folded else shifted(text)
    if OTHER_ALPHABET.search(view.text) and MIXED.search(view.text):
        view = View(WORD.sub(in_one_alphabet, view.text), view.starts, view.ends)
    return single_spaced(view)


def shifted(text: str) -> View:
    """For texts in which characters vanish, become several, or melt together."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in clusters(text):
        part = FOLDS[ord(text[start])] if end == start + 1 else fold_cluster(text[start:end])
        parts.append(part)
        starts += [start] * len(part)
        ends += [end] * len(part)
    return View("".join(parts), starts, ends)


def clusters(text: str):
    """Spans of a character with all that may melt into it; what is invisible between them is theirs too."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not is_melting(text[place]):
            yield start, place
            start = place


def fold_cluster(cluster: str) -> str:
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", cluster))
    return LOOSE_MARKS.sub("", "".join(FOLDS[ord(character)] for character in composed))


def in_one_alphabet(word: re.Match) -> str:
    """A word of several alphabets in the one it can be written in: Latin, else Cyrillic, else as it is."""
    found = word.group()
    if not MIXED.search(found):
        return found
    latin = found.translate(TO_LATIN)
    if not OTHER_ALPHABET.search(latin):
        return latin
    cyrillic = found.translate(TO_CYRILLIC)
    return latin if LATIN.search(cyrillic) else cyrillic


def single_spaced(view: View) -> View:
    text = view.text
    if "  " not in text:
        return view
    return view.without(lambda place: place and text[place] == " " == text[place - 1])


def folded(text: str) -> str:
    """A keyword or a sample in the form in which it is compared."""
    return normalise(text).text.strip()
