"""256-bit hashes within a Hamming distance, found exactly. Pure.

Two hashes at most 31 bits apart differ by at most one bit in at least one of their sixteen 16-bit bands
(16 x 2 = 32 > 31). So what is near a hash stands, in some band's list, under one of the 17 values that differ
from the hash's own by at most one bit. The few that stand there are compared in full.

Hashes are held in two planes, of their first and of their second 128 bits: the first rules out nearly all
candidates, and is half as much to fetch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy

BYTES = 32
BANDS = 16
VALUES = 1 << 16
REACH = 2 * BANDS - 1

# What one band's value differs by from itself and from its sixteen neighbours.
NEAR = numpy.concatenate([[0], 1 << numpy.arange(16)]).astype(numpy.uint16)
BAND = numpy.arange(BANDS)[:, None]

# Query, row, distance.
Pairs = tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]


def planes_of(values: Iterable[bytes] | bytes | bytearray) -> numpy.ndarray:
    """An array of 2 x count x 2 words of 64 bits."""
    joined = values if isinstance(values, bytes | bytearray) else b"".join(values)
    words = numpy.frombuffer(joined, numpy.uint64).reshape(-1, 2, 2)
    return numpy.ascontiguousarray(words.transpose(1, 0, 2))


def scan(planes: numpy.ndarray, queries: numpy.ndarray, within: int) -> Pairs:
    """Every pair at most `within` apart, by comparing all with all."""
    near = numpy.bitwise_count(planes[0][None] ^ queries[0][:, None])
    asked, rows = numpy.nonzero(near[:, :, 0] + near[:, :, 1] <= within)
    return compared(planes, queries, asked, rows, within)


def compared(planes, queries, asked, rows, within: int) -> Pairs:
    differing = numpy.bitwise_count(planes[:, rows] ^ queries[:, asked])
    distances = differing.sum(axis=(0, 2), dtype=numpy.int64)
    kept = distances <= within
    return asked[kept], rows[kept], distances[kept]


@dataclass(frozen=True, slots=True)
class HashBands:
    """Of each band the rows sorted by its value, and where those of each value start among them."""

    planes: numpy.ndarray
    starts: numpy.ndarray
    rows: numpy.ndarray

    @classmethod
    def build(cls, planes: numpy.ndarray) -> "HashBands":
        count = planes.shape[1]
        narrow = numpy.min_scalar_type(count)
        starts = numpy.zeros((BANDS, VALUES + 1), narrow)
        rows = numpy.empty((BANDS, count), narrow)
        for band in range(BANDS):
            plane = planes[band // 8].view(numpy.uint16)
            values = numpy.ascontiguousarray(plane[:, band % 8])
            rows[band] = numpy.argsort(values, kind="stable")
            starts[band, 1:] = numpy.cumsum(numpy.bincount(values, minlength=VALUES))
        return cls(planes, starts, rows)

    def find(self, queries: numpy.ndarray, within: int) -> Pairs:
        """Every pair at most `within` (and that at most 31) apart; some come twice."""
        asked, candidates = self.candidates(queries)
        # Sixteen bytes as one number are taken in one step.
        taken = self.planes[0].view(numpy.complex128).take(candidates).view(numpy.uint64).reshape(-1, 2)
        near = numpy.bitwise_count(taken ^ queries[0].take(asked, axis=0))
        kept = numpy.flatnonzero(near[:, 0] + near[:, 1] <= within)
        return compared(self.planes, queries, asked[kept], candidates[kept], within)

    def candidates(self, queries: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        bands = numpy.concatenate([queries[0].view(numpy.uint16), queries[1].view(numpy.uint16)], axis=1)
        probes = (bands[:, :, None] ^ NEAR) + BAND * (VALUES + 1)
        first = self.starts.take(probes)
        counts = (self.starts.take(probes + 1) - first).astype(numpy.intp).ravel()
        first = (first + BAND * self.rows.shape[1]).ravel()
        ends = counts.cumsum()
        places = numpy.arange(ends[-1]) + (first - (ends - counts)).repeat(counts)
        each = counts.reshape(queries.shape[1], -1).sum(axis=1)
        return numpy.arange(queries.shape[1]).repeat(each), self.rows.take(places)
