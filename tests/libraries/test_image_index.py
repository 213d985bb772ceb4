import numpy

from libraries.matching.fingerprints import Fingerprint
from libraries.matching.image_index import ImageIndex


def hashes(count: int, seed: int = 0) -> list[bytes]:
    return [
        row.tobytes() for row in numpy.random.default_rng(seed).integers(0, 256, (count, 32), numpy.uint8)
    ]


def near(value: bytes, bits: int, seed: int = 0) -> bytes:
    flipped = numpy.unpackbits(numpy.frombuffer(value, numpy.uint8))
    flipped[numpy.random.default_rng(seed).choice(256, bits, replace=False)] ^= 1
    return numpy.packbits(flipped).tobytes()


class TestAnImageIndex:
    def test_finds_what_is_31_bits_away_and_not_what_is_32(self):
        index = ImageIndex()
        known = hashes(5000)
        index.build(((value, place, 7, 90, "plain") for place, value in enumerate(known)), revision=3)
        for place in range(0, 5000, 500):
            match, *more = index.find([Fingerprint(near(known[place], 31, place), 90, "plain")])
            assert (match.image_id, match.library_id, match.distance, more) == (place, 7, 31, [])
            assert index.find([Fingerprint(near(known[place], 32, place), 90, "plain")]) == []
