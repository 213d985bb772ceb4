"""Words with letters drawn out, or some starred out: fuuuuck and f**k. Pure.

Looked for only in words that are written like that, of which ordinary texts have none.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from string import ascii_lowercase

DRAWN_OUT = frozenset(letter * 3 for letter in ascii_lowercase)
LONG_RUN = re.compile(r"([a-z])\1\1")
WORD = re.compile(r"(?<![^\W_])[a-z]+(?![^\W_])")
STARRED_WORD = re.compile(r"(?<![^\W_*])[a-z]+\*{1,3}[a-z]+(?![^\W_*])")
RUN = re.compile(r"([a-z])\1*")
SHORTEST_DRAWN_OUT, SHORTEST_STARRED = 3, 4
DRAWN = 3


class Stretches:
    """The words of letters among patterns, by what remains of them."""

    def __init__(self, literal: Mapping[str, list]):
        self.literal = literal
        self.bare: dict[str, list[str]] = {}
        self.ends: dict[str, list[str]] = {}
        for pattern in literal:
            if not (pattern.isascii() and pattern.isalpha()):
                continue
            if len(pattern) >= SHORTEST_DRAWN_OUT:
                self.bare.setdefault(once(pattern), []).append(pattern)
            if len(pattern) >= SHORTEST_STARRED:
                self.ends.setdefault(ends_of(pattern), []).append(pattern)

    def find(self, text: str) -> Iterator[tuple[list, int, int]]:
        for word in WORD.finditer(text):
            if LONG_RUN.search(word.group()):
                runs = runs_of(word.group())
                for pattern in self.bare.get(once(word.group()), ()):
                    if is_drawn_out(runs_of(pattern), runs):
                        yield self.literal[pattern], *word.span()
        for word in STARRED_WORD.finditer(text):
            for pattern in self.ends.get(ends_of(word.group()), ()):
                if all(seen in ("*", meant) for meant, seen in zip(pattern, word.group(), strict=True)):
                    yield self.literal[pattern], *word.span()


def once(word: str) -> str:
    return RUN.sub(r"\1", word)


def runs_of(word: str) -> list[int]:
    return [len(list(same)) for _letter, same in groupby(word)]


def is_drawn_out(meant: list[int], written: list[int]) -> bool:
    """Each letter as often as it should be, or drawn out."""
    return all(many == few or many >= max(DRAWN, few) for few, many in zip(meant, written, strict=True))


def ends_of(word: str) -> str:
    return f"{word[0]}{len(word)}{word[-1]}"
