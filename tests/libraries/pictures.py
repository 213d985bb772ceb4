"""Pictures for the tests of image libraries."""

import io
import random

import numpy
from PIL import Image, ImageDraw, ImageFilter

from config.audit.models import AuditRecord
from libraries import storage
from libraries.matching.fingerprints import Fingerprint, query_fingerprints


def picture(seed: int = 1, *, width: int = 640, height: int = 480) -> Image.Image:
    """A picture with plenty to see; another seed gives one that looks nothing like it."""
    chance = random.Random(seed)
    drawn = Image.new("RGB", (width, height), tuple(chance.randrange(256) for _channel in range(3)))
    pen = ImageDraw.Draw(drawn)
    for _shape in range(60):
        left, top = chance.randrange(width), chance.randrange(height)
        box = (left, top, left + chance.randrange(20, width // 2), top + chance.randrange(20, height // 2))
        colour = tuple(chance.randrange(256) for _channel in range(3))
        (pen.ellipse if chance.random() < 0.5 else pen.rectangle)(box, fill=colour)
    return drawn.filter(ImageFilter.GaussianBlur(1))


def as_file(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **options)
    return held.getvalue()


def png(seed: int = 1, **size) -> bytes:
    return as_file(picture(seed, **size))


def jpeg(seed: int = 1, *, quality: int = 90, **size) -> bytes:
    return as_file(picture(seed, **size), "JPEG", quality=quality)


def flat(width: int = 400, height: int = 400) -> bytes:
    return as_file(Image.new("RGB", (width, height), (120, 120, 120)))


def prints_of(data: bytes) -> tuple[Fingerprint, ...]:
    """What a picture that comes in is looked up by."""
    with Image.open(io.BytesIO(data)) as opened:
        return query_fingerprints(numpy.asarray(opened.convert("RGB")))


def actions(account) -> list[str]:
    return list(AuditRecord.objects.owned_by(account).order_by("number").values_list("action", flat=True))


def files() -> set[str]:
    return {key for library in storage.library_folders() for key in storage.files_of(library)}
