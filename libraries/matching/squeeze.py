"""The second view of a text: without what writers put between and in place of letters to hide a word. Pure.

    b-a-d   b.a.d   b a d   微 信   加 v 信   s3x   b@d   a$$

Only the parts of a text that look like that are in the view; an ordinary text has none, which is found out
quickly. Signs join any pieces (pe-nis), white space joins single letters and Chinese characters only: from
"the pen is red" nothing may be read that is not there.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from libraries.matching.folding import is_border, is_letter, is_wordless
from libraries.matching.lookalikes import LEET
from libraries.matching.normalise import View

WALL = "\n"
LONGEST_GAP = 3
LONGEST_BESIDE_HAN = 2
ALSO_MASKS = frozenset("*./\\_|'`·•&#")
MASK_KINDS = frozenset({"Pd", "Pc", "So", "Sk", "Sm"})

HAN = r"\u3005\u3007\u3040-\u30ff\u3400-\u9fff"
SIGN = r"*\-_.·•|/\\~^+=#&`<>\u2000-\u2bff\u3012\u3013\ufe00-\ufe6f\U0001f000-\U0001faff"
LONE = r"[^\W_" + HAN + r"]"
# Each begins with what is rare in ordinary texts, so that looking through one takes a few microseconds.
SIGNS_AMONG_LETTERS = (
    re.compile(r"[0134578@$!](?:(?<=[a-z].)|(?=[a-z]))"),
    re.compile(rf"[{SIGN}](?<=[^\W\d_].)[{SIGN}]{{0,2}}(?=[^\W_])"),
    re.compile(rf" {LONE}(?=[ {SIGN}]{{1,3}}({LONE})(?![^\W_]))"),
)
SIGNS_AMONG_HAN = (
    re.compile(rf"[ {SIGN}](?<=[{HAN}].)[ {SIGN}]{{0,2}}(?=[{HAN}]|[a-z0-9]{{1,2}}(?![a-z0-9]))"),
    re.compile(rf"[ {SIGN}](?<=[a-z0-9].)(?<![a-z0-9]{{3}}.)[ {SIGN}]{{0,2}}(?=[{HAN}])"),
)
SIGNS_OF_A_MASK = SIGNS_AMONG_LETTERS + SIGNS_AMONG_HAN
AT_START = re.compile(rf"{LONE}[ {SIGN}]{{1,3}}{LONE}(?![^\W_])")
PIECE = re.compile(r"(?:[^\W_]|[@$]|!(?=[^\W_]))+")
STANDS_FOR_A_LETTER = re.compile("[0134578@$!]")


@dataclass(slots=True)
class Squeezed:
    """`text[i]` stands for `raw[i]`, which is at `places[i]` of the normalised view."""

    text: str
    raw: str
    places: list[int]
    edges: frozenset[int]
    spread: frozenset[int]  # places before which white space was squeezed out between single letters

    def is_border(self, place: int) -> bool:
        return place in self.edges or is_border(self.text, place)

    def is_spread(self, start: int, end: int) -> bool:
        return any(place in self.spread for place in range(start + 1, end))


@dataclass(slots=True)
class Squeezing:
    """A view in the making."""

    parts: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    edges: set[int] = field(default_factory=set)
    spread: set[int] = field(default_factory=set)

    def add(self, text: str, segment: list[tuple[int, int, str]]) -> None:
        if len(segment) == 1 and not STANDS_FOR_A_LETTER.search(text, *segment[0][:2]):
            return
        for start, end, joint in segment:
            self.edges.add(len(self.places))
            if joint == "spread":
                self.spread.add(len(self.places))
            self.parts.append(text[start:end])
            self.places += range(start, end)
            self.edges.add(len(self.places))
        self.parts.append(WALL)
        self.places.append(segment[-1][1])

    def done(self) -> Squeezed | None:
        if not self.parts:
            return None
        raw = "".join(self.parts)
        return Squeezed(raw.translate(LEET), raw, self.places, frozenset(self.edges), frozenset(self.spread))


def squeeze(view: View) -> Squeezed | None:
    """The masked parts of a normalised text, or None if it has none."""
    text = view.text
    squeezing = Squeezing()
    for left, right in windows(text):
        segment: list[tuple[int, int, str]] = []
        for piece in PIECE.finditer(text, left, right):
            joint = joint_of(text, segment[-1], piece.span()) if segment else ""
            if segment and not joint:
                squeezing.add(text, segment)
                segment = []
            segment.append((*piece.span(), joint))
        if segment:
            squeezing.add(text, segment)
    return squeezing.done()


def windows(text: str) -> list[tuple[int, int]]:
    """Spans between spaces that hold a sign of a mask; those that touch are one."""
    found = []
    for sign in SIGNS_AMONG_LETTERS if text.isascii() else SIGNS_OF_A_MASK:
        for match in sign.finditer(text):
            last = match.end(1) if sign.groups else match.end()
            found.append((text.rfind(" ", 0, match.start()) + 1, text.find(" ", last) % (len(text) + 1)))
    if match := AT_START.match(text):
        found.append((0, text.find(" ", match.end()) % (len(text) + 1)))
    merged: list[tuple[int, int]] = []
    for left, right in sorted(found):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def joint_of(text: str, before: tuple, after: tuple) -> str:
    """How two pieces are joined: "sign", "spread" (white space between single letters), or not at all: ""."""
    gap = text[before[1] : after[0]]
    if len(gap) > LONGEST_GAP or not is_masking(gap):
        return ""
    if " " not in gap:
        return "sign"
    sizes = before[1] - before[0], after[1] - after[0]
    is_han = is_wordless(text[before[1] - 1]), is_wordless(text[after[0]])
    if all(is_han):
        return "sign"
    if any(is_han):
        return "sign" if sizes[is_han[0]] <= LONGEST_BESIDE_HAN else ""
    return "spread" if sizes == (1, 1) else ""


@lru_cache(maxsize=4096)
def is_masking(gap: str) -> bool:
    return all(
        character == " " or character in ALSO_MASKS or unicodedata.category(character) in MASK_KINDS
        for character in gap
    )


def bare(text: str) -> str:
    """A folded keyword as it stands in a squeezed view's `raw`."""
    return "".join(character for character in text if is_letter(character) or is_wordless(character))


def is_worn_by(keyword: str, raw: str) -> bool:
    """Is `raw` the bare keyword, with some letters, but not all, written as what looks like them?"""
    same = 0
    for meant, written in zip(keyword, raw, strict=True):
        if meant == written:
            same += not written.isdigit()
        elif meant != written.translate(LEET):
            return False
    return bool(same)
