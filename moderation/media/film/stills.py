"""A frame of a film as a JPEG: upright, in the shape it is shown in, with nothing else of the file in it."""

from fractions import Fraction
from io import BytesIO

from PIL import Image

from moderation.media.film.exchange import LONGEST_SIDE

QUALITY = 85
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
ON_ITS_SIDE = (90, 270)
NARROWEST, WIDEST = Fraction(1, 8), Fraction(8)
UNSPECIFIED, HIGH_DEFINITION, ITU709 = 2, 720, 1


def turn_of(frame) -> int:
    """By how much it is to be turned clockwise, of the four that are."""
    return round(-frame.rotation / 90) % 4 * 90


def shape_of(frame, track, rotation: int) -> tuple[int, int]:
    """Width and height as shown: some formats have pixels that are no squares."""
    width, height = stretched(frame.width, frame.height, track)
    return (height, width) if rotation in ON_ITS_SIDE else (width, height)


def stretched(width: int, height: int, track) -> tuple[int, int]:
    ratio = track.sample_aspect_ratio or track.codec_context.sample_aspect_ratio
    if not ratio or ratio == 1 or not NARROWEST <= ratio <= WIDEST:
        return width, height
    if ratio > 1:
        return max(1, round(width * ratio)), height
    return width, max(1, round(height / ratio))


def jpeg(frame, track, rotation: int) -> tuple[bytes, int, int]:
    width, height = stretched(frame.width, frame.height, track)
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    plain = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=ITU709 if is_high_definition(frame) else None,
        interpolation="AREA" if scale < 1 else "BILINEAR",
    )
    image = Image.fromarray(plain.to_ndarray())
    if rotation in TURNS:
        image = image.transpose(TURNS[rotation])
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue(), *image.size


def is_high_definition(frame) -> bool:
    """Whose colours are meant otherwise than those of small pictures, if nothing is said of them."""
    return frame.colorspace == UNSPECIFIED and frame.height >= HIGH_DEFINITION
