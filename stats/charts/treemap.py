"""Where the tiles of a treemap stand, the largest first. Pure geometry."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import squarify

from stats.charts.palette import LIGHT, Palette
from stats.charts.tips import Tip

HUES = 12
NAME_SIZE, SHARE_SIZE, PAD, GAP = 13, 12, 8, 2
LINE, MOST_LINES = 16, 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one tile shows. `code` gives it its colour, by its prefix."""

    code: str
    name: str
    share_text: str
    hits: int
    tip: Tip
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    part: Part
    hue: int
    colour: str
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    share_text: str

    @property
    def lines(self) -> list[tuple[str, float]]:
        """The name's lines, each with where it stands."""
        return [(text, self.line_at(place)) for place, text in enumerate(self.name)]

    @property
    def text_x(self) -> float:
        return round(self.x + PAD, 1)

    @property
    def share_y(self) -> float:
        return round(self.line_at(len(self.name)) + 1, 1)

    def line_at(self, place: int) -> float:
        return round(self.y + PAD + NAME_SIZE + place * LINE, 1)


@dataclass(frozen=True, slots=True)
class Prefix:
    name: str
    hue: int
    hits: int
    share: float


@dataclass(frozen=True, slots=True)
class Treemap:
    width: int
    height: int
    tiles: list[Tile]
    prefixes: list[Prefix]
    palette: Palette = LIGHT


def treemap(
    parts: Iterable[Part], *, width: int = 960, height: int = 300, palette: Palette = LIGHT
) -> Treemap:
    shown = sorted((part for part in parts if part.hits > 0), key=lambda part: (-part.hits, part.code))
    prefixes = ranked_prefixes(shown)
    hues = {prefix.name: prefix.hue for prefix in prefixes}
    places = squarify.squarify(
        squarify.normalize_sizes([part.hits for part in shown], width, height), 0, 0, width, height
    )
    tiles = [
        tile(part, hues[prefix_of(part.code)], place, palette)
        for part, place in zip(shown, places, strict=True)
    ]
    return Treemap(width, height, tiles, prefixes, palette)


def prefix_of(code: str) -> str:
    """What related labels have in common: `pt` of `pt_to_contact`."""
    return code.partition("_")[0]


def ranked_prefixes(parts: Iterable[Part]) -> list[Prefix]:
    """A colour each for the most frequent prefixes; all after them share the last one."""
    hits: dict[str, int] = {}
    for part in parts:
        prefix = prefix_of(part.code)
        hits[prefix] = hits.get(prefix, 0) + part.hits
    ranked = sorted(hits.items(), key=lambda entry: (-entry[1], entry[0]))
    whole = sum(hits.values())
    return [
        Prefix(name, min(rank, HUES), count, count / whole)
        for rank, (name, count) in enumerate(ranked, start=1)
    ]


def tile(part: Part, hue: int, place: dict, palette: Palette) -> Tile:
    width, height = max(place["dx"] - GAP, 0.5), max(place["dy"] - GAP, 0.5)
    inside = width - 2 * PAD
    rows = int((height - PAD - 5) // LINE)
    has_share = rows >= 2 and text_width(part.share_text, SHARE_SIZE) <= inside
    name = wrapped(part.name, inside, NAME_SIZE, most=min(rows - has_share, MOST_LINES))
    return Tile(
        part=part,
        hue=hue,
        colour=palette.hue(hue),
        x=round(place["x"] + GAP / 2, 2),
        y=round(place["y"] + GAP / 2, 2),
        width=round(width, 2),
        height=round(height, 2),
        name=name,
        share_text=part.share_text if has_share and name else "",
    )


def wrapped(text: str, width: float, size: float, *, most: int) -> tuple[str, ...]:
    """The text in lines that have room; what is left over ends the last one with an ellipsis."""
    lines: list[str] = []
    words = list(pieces(text))
    while words and len(lines) < most:
        taken = words.pop(0)
        while words and text_width((taken + words[0]).rstrip(), size) <= width:
            taken += words.pop(0)
        if len(lines) == most - 1 or text_width(taken.rstrip(), size) > width:
            taken, words = taken + "".join(words), []
        lines.append(fitting(taken.rstrip(), width, size))
    return tuple(line for line in lines if line)


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """Where a line may break: after a blank, and after every wide letter."""
    found = [""]
    for letter in text:
        found[-1] += letter
        if letter == " " or is_wide(letter):
            found.append("")
    return tuple(piece for piece in found if piece)


def fitting(text: str, width: float, size: float) -> str:
    """The text, or as much of it as has room; nothing rather than a letter or two."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if len(kept) >= 3 else ""


@lru_cache(maxsize=2**14)
def text_width(text: str, size: float) -> float:
    return sum(size if is_wide(letter) else size * 0.58 for letter in text)


@lru_cache(maxsize=2**14)
def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
