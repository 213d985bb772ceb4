"""Pictures made by code, for the self-tests of engines: the same on every machine."""

import numpy
from PIL import Image

SIDE = 320


def picture() -> numpy.ndarray:
    """Skin-coloured shapes on a lit ground: harmless, and another picture with its channels swapped."""
    y, x = numpy.mgrid[0:SIDE, 0 : SIDE * 3 // 4].astype(numpy.int32)
    pixels = numpy.stack([90 + x // 3, 60 + y // 4, 120 - x // 4], axis=-1)
    for left, top, across, down, shade in SHAPES:
        inside = ((x - left) * down) ** 2 + ((y - top) * across) ** 2 <= (across * down) ** 2
        light = (x + 2 * y) // 16
        pixels[inside] = (numpy.array(shade) + (light[..., numpy.newaxis] - 20))[inside]
    return numpy.clip(pixels, 0, 255).astype(numpy.uint8)


SHAPES = (
    (120, 210, 90, 120, (224, 172, 140)),
    (120, 70, 45, 55, (230, 180, 150)),
    (70, 190, 22, 60, (205, 150, 118)),
    (175, 230, 26, 70, (214, 160, 128)),
    (128, 85, 12, 6, (150, 40, 60)),
)


def enlarged(dots: numpy.ndarray, times: int, margin: int) -> numpy.ndarray:
    """Black dots on white, as a picture: `dots` is a matrix of 0 and 1."""
    grey = numpy.where(dots, 0, 255).astype(numpy.uint8)
    grey = numpy.pad(numpy.kron(grey, numpy.ones((times, times), numpy.uint8)), margin, constant_values=255)
    return numpy.asarray(Image.fromarray(grey).convert("RGB"))
