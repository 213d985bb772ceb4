"""Where the parts of a column chart stand: what hit below, what did not on top. Pure geometry."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from stats.charts.palette import LIGHT, Palette
from stats.charts.tips import Tip

GAP = 0.28
LETTER = 6.6
EDGE = 20
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column shows. `tip` is told on hovering; links lead to the results behind it and its parts.

    `before` is how high the column of the period before was, None where nothing is compared.
    """

    name: str
    hits: int
    clean: int
    tip: Tip
    link: str = ""
    hits_link: str = ""
    clean_link: str = ""
    before: int | None = None

    @property
    def highest(self) -> int:
        return max(self.hits + self.clean, self.before or 0)


@dataclass(frozen=True, slots=True)
class Bar:
    column: Column
    x: float
    width: float
    hits_y: float
    hits_height: float
    clean_y: float
    clean_height: float
    area_x: float
    area_width: float
    before_y: float | None = None

    @property
    def mark_from(self) -> float:
        """Where the mark of the period before begins: it stands out of its column on both sides."""
        return round(self.x - min(4, (self.area_width - self.width) / 2), 2)

    @property
    def mark_to(self) -> float:
        return round(self.x + self.width + (self.x - self.mark_from), 2)


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    width: int
    height: int
    left: float
    right: float
    top: float
    floor: float
    bars: list[Bar]
    levels: list[Mark]
    names: list[Mark]
    palette: Palette = LIGHT

    @property
    def is_compared(self) -> bool:
        return any(bar.before_y is not None for bar in self.bars)

    @property
    def drop(self) -> float:
        return self.floor - self.top

    @property
    def levels_end(self) -> float:
        return round(self.left - 6, 1)

    @property
    def names_base(self) -> float:
        return self.height - 7


def column_chart(
    columns: list[Column],
    *,
    spell: Callable[[int], str] = str,
    width: int = 960,
    height: int = 260,
    palette: Palette = LIGHT,
) -> ColumnChart:
    steps = even_steps(max((column.highest for column in columns), default=0))
    texts = [spell(step) for step in steps]
    left, right, top, floor = 12 + LETTER * max(map(len, texts)), width - EDGE, 10, height - 24
    tall = (floor - top) / steps[-1]
    slot = (right - left) / max(len(columns), 1)
    bars = [bar(column, left + slot * place, slot, floor, tall) for place, column in enumerate(columns)]
    return ColumnChart(
        width=width,
        height=height,
        left=round(left, 1),
        right=right,
        top=top,
        floor=floor,
        bars=bars,
        levels=[Mark(round(floor - step * tall, 1), text) for step, text in zip(steps, texts, strict=True)],
        names=names_under(bars, slot),
        palette=palette,
    )


def bar(column: Column, start: float, slot: float, floor: float, tall: float) -> Bar:
    thick = min(slot * (1 - GAP), 56)
    hits, clean = column.hits * tall, column.clean * tall
    return Bar(
        column=column,
        x=round(start + (slot - thick) / 2, 2),
        width=round(thick, 2),
        hits_y=round(floor - hits, 2),
        hits_height=round(hits, 2),
        clean_y=round(floor - hits - clean, 2),
        clean_height=round(clean, 2),
        area_x=round(start, 2),
        area_width=round(slot, 2),
        before_y=None if column.before is None else round(floor - column.before * tall, 2),
    )


def names_under(bars: list[Bar], slot: float) -> list[Mark]:
    """As many names as stand beside each other without touching, evenly spread, the last one always."""
    if not bars:
        return []
    longest = max(len(bar.column.name) for bar in bars) * LETTER + 10
    every = max(1, -int(-longest // slot))
    last = len(bars) - 1
    return [
        Mark(round(bar.area_x + bar.area_width / 2, 1), bar.column.name)
        for place, bar in enumerate(bars)
        if (last - place) % every == 0
    ]


def even_steps(most: int, *, lines: int = 4) -> list[int]:
    """Round whole numbers from 0 to at least `most`, in about as many steps as there are lines."""
    for power in count():
        for digit in STEPS:
            step = digit * 10**power
            if step * lines >= most:
                return [step * line for line in range(-(-most // step) + 1)] if most else [0, 1]
    raise AssertionError("unreachable")
