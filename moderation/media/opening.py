"""Open a picture without doing what its header asks for, and take frames from it. Needs only Pillow."""

import warnings
from collections.abc import Iterator
from io import BytesIO

# All that Pillow would import when it first needs it: later the worker cannot open files any more.
from PIL import (  # noqa: F401
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageColor,
    ImageFile,
    ImageFilter,
    ImageMath,
    ImagePalette,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from moderation.media.counting import gif_frames, webp_size
from moderation.media.limits import Limits

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = {5, 6, 7, 8}
CUT_SHORT = ("truncated", "unexpected end", "end of file", "not enough image data", "no tile found")


class Refused(Exception):
    """This picture is not decoded; `code` is the name of the error that the caller raises."""

    def __init__(self, code: str, **details):
        super().__init__(code)
        self.code, self.details = code, details


def prepare() -> None:
    Image.init()
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def opened(data: bytes, kind: str, limits: Limits) -> tuple[Image.Image, int]:
    """The picture with nothing decoded yet, and how many frames it has."""
    Image.MAX_IMAGE_PIXELS = limits.pixels
    if kind == "gif" and gif_frames(data, most=limits.frames) > limits.frames:
        raise Refused("image_too_many_frames", most=limits.frames)
    if kind == "webp" and (size := webp_size(data)):
        check_size(size, limits)
    image = Image.open(BytesIO(data), formats=[kind.upper()])
    check_size(image.size, limits)
    if kind == "tiff":
        return image, count_pages(image, limits)
    frames = 1 if kind in ("jpeg", "bmp") else max(1, getattr(image, "n_frames", 1))
    if frames > limits.frames:
        raise Refused("image_too_many_frames", frames=frames, most=limits.frames)
    if frames > 1:
        check_all_frames(frames * image.width * image.height, limits)
    return image, frames


def count_pages(image: Image.Image, limits: Limits) -> int:
    """Pages have sizes of their own, each told by a header that is read only now."""
    pages, pixels = 1, image.width * image.height
    while True:
        try:
            image.seek(pages)
        except EOFError:
            image.seek(0)
            return pages
        pages += 1
        if pages > limits.frames:
            raise Refused("image_too_many_frames", most=limits.frames)
        check_size(image.size, limits)
        pixels += image.width * image.height
        check_all_frames(pixels, limits)


def check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.pixels or max(size) > limits.side:
        raise Refused(
            "image_too_many_pixels", width=width, height=height, most=limits.pixels, longest=limits.side
        )


def check_all_frames(pixels: int, limits: Limits) -> None:
    if pixels > limits.frame_pixels:
        raise Refused("image_too_many_pixels", frame_pixels=pixels, most=limits.frame_pixels)


def frames(image: Image.Image, numbers: list[int], limits: Limits) -> Iterator[tuple[int, Image.Image]]:
    """Those that can be reached: a file may have fewer than it says, though never none."""
    for number in numbers:
        try:
            if number:
                image.seek(number)
                check_size(image.size, limits)
            image.load()
        except (EOFError, OSError, ValueError, SyntaxError):
            if not number:
                raise
            return
        yield number, image


def spread(frames: int, most: int) -> list[int]:
    """The first, the last, and as many between them as may be, evenly."""
    if frames <= most:
        return list(range(frames))
    if most == 1:
        return [0]
    return sorted({round(place * (frames - 1) / (most - 1)) for place in range(most)})


def orientation(image: Image.Image) -> int:
    """How the file says it is to be turned. Called after loading, since some plugins turn it themselves."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - what stands there is chosen by a stranger, and may be anything
        return 1


def upright(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(TURNS[turn]) if turn in TURNS else image


def why(error: Exception) -> Refused:
    """One code for each of the many errors that Pillow raises."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return Refused("image_too_many_pixels", most=Image.MAX_IMAGE_PIXELS or 0)
    if isinstance(error, MemoryError):
        return Refused("image_decode_timeout", reason="memory")
    text = str(error).lower()
    if isinstance(error, EOFError) or any(words in text for words in CUT_SHORT):
        return Refused("image_truncated")
    return Refused("image_decode_failed", reason=type(error).__name__)
