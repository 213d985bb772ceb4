"""Where the parts of small charts stand. Pure geometry: the template draws, the style sheet colours."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FLOOR, TOP, LEFT = 720, 180, 156, 12, 40
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960, 1440)
LINES = 4


@dataclass(frozen=True, slots=True)
class Day:
    """Minutes that were seen on a day: of what is severe, and of the rest."""

    name: str
    severe: float
    other: float
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    day: Day
    x: float
    middle: float
    width: float
    severe_y: float
    severe_height: float
    other_y: float
    other_height: float


@dataclass(frozen=True, slots=True)
class DayChart:
    bars: list[Bar]
    levels: list[tuple[float, int]]
    cap_y: float | None
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    left: int = LEFT


def day_chart(days: Sequence[Day], *, cap: float | None = None) -> DayChart:
    """Bars by day, what is severe at the bottom; a line where the cap on all that is severe stands."""
    most = max([day.severe + day.other for day in days] + ([cap] if cap else []), default=0)
    step = next((step for step in STEPS if step * LINES >= most), STEPS[-1])
    top = max(step, -(-most // step) * step)
    tall = (FLOOR - TOP) / top
    slot = (WIDTH - LEFT) / max(len(days), 1)
    bars = [bar(day, LEFT + slot * place, slot, tall) for place, day in enumerate(days)]
    levels = [
        (round(FLOOR - step * line * tall, 1), int(step * line)) for line in range(int(top // step) + 1)
    ]
    return DayChart(bars, levels, None if cap is None else round(FLOOR - cap * tall, 1))


def bar(day: Day, start: float, slot: float, tall: float) -> Bar:
    width = min(slot * 0.64, 36)
    severe, other = day.severe * tall, day.other * tall
    return Bar(
        day=day,
        x=round(start + (slot - width) / 2, 1),
        middle=round(start + slot / 2, 1),
        width=round(width, 1),
        severe_y=round(FLOOR - severe, 1),
        severe_height=round(severe, 1),
        other_y=round(FLOOR - severe - other, 1),
        other_height=round(other, 1),
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """A median in the middle of its half, on a scale of 0 to 100."""

    start: float
    width: float
    middle: float


def spread_of(lower: float, median: float, upper: float, *, most: float) -> Spread:
    scale = 100 / most if most > 0 else 0.0
    return Spread(
        round(lower * scale, 2), round(max((upper - lower) * scale, 0.5), 2), round(median * scale, 2)
    )
