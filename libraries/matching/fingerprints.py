"""What a picture is known again by: PDQ hashes of it, of its turns and reflections, and of parts. Pure.

The pixels are an upright RGB picture of any size. A library keeps a picture's hash and those of crops of it;
what comes in is looked up as it is, in all eight turns and reflections, and without its borders.
"""

from dataclasses import dataclass

import numpy
from PIL import Image

from libraries.matching import pdq
from libraries.matching.borders import inside_borders

LONGEST_SIDE = 512
RED_GREEN_BLUE = numpy.array([0.299, 0.587, 0.114], numpy.float32)

# Below this there is too little to be seen for likeness to mean anything.
CLEAR = 30

# Top, bottom, left and right of what is kept, in shares of height and width.
CROPS = {
    f"{share}-{name}": (top, top + share / 100, left, left + share / 100)
    for share in (80, 90)
    for name, top, left in (
        ("centre", (1 - share / 100) / 2, (1 - share / 100) / 2),
        ("top-left", 0, 0),
        ("top-right", 0, 1 - share / 100),
        ("bottom-left", 1 - share / 100, 0),
        ("bottom-right", 1 - share / 100, 1 - share / 100),
    )
} | {
    "95-centre": (0.025, 0.975, 0.025, 0.975),
    "70-centre": (0.15, 0.85, 0.15, 0.85),
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    value: bytes
    quality: int
    kind: str

    @property
    def is_clear(self) -> bool:
        return self.quality >= CLEAR


def fingerprint(pixels: numpy.ndarray) -> Fingerprint:
    """The picture's PDQ hash."""
    return hashed(brightness(pixels), "plain")


def query_fingerprints(pixels: numpy.ndarray) -> tuple[Fingerprint, ...]:
    """Everything a picture that came in is looked up by."""
    seen = brightness(pixels)
    sampled = pdq.samples(seen)
    quality = int(pdq.quality(sampled))
    values = pdq.hashes(pdq.dihedral(pdq.transform(sampled)))
    found = [Fingerprint(values[0], quality, "plain")]
    found += [Fingerprint(value, quality, f"dihedral:{turn}") for turn, value in enumerate(values) if turn]
    box = inside_borders(seen)
    if box is not None:
        found.append(hashed(cut(seen, box), "trim"))
    return tuple(found)


def library_fingerprints(pixels: numpy.ndarray) -> tuple[Fingerprint, ...]:
    """Everything a library keeps of a picture."""
    seen = brightness(pixels)
    box = inside_borders(seen)
    found = [hashed(seen, "plain")]
    if box is not None:
        seen = cut(seen, box)
        found.append(hashed(seen, "trim"))
    height, width = seen.shape
    for name, (top, bottom, left, right) in CROPS.items():
        box = round(top * height), round(bottom * height), round(left * width), round(right * width)
        found.append(hashed(cut(seen, box), f"crop:{name}"))
    return tuple(found)


def brightness(pixels: numpy.ndarray) -> numpy.ndarray:
    """What PDQ looks at, shrunk to at most 512 pixels a side and spread to at least five."""
    height, width = pixels.shape[:2]
    if min(height, width) < pdq.SMALLEST:
        spread = Image.fromarray(pixels).resize(
            (max(width, pdq.SMALLEST), max(height, pdq.SMALLEST)), Image.Resampling.NEAREST
        )
        return brightness(numpy.asarray(spread))
    if max(height, width) <= LONGEST_SIDE:
        return pixels @ RED_GREEN_BLUE
    grey = Image.fromarray(pixels).convert("L")
    times = -(-max(height, width) // LONGEST_SIDE)
    shrunk = grey.reduce((min(times, width // pdq.SMALLEST), min(times, height // pdq.SMALLEST)))
    return numpy.asarray(shrunk, numpy.float32)


def cut(seen: numpy.ndarray, box: tuple[int, int, int, int]) -> numpy.ndarray:
    top, bottom, left, right = box
    return seen[top : max(bottom, top + pdq.SMALLEST), left : max(right, left + pdq.SMALLEST)]


def hashed(seen: numpy.ndarray, kind: str) -> Fingerprint:
    sampled = pdq.samples(seen)
    return Fingerprint(pdq.hashes(pdq.transform(sampled))[0], int(pdq.quality(sampled)), kind)
