"""Which steps of the normalisation changed a text, and which view made a keyword found. Pure."""

import unicodedata
from typing import NamedTuple

from libraries.matching.folding import FOLDS, LOOSE_MARKS, is_invisible
from libraries.matching.keyword_index import MASKED, KeywordHit
from libraries.matching.lookalikes import VARIANTS
from libraries.matching.normalise import WORD, folded, in_one_alphabet
from libraries.matching.squeeze import bare

INVISIBLE, WIDTH, CASE, ACCENTS, CONFUSABLES, TRADITIONAL, SPACES = (
    "invisible",
    "width",
    "case",
    "accents",
    "confusables",
    "traditional",
    "spaces",
)
SEPARATORS, LEET = "separators", "leet"


class Step(NamedTuple):
    name: str
    text: str


def steps(text: str) -> list[Step]:
    """The text after each step that changed it, in the order in which they are easiest to follow."""
    taken = []
    for name, change in CHANGES.items():
        changed = change(text)
        if changed != text:
            text = changed
            taken.append(Step(name, text))
    return taken


def visible(text: str) -> str:
    return "".join(letter for letter in text if letter.isspace() or not is_invisible(letter))


def narrow(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))


def unaccented(text: str) -> str:
    return "".join(plain(letter) for letter in unicodedata.normalize("NFC", text))


def plain(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return LOOSE_MARKS.sub("", parts) if parts[0] <= "\u03ff" else LOOSE_MARKS.sub("", letter)


def in_plain_letters(text: str) -> str:
    return WORD.sub(in_one_alphabet, text.translate(VARIANTS))


def in_simplified(text: str) -> str:
    return "".join(FOLDS.simplified.get(letter, letter) for letter in text)


CHANGES = {
    INVISIBLE: visible,
    WIDTH: narrow,
    CASE: str.casefold,
    ACCENTS: unaccented,
    CONFUSABLES: in_plain_letters,
    TRADITIONAL: in_simplified,
    SPACES: lambda text: " ".join(text.split()),
}


def how(hit: KeywordHit) -> list[str]:
    """The names of what it took to find the keyword in what stood there: none if it is written so."""
    if hit.matched == hit.keyword:
        return []
    taken = [step.name for step in steps(hit.matched)]
    if hit.rule == MASKED:
        if bare(folded(hit.matched)) != folded(hit.matched):
            taken.append(SEPARATORS)
        if hit.compared != bare(folded(hit.keyword)):
            taken.append(LEET)
    elif hit.rule != "plain":
        taken += hit.rule.split(" + ")
    return list(dict.fromkeys(taken))
