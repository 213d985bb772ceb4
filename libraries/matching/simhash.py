"""Texts that say nearly the same: 256 bits that change little when a text changes little. Pure.

Each run of four characters of the folded text casts a vote on each bit; the majority decides.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy

from libraries.matching.normalise import folded

BYTES = 32
GRAM = 4

# Shorter than this a text has too few runs for likeness to mean anything.
SHORTEST = 20

# The largest distance at which two texts count as the same; see tests/bench/near_texts.py for what it finds.
NEAR = 56

# Odd numbers, to mix the characters of a run, and then to draw four words of votes from each.
PLACES = numpy.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], "u8")
WORDS = numpy.array([0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3], "u8")


def simhash(text: str) -> bytes | None:
    """None for a text that is too short."""
    characters = numpy.frombuffer(folded(text).encode("utf-32-le", "surrogatepass"), "<u4")
    if len(characters) < SHORTEST:
        return None
    runs = numpy.lib.stride_tricks.sliding_window_view(characters, GRAM)
    grams = numpy.unique((runs * PLACES).sum(axis=1, dtype="u8"))
    votes = numpy.unpackbits(mixed(grams[:, None] ^ WORDS).view(numpy.uint8), axis=1)
    return numpy.packbits(votes.sum(axis=0, dtype=numpy.uint32) * 2 > len(grams)).tobytes()


def mixed(numbers: numpy.ndarray) -> numpy.ndarray:
    """Numbers of which every bit depends on every bit of the ones given."""
    numbers = (numbers ^ (numbers >> numpy.uint64(32))) * PLACES[0]
    numbers = (numbers ^ (numbers >> numpy.uint64(29))) * PLACES[1]
    return numbers ^ (numbers >> numpy.uint64(32))


@dataclass(frozen=True, slots=True)
class Known:
    """Exchanged as a whole. Each word of the hashes has an array of its own, to be read at one go."""

    words: numpy.ndarray
    sample_ids: numpy.ndarray


class NearTextIndex:
    """Compared one by one: bands as in `ImageIndex` are of no use for so great a distance."""

    def __init__(self):
        self.revision = 0
        self.known = Known(numpy.empty((4, 0), numpy.uint64), numpy.empty(0, numpy.int64))
        self.changing = threading.Lock()

    @property
    def size(self) -> int:
        return len(self.known.sample_ids)

    def follow(self, changes: Iterable[tuple[int, bytes | None]], revision: int) -> None:
        """Take in what changed since `self.revision`: a sample and its simhash; None: it has none."""
        latest = dict(changes)
        added = {sample_id: value for sample_id, value in latest.items() if value is not None}
        words = numpy.frombuffer(b"".join(added.values()), numpy.uint64).reshape(-1, 4).T
        with self.changing:
            known = self.known
            kept = ~numpy.isin(known.sample_ids, numpy.fromiter(latest, numpy.int64))
            self.known = Known(
                numpy.concatenate([known.words[:, kept], words], axis=1),
                numpy.concatenate([known.sample_ids[kept], numpy.fromiter(added, numpy.int64)]),
            )
            self.revision = max(self.revision, revision)

    def find(self, value: bytes | None, within: int = NEAR) -> list[tuple[int, int]]:
        """Sample and distance of all that are near, the nearest first."""
        known = self.known
        if value is None or not len(known.sample_ids):
            return []
        distances = numpy.zeros(len(known.sample_ids), numpy.uint16)
        for word, asked in zip(known.words, numpy.frombuffer(value, numpy.uint64), strict=True):
            distances += numpy.bitwise_count(word ^ asked)
        near = numpy.flatnonzero(distances <= within)
        found = zip(known.sample_ids[near].tolist(), distances[near].tolist(), strict=True)
        return sorted(found, key=lambda pair: (pair[1], pair[0]))
