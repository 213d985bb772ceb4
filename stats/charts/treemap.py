"""Where the tiles of a treemap stand, the largest first. Pure geometry."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import squarify

HUES = 8
NAME_SIZE, SHARE_SIZE, PAD, GAP = 13, 12, 8, 2


@dataclass(frozen=True, slots=True)
class Part:
    """What one tile shows. `code` gives it its colour, by its prefix."""

    code: str
    name: str
    share_text: str
    hits: int
    title: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    part: Part
    hue: int
    x: float
    y: float
    width: float
    height: float
    name: str
    share_text: str

    @property
    def name_at(self) -> tuple[float, float]:
        return round(self.x + PAD, 1), round(self.y + PAD + NAME_SIZE, 1)

    @property
    def share_at(self) -> tuple[float, float]:
        x, y = self.name_at
        return x, y + 18


@dataclass(frozen=True, slots=True)
class Prefix:
    name: str
    hue: int
    hits: int


@dataclass(frozen=True, slots=True)
class Treemap:
    width: int
    height: int
    tiles: list[Tile]
    prefixes: list[Prefix]


def treemap(parts: Iterable[Part], *, width: int = 960, height: int = 300) -> Treemap:
    shown = sorted((part for part in parts if part.hits > 0), key=lambda part: (-part.hits, part.code))
    prefixes = ranked_prefixes(shown)
    hues = {prefix.name: prefix.hue for prefix in prefixes}
    places = squarify.squarify(
        squarify.normalize_sizes([part.hits for part in shown], width, height), 0, 0, width, height
    )
    tiles = [tile(part, hues[prefix_of(part.code)], place) for part, place in zip(shown, places, strict=True)]
    return Treemap(width, height, tiles, prefixes)


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
    return [Prefix(name, min(rank, HUES), count) for rank, (name, count) in enumerate(ranked, start=1)]


def tile(part: Part, hue: int, place: dict) -> Tile:
    width, height = max(place["dx"] - GAP, 0.5), max(place["dy"] - GAP, 0.5)
    inside = width - 2 * PAD
    name = fitting(part.name, inside, NAME_SIZE) if height >= PAD + NAME_SIZE + 5 else ""
    has_share = name and height >= 2 * PAD + 32 and text_width(part.share_text, SHARE_SIZE) <= inside
    return Tile(
        part=part,
        hue=hue,
        x=round(place["x"] + GAP / 2, 2),
        y=round(place["y"] + GAP / 2, 2),
        width=round(width, 2),
        height=round(height, 2),
        name=name,
        share_text=part.share_text if has_share else "",
    )


def fitting(text: str, width: float, size: float) -> str:
    """The text, or as much of it as has room; nothing rather than a letter or two."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if len(kept) >= 3 else ""


def text_width(text: str, size: float) -> float:
    return sum(size if unicodedata.east_asian_width(letter) in "WF" else size * 0.58 for letter in text)
