"""How much of a picture is held, and in which pieces. Pure."""

import math

import msgspec

from moderation.media.limits import Limits

OVERLAP = 1 / 8
LONGEST_TILE = 2.0  # times its width


class Plan(msgspec.Struct, frozen=True):
    """The size that the whole is shrunk to, and the boxes that are cut from that."""

    width: int
    height: int
    scale: float
    boxes: list[tuple[int, int, int, int]]


def plan(width: int, height: int, limits: Limits) -> Plan:
    short, long = sorted((width, height))
    if long <= limits.held_side or long <= limits.long_ratio * short:
        scale = max(1.0, long / limits.held_side)
        held = shrunk(width, height, scale)
        return Plan(*held, scale, [(0, 0, *held)])
    scale = max(1.0, short / limits.tile_width)
    held = shrunk(width, height, scale)
    short, long = min(held), max(held)
    spans = pieces(long, short, limits)
    if held[0] == long:
        return Plan(*held, scale, [(start, 0, end, short) for start, end in spans])
    return Plan(*held, scale, [(0, start, short, end) for start, end in spans])


def shrunk(width: int, height: int, scale: float) -> tuple[int, int]:
    return max(1, round(width / scale)), max(1, round(height / scale))


def pieces(length: int, width: int, limits: Limits) -> list[tuple[int, int]]:
    """Spans of equal length that overlap, so that what a cut goes through is whole in the next one."""
    fewest = length / (1 + (limits.tiles - 1) * (1 - OVERLAP))
    one = min(max(math.ceil(LONGEST_TILE * width), math.ceil(fewest)), limits.held_side, length)
    count = max(1, math.ceil((length - OVERLAP * one) / (one * (1 - OVERLAP)) - 1e-9))
    steps = [round(number * (length - one) / max(1, count - 1)) for number in range(count)]
    return [(start, start + one) for start in steps]
