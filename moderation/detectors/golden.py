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


def enlarged_rows(rows: str, times: int, margin: int) -> numpy.ndarray:
    """The same of rows in hexadecimal, a dot a bit."""
    lines = [[int(bit) for digit in row for bit in f"{int(digit, 16):04b}"] for row in rows.split()]
    return enlarged(numpy.array(lines), times, margin)


# What the rows of TEXT say, and the address in the QR code of CODE.
WORDS = ("加微信", "A24")
ADDRESS = "https://assay.example/golden"
TEXT = """
070000006080c001c000000000000000000 07000000e080c0019fff000000000000000 07000000cc8980019fff000000000000000
0600ffc18c8980030000000070000000000 0600ffc30c898007000000007001f8000e0 7ffcc1c62c89fe067fffe000d803fc001e0
7ffcc1c03c8bfe0e7fffe000d8070e003e0 060cc1c06c8b0c0e00000000d8060700360 060cc1c0effb0c1e000000019c000700660
060cc1c0cfff183e1fff80018c000300e60 060cc1c1c00798761fff80018c000300c60 060cc1c3c0079866000000038e000701860
060cc1c7cffd98660000000306000703860 061cc1c6cff898061fff800306000e03060 061cc1c4c230b0061fff800707000c06060
0618c1c0c230f0060000000607001c0e060 0e18c1c0c230f00600000007ff00380fffc 0c18c1c0c63070061fff800fff80700fffc
0c18c1c0c63060061fff800e0380e000060 0c18c1c0c63460061801800c0181c000060 1c18c1c0c63ef0061801801c01c38000060
1818c1c0ce79f0061801801c01c70000060 3818ffc0cc4198061801801800cfff80060 3018ffc0dc031c061fff803800efff80060
71f8c1c0d80e0e061fff800000000000000 61f0c1c0c00406061801800000000000000"""
CODE = """
fe99bbf8 82ab2208 ba4f2ae8 bad0d2e8 ba441ae8 82027a08 feaaabf8 00be6000 b776f258 e4f9fb88 f31b6a30
9d071e08 83f8d460 a5ac5238 cf2235b8 f8d52690 9a2024d0 341c0970 92800920 09c9e520 57256fe0 008768f8
febcbad0 829088c8 ba232fa8 ba9edcd0 baf39528 827cafd0 fecf5910"""
