"""Keywords written in other ways, where a vocabulary asks for them. Pure.

    pinyin      女权 as nü quan, nvquan, 女quan       homophones  女权 as 女劝
    initials    同性恋 as txl                         emoji       妈 as 🐴
    split       骗子 as 马扁子                        lookalikes  福建 as 蝠建

What a vocabulary does not ask for costs nothing: its words are not in the automata of these views.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from libraries.matching.emoji_sounds import MEANT
from libraries.matching.folding import is_border, is_wordless
from libraries.matching.han import MOST_READINGS, ordinary, parts
from libraries.matching.sounds import initials, listen, spoken

PINYIN, INITIALS, HOMOPHONES, SPLIT, LOOKALIKES, EMOJI = (
    "pinyin",
    "initials",
    "homophones",
    "split",
    "lookalikes",
    "emoji",
)
VARIANTS = (PINYIN, INITIALS, SPLIT, EMOJI, HOMOPHONES, LOOKALIKES)
HEARD = frozenset({PINYIN, HOMOPHONES, EMOJI})
SHORTEST_INITIALS = 3
SHORTEST = 2
# A word of so many sounds is found within a run of letters, too: panduan is hardly an English word.
SURE_SOUNDS = 3

Owner = tuple[int, int, str]


class Found(NamedTuple):
    owner: Owner
    start: int
    end: int
    form: str
    rule: str


class Wanted(NamedTuple):
    owner: Owner
    pattern: str
    ways: frozenset[str]


class Patterns:
    """An automaton whose patterns have several owners."""

    def __init__(self):
        self.wanted: dict[str, list[Wanted]] = {}

    def add(self, pattern: str, wanted: Wanted) -> None:
        self.wanted.setdefault(pattern, []).append(wanted)

    def ready(self) -> "Patterns":
        self.owners = list(self.wanted.values())
        self.size = len(self.owners)
        self.automaton = AhoCorasick(
            list(self.wanted) or [" never "],
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )
        self.wanted = {}
        return self

    def find(self, text: str) -> Iterator[tuple[list[Wanted], int, int]]:
        if self.size:
            for number, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
                yield self.owners[number], start, end


class VariantIndex:
    def __init__(self, entries: Iterable[tuple[str, Owner, frozenset[str]]]):
        """From (folded keyword, owner, the ways in which its vocabulary wants it found)."""
        self.heard, self.short, self.shaped, self.split = Patterns(), Patterns(), Patterns(), Patterns()
        self.hears_letters = False
        for pattern, owner, ways in entries:
            self.add(Wanted(owner, pattern, ways))
        for patterns in (self.heard, self.short, self.shaped, self.split):
            patterns.ready()
        self.size = self.heard.size + self.short.size + self.shaped.size + self.split.size

    def add(self, wanted: Wanted) -> None:
        pattern, ways = wanted.pattern, wanted.ways
        han = sum(map(is_wordless, pattern))
        if han < SHORTEST:
            return
        if ways & HEARD:
            self.hears_letters |= PINYIN in ways
            for heard in spoken(pattern, MOST_READINGS):
                self.heard.add(heard, wanted)
        if INITIALS in ways and han >= SHORTEST_INITIALS and (letters := initials(pattern)):
            self.short.add(letters, wanted)
        if LOOKALIKES in ways:
            self.shaped.add(pattern.translate(parts().core), wanted)
        if SPLIT in ways:
            self.split.add("".join(map(parts().whole, pattern)), wanted)

    def find(self, text: str) -> Iterator[Found]:
        """In a normalised text. `start` and `end` are places in it."""
        yield from self.find_heard(text)
        yield from self.find_short(text)
        if not text.isascii():
            yield from self.find_shaped(text)
            yield from self.find_split(text)

    def find_heard(self, text: str) -> Iterator[Found]:
        if not self.heard.size:
            return
        heard = listen(text, to_letters=self.hears_letters)
        for owners, start, end in self.heard.find(heard.text):
            units = [text[heard.starts[place] : heard.ends[place]] for place in range(start, end)]
            first, last = heard.starts[start], heard.ends[end - 1]
            is_whole = is_border(text, first) and is_border(text, last)
            for wanted in owners:
                needs = heard_by(wanted.pattern, units)
                if not needs or not needs <= wanted.ways:
                    continue
                if not is_whole and (PINYIN not in needs or end - start < SURE_SOUNDS):
                    continue
                yield Found(wanted.owner, first, last, " ".join(units), " + ".join(sorted(needs)))

    def find_short(self, text: str) -> Iterator[Found]:
        for owners, start, end in self.short.find(text):
            if is_border(text, start) and is_border(text, end):
                for wanted in owners:
                    yield Found(wanted.owner, start, end, text[start:end], INITIALS)

    def find_shaped(self, text: str) -> Iterator[Found]:
        if not self.shaped.size:
            return
        for owners, start, end in self.shaped.find(text.translate(parts().core)):
            if is_border(text, start) and is_border(text, end):
                written = text[start:end]
                for wanted in owners:
                    if looks_like(wanted.pattern, written):
                        yield Found(wanted.owner, start, end, written, LOOKALIKES)

    def find_split(self, text: str) -> Iterator[Found]:
        if not self.split.size:
            return
        begins: dict[int, int] = {}
        for owners, start, end in self.split.find(text.translate(parts().table)):
            begins = begins or beginnings(text)
            if start not in begins or end not in begins:
                continue
            first, last = begins[start], begins[end]
            for wanted in owners:
                if last - first > len(wanted.pattern) and is_split(wanted.pattern, start, begins):
                    yield Found(wanted.owner, first, last, text[first:last], SPLIT)


def beginnings(text: str) -> dict[int, int]:
    """Where each character of the text begins when all are spelled out; and where the last one ends."""
    begins, length = {}, 0
    for place, character in enumerate(text):
        begins[length] = place
        length += len(parts().whole(character))
    return begins | {length: len(text)}


def heard_by(pattern: str, units: list[str]) -> frozenset[str]:
    """What it takes to hear the keyword in these units; empty if it stands there as it is."""
    meant = [character for character in pattern if character not in " '-_.·"]
    needs = set()
    for character, unit in zip(meant, units, strict=True):
        if unit == character:
            continue
        if unit in MEANT:
            needs.add(EMOJI)
        elif unit.isascii():
            needs.add(PINYIN)
        else:
            needs.add(HOMOPHONES)
    if HOMOPHONES in needs and is_ordinary("".join(meant), units):
        return frozenset()
    return frozenset(needs)


def looks_like(pattern: str, written: str) -> bool:
    return pattern != written and not is_ordinary(pattern, written)


def is_ordinary(meant: str, written: Sequence[str]) -> bool:
    """Of two characters many sound or look alike, and stand there for reasons of their own."""
    if len(meant) > 2:
        return False
    common = ordinary()
    changed = {other for one, other in zip(meant, written, strict=True) if one != other}
    return not changed.isdisjoint(common.characters) or "".join(written) in common.words


def is_split(pattern: str, start: int, begins: dict[int, int]) -> bool:
    """Does each character of the keyword begin where one of the text begins?"""
    place = start
    for character in pattern:
        if place not in begins:
            return False
        place += len(parts().whole(character))
    return True
