"""Pictures for tests: made here, or from the folder of shared data that lies beside the checkout."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

DATA = Path(__file__).resolve().parents[4] / "shared/data"
PDQ = DATA / "media_pdq"
BROKEN = DATA / "media_broken/small"
OCR = DATA / "media_ocr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the folder of shared data is not here")


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def drawn(width: int = 320, height: int = 240, seed: int = 3) -> Image.Image:
    """Something that has an upper left: no turn or reflection of it looks the same."""
    base = Image.effect_mandelbrot((96, 72), (-1.6 + seed / 50, -1.1, 0.5, 0.8), 60)
    ramp = Image.linear_gradient("L").resize((96, 72))
    return Image.merge("RGB", (base, ramp, ramp.transpose(Image.Transpose.ROTATE_180))).resize(
        (width, height)
    )
