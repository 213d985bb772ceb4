"""How loud a recording is along its time, for a drawing: a byte for each of its columns. Pure."""

from collections.abc import Sequence

import numpy

from moderation.hearing.spans import samples_of


def peaks(pcm: bytes, count: int) -> bytes:
    """The loudest of each of `count` equal parts, from 0 to 255."""
    sound = numpy.abs(samples_of(pcm).astype(numpy.int32))
    if not sound.size:
        return bytes(count)
    found = numpy.maximum.reduceat(sound, starts(sound.size, count))
    return numpy.ceil(found * (255 / 32768)).astype(numpy.uint8).tobytes()


def joined(parts: Sequence[tuple[bytes, int]], count: int) -> bytes:
    """One drawing of several that follow each other, each with the milliseconds that it stands for."""
    total = sum(length for drawn, length in parts if drawn)
    if not total or not count:
        return bytes(count)
    heights, places, at = [], [], 0
    for drawn, length in parts:
        if drawn:
            heights.append(numpy.frombuffer(drawn, numpy.uint8))
            places.append(at + length * numpy.arange(len(drawn)) / len(drawn))
            at += length
    columns = total * numpy.arange(count) / count
    first = numpy.searchsorted(numpy.concatenate(places), columns, "right") - 1
    return numpy.maximum.reduceat(numpy.concatenate(heights), first).tobytes()


def starts(size: int, count: int) -> numpy.ndarray:
    return numpy.arange(count, dtype=numpy.int64) * size // count
