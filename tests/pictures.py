"""Pictures that tests send: made here, nothing is kept in the tree."""

import base64
import io

import numpy
from PIL import Image, ImageDraw, ImageFont

from moderation.detectors.fake import OPENING

CHINESE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def encode(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **options)
    return held.getvalue()


def scene(seed: int = 1, width: int = 320, height: int = 240) -> Image.Image:
    """Something like a photograph: soft shapes of many sizes, different for each seed."""
    chance = numpy.random.default_rng(seed)
    field = numpy.zeros((height, width, 3))
    for size in (4, 8, 16, 32):
        small = chance.random((size, size, 3)) * 255
        layer = Image.fromarray(small.astype("uint8")).resize((width, height), Image.Resampling.BICUBIC)
        field += numpy.asarray(layer, dtype=float) / size
    field = (field - field.min()) / (field.max() - field.min()) * 255
    return Image.fromarray(field.astype("uint8"))


def saying(message: str, seed: int | Image.Image = 1, width: int = 320) -> bytes:
    """A picture, or the one that is given, that tells the fake engines what to see."""
    data = message.encode()
    image = seed if isinstance(seed, Image.Image) else scene(seed, max(width, len(data) + 8))
    pixels = numpy.asarray(image).copy()
    pixels[0, :] = 0
    pixels[0, 0] = OPENING
    pixels[0, 1 : len(data) + 1, 0] = list(data)
    return encode(Image.fromarray(pixels))


def poster(lines: list[str], width: int = 800, size: int = 44) -> Image.Image:
    """A plain advertisement, in Chinese or English."""
    image = Image.new("RGB", (width, 60 + 70 * len(lines)), "#fdf6e3")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(CHINESE, size)
    for number, line in enumerate(lines):
        draw.text((40, 30 + 70 * number), line, fill="#222", font=font)
    return image


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()
