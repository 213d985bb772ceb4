"""Parts of a picture that can be found again in a crop of it, or in something that it stands in. Pure.

Parts at fixed places are no use there: two hashes are near each other only where both parts agree to about a
hundredth of their size. So a part begins and ends where the picture itself does something: at the lines
across and down along which its brightness changes most.
"""

import numpy

from libraries.matching.pdq import Box, Interval

# All in shares of the picture's height or width.
BLUR = 0.01
APART = 0.05
MARGIN = 0.02
SHORTEST = 0.3

FEWEST = 16
LINES = 8
PARTS = 16


def parts(brightness: numpy.ndarray) -> list[Box]:
    """Rows and columns of the parts, those between the strongest lines first."""
    down = intervals(numpy.abs(numpy.diff(brightness.mean(axis=1))))
    across = intervals(numpy.abs(numpy.diff(brightness.mean(axis=0))))
    found = [(one * other, rows, columns) for one, rows in down for other, columns in across]
    found.sort(key=lambda part: -part[0])
    return [(rows, columns) for _strength, rows, columns in found[:PARTS]]


def intervals(change: numpy.ndarray) -> list[tuple[float, Interval]]:
    """Strength, start and end of what lies between two lines that are far enough apart."""
    if len(change) < FEWEST:
        return []
    lines = strongest(blurred(change))
    return [
        (one * other, (start, end))
        for one, start in lines
        for other, end in lines
        if end - start >= len(change) * SHORTEST
    ]


def strongest(change: numpy.ndarray) -> list[tuple[float, float]]:
    """Strength and place of the greatest peaks."""
    count = len(change)
    peaks = numpy.flatnonzero((change[1:-1] > change[:-2]) & (change[1:-1] >= change[2:])) + 1
    peaks = peaks[(peaks > count * MARGIN) & (peaks < count * (1 - MARGIN))]
    chosen: list[int] = []
    for peak in peaks[numpy.argsort(-change[peaks], kind="stable")].tolist():
        if all(abs(peak - other) > count * APART for other in chosen):
            chosen.append(peak)
        if len(chosen) == LINES:
            break
    return [(float(change[peak]), summit(change, peak)) for peak in chosen]


def summit(change: numpy.ndarray, peak: int) -> float:
    """Where between the pixels the peak is: the top of the parabola through it and its neighbours."""
    before, at, after = change[peak - 1 : peak + 2].tolist()
    return peak + 1 + 0.5 * (before - after) / (before - 2 * at + after)


def blurred(change: numpy.ndarray) -> numpy.ndarray:
    sigma = max(0.7, len(change) * BLUR)
    reach = int(3 * sigma) + 1
    kernel = numpy.exp(-0.5 * (numpy.arange(-reach, reach + 1) / sigma) ** 2)
    return numpy.convolve(numpy.pad(change, reach, mode="edge"), kernel / kernel.sum(), "valid")
