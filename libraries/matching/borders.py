"""Where a picture begins inside frames, bars and pages of one colour. Pure."""

import numpy

from libraries.matching.pdq import Box

# What saving as JPEG does to one colour.
NOISE = 24

# Of a border's line nearly everything has its colour, of a page's line with words or small signs a good part.
UNIFORM = 0.98
BLANK = 0.9
WRITTEN = 0.35

# In shares of the height or width: the most taken off an end, the least worth it, and what must be left.
BORDER = 0.32
PAGE = 0.48
SHORTEST = 0.012
LEFT_OVER = 0.25


def inside_border(brightness: numpy.ndarray) -> Box | None:
    """Rows and columns that uniform borders leave; None where there are none."""
    return inside(brightness, border_run, BORDER)


def inside_page(brightness: numpy.ndarray) -> Box | None:
    """Rows and columns of the picture on a page with words, such as a screenshot of a post."""
    return inside(brightness, page_run, PAGE)


def inside(brightness: numpy.ndarray, run, most: float) -> Box | None:
    height, width = brightness.shape
    top, bottom = ends(brightness, run, most)
    left, right = ends(brightness[top:bottom].T, run, most)
    if (top, bottom, left, right) == (0, height, 0, width):
        return None
    if bottom - top < height * LEFT_OVER or right - left < width * LEFT_OVER:
        return None
    return (top, bottom), (left, right)


def ends(lines: numpy.ndarray, run, most: float) -> tuple[int, int]:
    """How far runs of lines of one colour reach from the first line and from the last."""
    count = len(lines)
    longest = int(count * most)
    first, last = (run(some) for some in (lines[:longest], lines[::-1][:longest]))
    shortest = max(2, count * SHORTEST)
    return first if first >= shortest else 0, count - (last if last >= shortest else 0)


def border_run(lines: numpy.ndarray) -> int:
    """How many lines from the first on are of one colour."""
    if not len(lines) or own_colour(lines[:1])[0] < UNIFORM:
        return 0
    other = numpy.flatnonzero(own_colour(lines) < UNIFORM)
    return int(other[0]) if len(other) else len(lines)


def page_run(lines: numpy.ndarray) -> int:
    """How many lines there are to the last blank one before those on which little of the page is left."""
    if not len(lines) or own_colour(lines[:1])[0] < BLANK:
        return 0
    shares = own_colour(lines)
    other = numpy.flatnonzero(shares < WRITTEN)
    blank = numpy.flatnonzero(shares[: other[0] if len(other) else len(lines)] >= BLANK)
    return int(blank[-1]) + 1


def own_colour(lines: numpy.ndarray) -> numpy.ndarray:
    """Which share of each line has the colour that most of the first line has."""
    return (numpy.abs(lines - numpy.median(lines[0])) <= NOISE).mean(axis=1)
