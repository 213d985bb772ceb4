"""What a picture is known again by: PDQ hashes of it, of its turns and reflections, and of parts. Pure.

The pixels are an upright RGB picture of any size. Both a library and a picture that comes in have the hash
of the whole, without borders if it has any, and of parts; crops have parts in common with what they were cut
from. What comes in is looked up in all eight turns and reflections besides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy
from PIL import Image

from libraries.matching import pdq
from libraries.matching.borders import inside_border, inside_page
from libraries.matching.parts import parts
from libraries.matching.pdq import Box

LONGEST_SIDE = 256
RED_GREEN_BLUE = numpy.array([0.299, 0.587, 0.114], numpy.float32)

# Below this, Meta advises, there is too little to be seen for likeness to mean anything.
CLEAR = 50
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    value: bytes
    quality: int
    kind: str

    @property
    def is_clear(self) -> bool:
        return self.quality >= CLEAR


def plain(fingerprints: Iterable[Fingerprint]) -> Fingerprint:
    """The one of all of the picture."""
    return next(one for one in fingerprints if one.kind == PLAIN)


def fingerprint(pixels: numpy.ndarray) -> Fingerprint:
    """That of the whole picture."""
    brightness, whole = shrunk(pixels)
    return hashed(brightness, {"plain": whole})[0]


def query_fingerprints(pixels: numpy.ndarray) -> tuple[Fingerprint, ...]:
    """Everything a picture that came in is looked up by."""
    brightness, whole = shrunk(pixels)
    samples = pdq.samples(brightness, [whole])
    quality = int(pdq.qualities(samples)[0])
    plain, *turned = pdq.hashes(pdq.dihedral(pdq.transform(samples[0])))
    turns = (Fingerprint(value, quality, f"dihedral:{turn}") for turn, value in enumerate(turned, start=1))
    return Fingerprint(plain, quality, "plain"), *turns, *clear_parts(brightness)


def library_fingerprints(pixels: numpy.ndarray) -> tuple[Fingerprint, ...]:
    """Everything a library keeps of a picture."""
    brightness, whole = shrunk(pixels)
    return *hashed(brightness, {"plain": whole}), *clear_parts(brightness)


def shrunk(pixels: numpy.ndarray) -> tuple[numpy.ndarray, Box]:
    """What PDQ looks at, shrunk by a whole number, and the box that the picture fills: the last row and
    column may be of fewer pixels than the others."""
    height, width = pixels.shape[:2]
    times = -(-max(height, width) // LONGEST_SIDE)
    if times == 1:
        return pixels @ RED_GREEN_BLUE, ((0, height), (0, width))
    reduced = Image.fromarray(pixels).convert("L").reduce(times)
    return numpy.asarray(reduced, numpy.float32), ((0, height / times), (0, width / times))


def boxes_within(brightness: numpy.ndarray) -> dict[str, Box]:
    """Where to look besides at the whole: inside its borders, and at what strikes the eye in there."""
    border, page = inside_border(brightness), inside_page(brightness)
    boxes = {}
    if border is not None:
        boxes["trim"] = border
    if page is not None and page != border:
        boxes["trim:page"] = page
    (top, bottom), (left, right) = page or border or ((0, brightness.shape[0]), (0, brightness.shape[1]))
    for place, (rows, columns) in enumerate(parts(brightness[top:bottom, left:right]), start=1):
        boxes[f"crop:{place}"] = (
            (rows[0] + top, rows[1] + top),
            (columns[0] + left, columns[1] + left),
        )
    return boxes


def clear_parts(brightness: numpy.ndarray) -> tuple[Fingerprint, ...]:
    return tuple(one for one in hashed(brightness, boxes_within(brightness)) if one.is_clear)


def hashed(brightness: numpy.ndarray, boxes: dict[str, Box]) -> tuple[Fingerprint, ...]:
    if not boxes:
        return ()
    samples = pdq.samples(brightness, list(boxes.values()))
    values = pdq.hashes(pdq.transform(samples))
    found = zip(values, pdq.qualities(samples).tolist(), boxes, strict=True)
    return tuple(Fingerprint(value, quality, kind) for value, quality, kind in found)
