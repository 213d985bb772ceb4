"""Pictures to measure fingerprints on: the photos there are, and scenes drawn with their statistics."""

from collections.abc import Iterator
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PHOTOS = (
    "media_pdq/bridge-mods/aaa-orig.jpg",
    "media_pdq/misc-images/c.png",
    "media_pdq/misc-images/wee.jpg",
    "media_ocr/ch_en_num.jpg",
    "media_ocr/check_return_word_len.jpeg",
    "media_ocr/return_word_debug.jpg",
    "media_ocr/text_cls.jpg",
    "media_ocr/devanagari.jpg",
    "media_ocr/japan.jpg",
)
SIDE = 640
WORDS = (
    "sale",
    "now",
    "best",
    "price",
    "new",
    "today",
    "only",
    "fresh",
    "free",
    "with",
    "one",
    "more",
    "offer",
)

# Name, group of related pictures, picture.
Named = tuple[str, str, Image.Image]


def pictures(drawn: int, folder: Path | None = None) -> Iterator[Named]:
    for path in PHOTOS:
        yield path, path, opened(DATA / path)
    for path in sorted((DATA / "media_qr").rglob("*.png")):
        if path.stem not in ("16", "17", "18", "19") or path.parent.name != "qrcode-5":
            #
            yield path.name, "codes", opened(path)
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
            yield path.name, path.name, opened(path)
    for seed in range(drawn):
        draw = (leaves, landscape, portrait, poster)[(0, 0, 1, 1, 2, 0, 1, 3)[seed % 8]]
        yield f"{draw.__name__} {seed}", f"drawn {seed}", draw(numpy.random.default_rng(seed))


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((1024, 1024))
    return upright


def size_of(rng) -> tuple[int, int]:
    ratio = rng.choice([1, 4 / 3, 3 / 2, 16 / 9, 3 / 4, 9 / 16])
    return (SIDE, round(SIDE / ratio)) if ratio >= 1 else (round(SIDE * ratio), SIDE)


def clouds(rng, width: int, height: int, slope: float = 1.0) -> numpy.ndarray:
    """Noise whose amplitude falls with frequency as in photos, from 0 to 1."""
    down, across = numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None, :]
    amplitude = 1 / numpy.maximum(numpy.hypot(down, across), 1 / max(width, height)) ** (slope + 0.3)
    spectrum = amplitude * numpy.exp(2j * numpy.pi * rng.random(amplitude.shape))
    noise = numpy.fft.irfft2(spectrum, s=(height, width))
    low, high = numpy.percentile(noise, [1, 99])
    return numpy.clip((noise - low) / (high - low), 0, 1)


def textured(rng, picture: Image.Image, strength: float) -> Image.Image:
    """Light and texture over flat colours, the softness of a lens and the noise of a sensor."""
    width, height = picture.size
    light = 1 + strength * (clouds(rng, width, height) - 0.5)
    grain = rng.normal(0, 3, (height, width, 1))
    lit = numpy.asarray(picture, float) * light[:, :, None] + grain
    soft = Image.fromarray(numpy.clip(lit, 0, 255).astype(numpy.uint8))
    return soft.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.4, 1.6))))


def colour(rng, low: int = 20, high: int = 235) -> tuple[int, int, int]:
    grey = rng.uniform(low, high)
    return tuple(int(numpy.clip(grey + rng.normal(0, 35), 0, 255)) for _ in range(3))


def leaves(rng) -> Image.Image:
    """Shapes of all sizes that hide each other: the "dead leaves" whose statistics are those of photos."""
    width, height = size_of(rng)
    picture = Image.new("RGB", (width, height), colour(rng))
    draw = ImageDraw.Draw(picture)
    for radius in 1 / numpy.sqrt(rng.uniform(1 / 260**2, 1 / 8**2, 3000)):
        x, y, squash = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.4, 1.6)
        box = (x - radius, y - radius * squash, x + radius, y + radius * squash)
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(box, fill=colour(rng))
    return textured(rng, picture, 0.7)


def landscape(rng) -> Image.Image:
    """Sky, ranges of hills, and things that stand on them."""
    width, height = size_of(rng)
    sky = clouds(rng, width, height, 1.2)[:, :, None]
    fade = numpy.linspace(0, 1, height)[:, None, None]
    high, low = numpy.array(colour(rng, 90, 200)), numpy.array(colour(rng, 140, 250))
    pixels = high * (1 - fade) + low * fade + 60 * (sky - 0.5)
    picture = Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))
    draw = ImageDraw.Draw(picture)
    for horizon in numpy.sort(rng.uniform(0.25, 0.95, rng.integers(2, 6))):
        ridge = horizon + 0.25 * (clouds(rng, width, 8, 1.4)[0] - 0.5)
        line = [(x, float(y) * height) for x, y in enumerate(ridge)]
        draw.polygon([*line, (width, height), (0, height)], fill=colour(rng, 20, 170))
        for _ in range(rng.integers(1, 7)):
            x = int(rng.uniform(0, width - 1))
            foot, tall, wide = (
                line[x][1] + 4,
                rng.uniform(0.04, 0.4) * height,
                rng.uniform(0.02, 0.12) * width,
            )
            shape = draw.rectangle if rng.random() < 0.5 else draw.ellipse
            shape((x - wide, foot - tall, x + wide, foot), fill=colour(rng, 10, 220))
    return textured(rng, picture, 0.8)


def portrait(rng) -> Image.Image:
    """A head and shoulders before something out of focus."""
    picture = leaves(rng).filter(ImageFilter.GaussianBlur(float(rng.uniform(4, 18))))
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    x, y = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.5)
    face = min(width, height) * rng.uniform(0.13, 0.26)
    skin, hair = colour(rng, 70, 220), colour(rng, 10, 150)
    shoulders = (x - face * 2.2, y + face * 1.2, x + face * 2.2, y + face * 6)
    draw.ellipse(shoulders, fill=colour(rng))
    draw.ellipse((x - face * 1.15, y - face * 1.6, x + face * 1.15, y + face), fill=hair)
    draw.ellipse((x - face * 0.85, y - face * 1.1, x + face * 0.85, y + face * 1.3), fill=skin)
    for side in (-0.35, 0.35):
        eye = face * 0.13
        draw.ellipse((x + face * side - eye, y - eye, x + face * side + eye, y + eye), fill=(25, 20, 20))
    draw.rectangle((x - face * 0.3, y + face * 0.6, x + face * 0.3, y + face * 0.7), fill=(140, 50, 60))
    return textured(rng, picture, 0.6)


def poster(rng) -> Image.Image:
    """An advertisement: a picture, and words in several sizes."""
    picture = leaves(rng)
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    top = float(rng.uniform(0, 0.6)) * height
    draw.rectangle(
        (0, top, width * float(rng.uniform(0.6, 1)), top + height * 0.35), fill=colour(rng, 150, 255)
    )
    for line in range(4):
        text = " ".join(rng.choice(WORDS, 3))
        font = ImageFont.load_default(size=float(rng.uniform(0.04, 0.1)) * height)
        draw.text((width * 0.05, top + line * height * 0.085), text, fill=colour(rng, 0, 90), font=font)
    return picture.filter(ImageFilter.GaussianBlur(0.5))
