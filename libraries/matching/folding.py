"""How characters are folded before anything is compared. Pure."""

import re
import unicodedata
from pathlib import Path

from libraries.matching.lookalikes import VARIANTS

HAN = Path(__file__).with_name("han_simplified.txt")

# Marks that any writer can put on any letter, and points that Arabic and Hebrew are written without:
# taken off. Marks that make another letter (й, が, the vowels of Hindi and Thai) stay.
LOOSE_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]+"
)
# Letters and marks without any ink, beside the format characters and the variation selectors.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# What may melt into the character before it: combining marks, half-width voice marks, parts of Hangul.
MELTING = re.compile("[\uff9e\uff9f\u1160-\u11ff]")
SHIFT = "\0"
MOST_KEPT = 60_000


def simplified() -> dict[str, str]:
    lines = HAN.read_text(encoding="utf-8").splitlines()
    pairs = {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}
    return {traditional: pairs.get(simple, simple) for traditional, simple in pairs.items()}


class Folds(dict):
    """A table for str.translate that works out a character when it first meets it."""

    def __init__(self):
        super().__init__()
        self.simplified = simplified()

    def __missing__(self, code: int) -> str:
        folded = self.fold(chr(code))
        if len(self) < MOST_KEPT:
            self[code] = folded
        return folded

    def fold(self, character: str) -> str:
        if character.isspace():
            return " "
        if is_invisible(character):
            return ""
        if unicodedata.normalize("NFKD", character)[0] <= "\u03ff":
            plain = LOOSE_MARKS.sub("", unicodedata.normalize("NFKD", character))
        else:
            plain = LOOSE_MARKS.sub("", unicodedata.normalize("NFKC", character))
        lowered = LOOSE_MARKS.sub("", unicodedata.normalize("NFKC", plain.casefold()))
        shown = "".join(self.simplified.get(part, part) for part in lowered.translate(VARIANTS))
        return " ".join(shown.split()) or " " * shown.isspace()


class OneToOne(dict):
    """The same for most characters; those that shift what follows, or melt together, fold to SHIFT."""

    def __missing__(self, code: int) -> str:
        folded = FOLDS[code]
        shifts = len(folded) != 1 or is_melting(chr(code)) or not code
        self[code] = SHIFT if shifts else folded
        if len(self) > MOST_KEPT:
            del self[code]
        return SHIFT if shifts else folded


def is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cf", "Cc", "Cs"}
        or character in BLANK
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or "\u180b" <= character <= "\u180f"
    )


def is_melting(character: str) -> bool:
    return unicodedata.combining(character) != 0 or bool(MELTING.match(character))


def is_wordless(character: str) -> bool:
    """Is this a character of a script that writes without spaces, where any place may begin a word?"""
    return (
        "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
        or "\u0e00" <= character <= "\u0eff"
        or "\uac00" <= character <= "\ud7a3"
        or character in "\u3005\u3007"
    )


def is_letter(character: str) -> bool:
    """Does this character continue a word of a script that writes with spaces? Marks do, too."""
    if is_wordless(character):
        return False
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def is_border(text: str, place: int) -> bool:
    """May a word begin or end before this place? Only not inside a run of letters."""
    if not 0 < place < len(text):
        return True
    return not (is_letter(text[place - 1]) and is_letter(text[place]))


FOLDS = Folds()
ONE_TO_ONE = OneToOne()
