"""PDQ hashes of a picture and of parts of it, to fractions of a pixel. Pure.

PDQ blurs the brightness, takes 64 x 64 samples and of their cosine transform the 16 x 16 lowest frequencies;
a bit tells whether one is above their median.

Meta's own code blurs with boxes that are not centred on the samples. Of a large picture that changes 4 of 256
bits (median), of a small one so many that it is not known again when it is mirrored. Here they are centred.
"""

from collections.abc import Sequence
from math import ceil

import numpy

SIDE = 64
KEPT = 16
BITS = KEPT * KEPT

SIDES = numpy.arange(SIDE)[:, None]

Interval = tuple[float, float]
Box = tuple[Interval, Interval]


def tents(intervals: Sequence[Interval]) -> dict[Interval, tuple[numpy.ndarray, numpy.ndarray]]:
    """Of each interval the pixels that each of its 64 samples looks at, and the weight of each of them.

    A sample's weights are a tent that reaches to the middle of the samples beside it and ends where the
    interval does.
    """
    start, end = numpy.array(intervals, float).T[:, :, None, None]
    cell = (end - start) / SIDE
    middles = start + (SIDES + 0.5) * cell
    first = numpy.floor(middles - cell)
    spans = [ceil(2 * size) + 1 for size in cell.ravel().tolist()]
    edges = first + numpy.arange(max(spans) + 1)
    reach = numpy.clip((numpy.clip(edges, start, end) - middles) / cell, -1, 1)
    below = reach - numpy.copysign(reach * reach / 2, reach)
    weights = below[:, :, 1:] - below[:, :, :-1]
    weights = (weights / weights.sum(axis=2, keepdims=True)).astype(numpy.float32)
    places = numpy.clip(edges[:, :, :-1], numpy.floor(start), numpy.ceil(end) - 1).astype(numpy.intp)
    return {
        interval: (places[one, :, :span], weights[one, :, :span])
        for one, (interval, span) in enumerate(zip(intervals, spans, strict=True))
    }


def samples(brightness: numpy.ndarray, boxes: Sequence[Box]) -> numpy.ndarray:
    """64 x 64 samples of each box of rows and columns."""
    found = tents(list({interval for box in boxes for interval in box}))
    rows = {}
    for down in {down for down, _across in boxes}:
        rows[down] = numpy.ascontiguousarray(weighed(brightness, *found[down]).T)
    taken = numpy.empty((len(boxes), SIDE, SIDE), numpy.float32)
    for place, (down, across) in enumerate(boxes):
        taken[place] = weighed(rows[down], *found[across]).T
    return taken


def weighed(lines: numpy.ndarray, places: numpy.ndarray, weights: numpy.ndarray) -> numpy.ndarray:
    """Not as a product with a matrix: BLAS would start threads for it."""
    return numpy.einsum("ik,ikw->iw", weights, lines[places])


def cosines() -> numpy.ndarray:
    frequency = numpy.arange(1, KEPT + 1)[:, None]
    place = numpy.arange(SIDE)[None, :]
    scale = numpy.sqrt(2 / SIDE)
    return (scale * numpy.cos(numpy.pi / 2 / SIDE * frequency * (2 * place + 1))).astype(numpy.float32)


COSINES = cosines()
ODD = numpy.where(numpy.arange(KEPT) % 2, 1, -1).astype(numpy.float32)


def transform(samples: numpy.ndarray) -> numpy.ndarray:
    """The 16 x 16 lowest frequencies of one 64 x 64 picture, or of a stack of them."""
    return COSINES @ samples @ COSINES.T


def dihedral(frequencies: numpy.ndarray) -> numpy.ndarray:
    """Of one picture, those of its eight turns and reflections.

    Upright, turned left by 90, 180 and 270 degrees, upside down, mirrored, and both diagonals. To mirror a
    picture is to change the sign of every other frequency; to turn it, to swap rows and columns besides.
    """
    across = frequencies * ODD[None, :]
    down = frequencies * ODD[:, None]
    both = across * ODD[:, None]
    return numpy.stack([frequencies, across.T, both, down.T, down, across, frequencies.T, both.T])


def hashes(frequencies: numpy.ndarray) -> list[bytes]:
    """The hash of each of a stack of transforms."""
    flat = frequencies.reshape(-1, BITS)
    median = numpy.partition(flat, BITS // 2 - 1, axis=1)[:, BITS // 2 - 1 : BITS // 2]
    return [row.tobytes() for row in numpy.packbits((flat > median)[:, ::-1], axis=1)]


def qualities(samples: numpy.ndarray) -> numpy.ndarray:
    """0 to 100: how much is to be seen, by the steps between neighbouring samples."""
    steps = sum(
        numpy.abs((numpy.diff(samples, axis=axis) * (100 / 255)).astype(numpy.int32)).sum(axis=(-2, -1))
        for axis in (-2, -1)
    )
    return numpy.minimum(steps // 90, 100)
