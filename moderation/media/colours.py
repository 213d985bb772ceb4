"""Whatever a file's colours are, as red, green and blue. Runs in the decoder's worker; needs only Pillow."""

from functools import lru_cache
from io import BytesIO

import numpy
from PIL import Image, ImageChops, ImageCms

WITH_ALPHA = {"RGBA", "LA"}
LONGEST_PROFILE = 2**20
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# Ink that is nearly white where it is laid on white, though it is not nearly transparent itself.
HIDDEN_LIGHTNESS, HIDDEN_ALPHA, HIDDEN_SHARE = 224, 32, 0.0005
SOLID = 250
# Colours in which a profile must agree with sRGB to be left out.
PROBES = [(r, g, b) for r in (0, 64, 128, 192, 255) for g in (0, 64, 128, 192, 255) for b in (0, 96, 255)]
SAME = 2


def plain(image: Image.Image) -> Image.Image:
    """The loaded picture in one of L, LA, RGB, RGBA, CMYK, which all can be shrunk well."""
    if image.mode in ("L", "RGB", "CMYK", "RGBA", "LA"):
        if image.mode in ("L", "RGB") and "transparency" in image.info:
            return image.convert("RGBA")
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16"):
        deep = numpy.asarray(image)
        return Image.fromarray((deep >> 8).astype(numpy.uint8))
    if image.mode in ("I", "F"):
        return stretched(image)
    if image.mode == "La":
        return image.convert("LA")
    if image.mode == "LAB":
        return lab_as_rgb(image)
    has_alpha = image.mode in ("PA", "RGBa") or (image.mode == "P" and image.has_transparency_data)
    return image.convert("RGBA" if has_alpha else "RGB")


def stretched(image: Image.Image) -> Image.Image:
    """Numbers of any range as brightness: read as 8 or 16 bits, or as shares of one, where they look so."""
    numbers = numpy.nan_to_num(numpy.asarray(image, numpy.float32), posinf=0.0, neginf=0.0)
    least, most = float(numbers.min()), float(numbers.max())
    if least >= 0 and most <= 1 and image.mode == "F":
        least, most = 0.0, 1.0
    elif least >= 0 and most <= 255:
        least, most = 0.0, 255.0
    elif least >= 0 and most <= 65535:
        least, most = 0.0, 65535.0
    numbers -= least
    numbers *= 255.0 / max(most - least, 1e-30)
    return Image.fromarray(numpy.clip(numbers, 0, 255, out=numbers).astype(numpy.uint8))


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the profile that the file carries, if it is one; else what the numbers say."""
    if profile and len(profile) <= LONGEST_PROFILE:
        colours = {"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode)
        change = transform(bytes(profile), colours)
        if change is not None:
            return applied(change, image)
    return image if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("RGB")


def applied(change: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    if image.mode not in WITH_ALPHA:
        return ImageCms.applyTransform(image, change)
    alpha = image.getchannel("A")
    colours = ImageCms.applyTransform(image.convert(image.mode.removesuffix("A")), change)
    colours.putalpha(alpha)
    return colours


@lru_cache(maxsize=16)
def transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None where it changes nothing that is to be seen, or cannot be used for this picture."""
    try:
        change = ImageCms.buildTransform(ImageCms.ImageCmsProfile(BytesIO(profile)), srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if mode == "RGB":
        probe = Image.new("RGB", (len(PROBES), 1))
        probe.putdata(PROBES)
        least_and_most = ImageChops.difference(probe, ImageCms.applyTransform(probe, change)).getextrema()
        if all(most <= SAME for _least, most in least_and_most):
            return None
    return change


@lru_cache(maxsize=1)
def srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def lab_as_rgb(image: Image.Image) -> Image.Image:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.applyTransform(image, ImageCms.buildTransform(lab, srgb(), "LAB", "RGB"))


def composited(image: Image.Image) -> list[Image.Image]:
    """As seen on white; and on black as well, if white hides something there."""
    if image.mode not in WITH_ALPHA:
        return [image if image.mode == "RGB" else image.convert("RGB")]
    alpha = image.getchannel("A")
    least = alpha.getextrema()[0]
    colours = image.convert("RGB")
    if least == 255:
        return [colours]
    on_white = laid_on(WHITE, colours, alpha)
    if least > SOLID or not is_hidden_on_white(on_white, alpha):
        return [on_white]
    return [on_white, laid_on(BLACK, colours, alpha)]


def laid_on(ground: tuple[int, int, int], colours: Image.Image, alpha: Image.Image) -> Image.Image:
    below = Image.new("RGB", colours.size, ground)
    below.paste(colours, mask=alpha)
    return below


def is_hidden_on_white(on_white: Image.Image, alpha: Image.Image) -> bool:
    ink = numpy.asarray(alpha) >= HIDDEN_ALPHA
    light = numpy.asarray(on_white).min(axis=2) >= HIDDEN_LIGHTNESS
    return bool((ink & light).sum() >= HIDDEN_SHARE * ink.size)
