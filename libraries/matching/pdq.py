"""PDQ hashes as matrix products, equal to Meta's own to the bit. Pure.

PDQ filters the brightness twice with a box, takes 64 x 64 samples and of their cosine transform the 16 x 16
lowest frequencies; a bit tells whether one is above their median. Filter, samples and transform are linear
and separable, so that two small matrices, which depend on height and width alone, do all of it.
"""

from functools import lru_cache

import numpy

SIDE = 64
KEPT = 16
BITS = KEPT * KEPT
SMALLEST = 5


@lru_cache(maxsize=256)
def sampling(length: int) -> numpy.ndarray:
    """The 64 x `length` matrix that filters one direction and samples it."""
    if length == SIDE:
        return numpy.identity(SIDE, numpy.float32)
    box = box_filter(length)
    places = ((numpy.arange(SIDE) + 0.5) * length / SIDE).astype(int)
    return numpy.ascontiguousarray((box @ box)[places], numpy.float32)


def box_filter(length: int) -> numpy.ndarray:
    """A moving mean; at the ends it is of what there is."""
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    ahead = (window + 2) // 2
    place = numpy.arange(length)
    left = numpy.maximum(place + ahead - window, 0)[:, None]
    right = numpy.minimum(place + ahead, length)[:, None]
    return ((place >= left) & (place < right)) / (right - left)


def cosines() -> numpy.ndarray:
    frequency = numpy.arange(1, KEPT + 1)[:, None]
    place = numpy.arange(SIDE)[None, :]
    scale = numpy.sqrt(2 / SIDE)
    return (scale * numpy.cos(numpy.pi / 2 / SIDE * frequency * (2 * place + 1))).astype(numpy.float32)


COSINES = cosines()
ODD = numpy.where(numpy.arange(KEPT) % 2, 1, -1).astype(numpy.float32)


def samples(brightness: numpy.ndarray) -> numpy.ndarray:
    """64 x 64 filtered samples of a two-dimensional float32 array of at least 5 x 5."""
    height, width = brightness.shape
    return sampling(height) @ brightness @ sampling(width).T


def transform(sampled: numpy.ndarray) -> numpy.ndarray:
    """The 16 x 16 lowest frequencies of one 64 x 64 picture, or of a stack of them."""
    return COSINES @ sampled @ COSINES.T


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


def quality(sampled: numpy.ndarray) -> numpy.ndarray:
    """0 to 100: how much is to be seen, by the steps between neighbouring samples."""
    steps = sum(
        numpy.abs((numpy.diff(sampled, axis=axis) * (100 / 255)).astype(numpy.int32)).sum(axis=(-2, -1))
        for axis in (-2, -1)
    )
    return numpy.minimum(steps // 90, 100)
