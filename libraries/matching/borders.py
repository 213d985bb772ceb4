"""Where a picture begins inside bars and frames of one colour. Pure."""

import numpy

NOISE = 24
UNIFORM = 0.98
LONGEST = 0.32
SHORTEST = 0.012
LEFT_OVER = 0.3

Box = tuple[int, int, int, int]


def inside_borders(brightness: numpy.ndarray) -> Box | None:
    """(top, bottom, left, right) of what uniform borders leave; None where there are none."""
    height, width = brightness.shape
    top, bottom = uniform_ends(brightness)
    left, right = uniform_ends(brightness[top:bottom].T)
    if (top, bottom, left, right) == (0, height, 0, width):
        return None
    if bottom - top < height * LEFT_OVER or right - left < width * LEFT_OVER:
        return None
    return top, bottom, left, right


def uniform_ends(lines: numpy.ndarray) -> tuple[int, int]:
    """The first line that is not of the first one's colour, and the end of the last of that kind."""
    count = len(lines)
    longest = int(count * LONGEST)
    first = uniform_run(lines[:longest])
    last = uniform_run(lines[: count - longest - 1 : -1]) if longest else 0
    shortest = max(2, count * SHORTEST)
    return first if first >= shortest else 0, count - (last if last >= shortest else 0)


def uniform_run(lines: numpy.ndarray) -> int:
    """How many lines from the first on are of one colour; 0 also where all of them are."""
    if not len(lines):
        return 0
    colour = numpy.median(lines[0])
    if not same(lines[0], colour):
        return 0
    mostly = (numpy.abs(lines - colour) <= NOISE).mean(axis=1) >= UNIFORM
    return int(numpy.argmin(mostly)) if not mostly.all() else len(lines)


def same(line: numpy.ndarray, colour: float) -> bool:
    return (numpy.abs(line - colour) <= NOISE).mean() >= UNIFORM
