"""Where the parts of the chart of review stand: columns of what was decided, a line of what came in. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

WIDTH, HEIGHT = 960, 240
LETTER, EDGE, TOP, UNDER = 6.6, 20, 10, 24
GAP, WIDEST = 0.28, 56
STEPS = (1, 2, 5)
LINES = 4


@dataclass(frozen=True, slots=True)
class Step:
    """What one day or month shows. `title` is told on hovering, `link` leads to the items behind it."""

    name: str
    passed: int
    blocked: int
    opened: int
    title: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    step: Step
    x: float
    width: float
    middle: float
    slot_x: float
    slot_width: float
    passed_y: float
    passed_height: float
    blocked_y: float
    blocked_height: float
    opened_y: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class Trend:
    columns: list[Column]
    levels: list[tuple[float, str]]
    left: float
    width: int = WIDTH
    height: int = HEIGHT
    right: int = WIDTH - EDGE
    top: int = TOP
    floor: int = HEIGHT - UNDER

    @property
    def drop(self) -> int:
        return self.floor - self.top

    @property
    def levels_end(self) -> float:
        return round(self.left - 6, 1)

    @property
    def names_y(self) -> int:
        return self.height - 7

    @property
    def line(self) -> str:
        """The points of the line of what came in."""
        return " ".join(f"{column.middle},{column.opened_y}" for column in self.columns)


def trend(steps: list[Step], *, spell: Callable[[int], str] = str) -> Trend:
    highest = max((max(step.passed + step.blocked, step.opened) for step in steps), default=0)
    levels = levels_up_to(highest)
    texts = [spell(level) for level in levels]
    left = 12 + LETTER * max(map(len, texts))
    floor, right = HEIGHT - UNDER, WIDTH - EDGE
    tall = (floor - TOP) / levels[-1]
    slot = (right - left) / max(len(steps), 1)
    every = named_every(steps, slot)
    last = len(steps) - 1
    return Trend(
        columns=[
            column(step, left + slot * place, slot, floor, tall, is_named=(last - place) % every == 0)
            for place, step in enumerate(steps)
        ],
        levels=[(round(floor - level * tall, 1), text) for level, text in zip(levels, texts, strict=True)],
        left=round(left, 1),
    )


def column(step: Step, start: float, slot: float, floor: float, tall: float, *, is_named: bool) -> Column:
    width = min(slot * (1 - GAP), WIDEST)
    blocked, passed = step.blocked * tall, step.passed * tall
    return Column(
        step=step,
        x=round(start + (slot - width) / 2, 2),
        width=round(width, 2),
        middle=round(start + slot / 2, 2),
        slot_x=round(start, 2),
        slot_width=round(slot, 2),
        blocked_y=round(floor - blocked, 2),
        blocked_height=round(blocked, 2),
        passed_y=round(floor - blocked - passed, 2),
        passed_height=round(passed, 2),
        opened_y=round(floor - step.opened * tall, 2),
        is_named=is_named,
    )


def named_every(steps: list[Step], slot: float) -> int:
    """As many names as stand beside each other without touching, counted from the last."""
    longest = max((len(step.name) for step in steps), default=0) * LETTER + 10
    return max(1, -int(-longest // slot))


def levels_up_to(most: int) -> list[int]:
    """Round whole numbers from 0 to at least `most`."""
    if not most:
        return [0, 1]
    step = next(
        digit * 10**power for power in count() for digit in STEPS if digit * 10**power * LINES >= most
    )
    return [step * line for line in range(-(-most // step) + 1)]
