"""Where the bars of decisions per hour stand. Pure geometry."""

from collections.abc import Callable
from dataclasses import dataclass

from review.queue_figures import Hour

WIDTH, HEIGHT = 960, 190
LEFT, RIGHT, TOP, FLOOR = 52, 948, 12, 160
SHARE = 0.72
STEPS = (1, 2, 5)
LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    hour: Hour
    name: str
    x: float
    width: float
    middle: float
    slot_x: float
    slot_width: float
    passed_y: float
    passed_height: float
    blocked_y: float
    blocked_height: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    bars: list[Bar]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    floor: int = FLOOR

    @property
    def drop(self) -> int:
        return self.floor - self.top

    @property
    def names_y(self) -> int:
        return self.floor + 16

    @property
    def lines_end(self) -> int:
        return self.left - 6


def hour_bars(hours: list[Hour], *, name: Callable[[Hour], str], spell: Callable[[int], str] = str) -> Bars:
    levels = levels_up_to(max((hour.decided for hour in hours), default=0))
    tall = (FLOOR - TOP) / levels[-1]
    slot = (RIGHT - LEFT) / max(len(hours), 1)
    return Bars(
        bars=[bar(hour, name(hour), place, slot, tall) for place, hour in enumerate(hours)],
        lines=[Line(round(FLOOR - level * tall, 1), spell(level)) for level in levels],
    )


def bar(hour: Hour, name: str, place: int, slot: float, tall: float) -> Bar:
    x = LEFT + slot * place
    passed, blocked = hour.passed * tall, hour.blocked * tall
    return Bar(
        hour=hour,
        name=name,
        x=round(x + slot * (1 - SHARE) / 2, 1),
        width=round(slot * SHARE, 1),
        middle=round(x + slot / 2, 1),
        slot_x=round(x, 1),
        slot_width=round(slot, 1),
        passed_y=round(FLOOR - passed, 1),
        passed_height=round(passed, 1),
        blocked_y=round(FLOOR - passed - blocked, 1),
        blocked_height=round(blocked, 1),
        is_named=place % 3 == 2,
    )


def levels_up_to(most: int) -> list[int]:
    """Round numbers from 0 to at least the largest, in few steps."""
    power = 1
    while True:
        for digit in STEPS:
            step = digit * power
            if step * LINES >= most:
                return [step * line for line in range(max(-(-most // step), 1) + 1)]
        power *= 10
