"""How Chinese characters sound and what they are written of: tables that load when first asked for. Pure."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
FIRST_SOUND = 0xE000  # sounds are compared as characters of the private use area
MOST_READINGS = 4
MOST_DEEP = 6
MOST_KEPT = 60_000
VOWELS = frozenset("aeiouv")

# Radicals as they are written at the side of a character, and standing alone.
STANDING = dict(
    zip(
        "亻氵忄扌犭钅讠纟礻衤饣艹辶刂⺮灬罒牜攵⺌爫冫戸",
        "人水心手犬金言糸示衣食草走刀竹火网牛文小爪冰户",
        strict=True,
    )
)
# Nobody splits a character down to these.
STROKES = frozenset("一丨丶丿乀乁乂乙乚乛亅㇆㇉㇛㇇㇏㇒㇀㇐㇑㇔㇕㇖㇗㇘㇙㇚㇜㇝㇞㇟㇠㇡㇢㇣𠃊𠃋𠃌□丷")
RADICALS = frozenset(
    "亻氵忄扌犭钅讠纟礻衤饣艹辶刂⺮灬罒阝月牜攵彳冫女子口土木目火王石虫鱼鸟马足车日田禾米竹贝走门疒穴宀广尸山巾弓"
)


def entries(name: str):
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line


class Sounds:
    """`first` is a table for str.translate; `readings` has all ways to read a character."""

    def __init__(self):
        self.first: dict[int, str] = {}
        self.readings: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        seconds = []
        for number, line in enumerate(entries("han_pinyin.txt")):
            syllable, _space, characters = line.partition(" ")
            code = chr(FIRST_SOUND + number)
            if not VOWELS.isdisjoint(syllable):
                self.codes[syllable] = code
            first, _bar, second = characters.partition("|")
            self.first |= dict.fromkeys(map(ord, first), code)
            self.readings |= dict.fromkeys(first, code)
            seconds.append((second, code))
        for characters, code in seconds:
            for character in characters:
                self.readings[character] = self.readings.get(character, "") + code
        self.syllables = {code: syllable for syllable, code in self.codes.items()}
        self.longest = max(map(len, self.codes))

    def initial(self, character: str) -> str:
        code = self.first.get(ord(character))
        return self.syllables.get(code, "")[:1] if code else ""

    def split(self, letters: str) -> tuple[str, ...] | None:
        """The fewest syllables that a run of letters can be read as, or None if it cannot."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self.longest), end):
                before = best[start]
                if before is not None and letters[start:end] in self.codes:
                    held = best[end]
                    if held is None or len(before) + 1 < len(held):
                        best[end] = (*before, letters[start:end])
        return best[-1] or None


class Spelled(dict):
    """A table for str.translate that spells a character out when it first meets it."""

    def __init__(self, parts: "Parts"):
        super().__init__()
        self.parts = parts

    def __missing__(self, code: int) -> str:
        spelled = self.parts.spell(chr(code), 0)
        if len(self) < MOST_KEPT:
            self[code] = spelled
        return spelled


class Parts:
    """`whole` spells a character out down to its last parts; `core` leaves its radical away."""

    def __init__(self):
        self.pieces = {line[0]: line[1:] for text in entries("han_parts.txt") for line in text.split()}
        self.core = {ord(character): core_of(pieces) for character, pieces in self.pieces.items()}
        self.core = {code: core for code, core in self.core.items() if core}
        self.table = Spelled(self)

    def whole(self, character: str) -> str:
        return self.table[ord(character)]

    def spell(self, character: str, depth: int) -> str:
        pieces = self.pieces.get(character)
        if not pieces or depth > MOST_DEEP or not STROKES.isdisjoint(pieces):
            return STANDING.get(character, character)
        return "".join(self.spell(piece, depth + 1) for piece in pieces)


class Ordinary:
    """What is written so often that nobody hides a word in it."""

    def __init__(self):
        common, *rest = entries("han_words.txt")
        self.characters = frozenset(common)
        self.words = frozenset(
            entry[0] + second for line in rest for entry in line.split() for second in entry[1:]
        )


def core_of(pieces: str) -> str:
    if len(pieces) != 2:
        return ""
    first, last = pieces
    if first in RADICALS:
        return last
    return first if last in RADICALS else ""


@cache
def sounds() -> Sounds:
    return Sounds()


@cache
def parts() -> Parts:
    return Parts()


@cache
def ordinary() -> Ordinary:
    return Ordinary()
