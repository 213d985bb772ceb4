"""How a picture is made into what a net takes: data, so that any classifier can be described."""

import io
import math
from dataclasses import dataclass, fields

import numpy
from PIL import Image, ImageFilter

RESIZES = ("stretch", "cover", "fit", "blur")
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SMALLEST, LARGEST = 8, 1024
BLUR = 10.0
# Very large pictures are first halved by a cheap filter, down to this many times what is wanted.
REDUCING = 3.0


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """From pixels (RGB, 0 to 255) to the tensor of a net: (pixel * scale - mean) / std.

    `resize` is how a picture of any shape comes to `width` x `height`: "stretch" ignores its proportions,
    "cover" keeps them and cuts off what is too much, "fit" keeps them and fills up with `fill`, "blur" fills
    up with the picture itself, stretched and blurred. With `crop` the picture is first brought to the larger
    size `crop` x `crop`, of which the middle is taken.
    `channels` is the order of the tensor's channels, and of those in `mean` and `std`.
    `jpeg`: the picture goes once through JPEG, for nets whose scores were published that way.
    """

    width: int = 224
    height: int = 224
    resize: str = "stretch"
    crop: int = 0
    filter: str = "bilinear"
    fill: tuple[int, int, int] = (0, 0, 0)
    layout: str = "NCHW"
    channels: str = "RGB"
    scale: float = 1 / 255
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    jpeg: bool = False

    def __post_init__(self):
        for name in ("width", "height"):
            require(is_whole(getattr(self, name), SMALLEST, LARGEST), name, f"{SMALLEST} to {LARGEST}")
        largest = max(self.width, self.height)
        require(
            self.crop == 0 or is_whole(self.crop, largest, LARGEST),
            "crop",
            f"0, or {largest} to {LARGEST}",
        )
        for name, choices in CHOICES.items():
            require(getattr(self, name) in choices, name, f"one of {', '.join(choices)}")
        require(type(self.jpeg) is bool, "jpeg", "true or false")
        require(is_number(self.scale) and self.scale != 0, "scale", "a number other than 0")
        require(is_triple(self.mean, is_number), "mean", "three numbers")
        require(is_triple(self.std, is_number) and all(self.std), "std", "three numbers other than 0")
        require(is_triple(self.fill, is_shade), "fill", "three whole numbers from 0 to 255")

    @classmethod
    def from_json(cls, document: dict) -> "Preprocessing":
        """Raises ValueError with the name of what is wrong."""
        if not isinstance(document, dict):
            raise ValueError("preprocessing must be an object.")
        unknown = sorted(set(document) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"preprocessing has no {', '.join(unknown)}.")
        return cls(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in document.items()}
        )

    def to_json(self) -> dict:
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

    @property
    def shape(self) -> tuple[int, int, int, int]:
        size = (self.height, self.width)
        return (1, 3, *size) if self.layout == "NCHW" else (1, *size, 3)

    def __call__(self, pixels: numpy.ndarray) -> numpy.ndarray:
        picture = self.sized(Image.fromarray(pixels))
        if self.jpeg:
            picture = through_jpeg(picture)
        values = numpy.asarray(picture, dtype=numpy.float32)
        if self.channels == "BGR":
            values = values[:, :, ::-1]
        if self.scale != 1:
            values = values * numpy.float32(self.scale)
        values = values - numpy.float32(self.mean)
        if self.std != (1.0, 1.0, 1.0):
            values = values / numpy.float32(self.std)
        if self.layout == "NCHW":
            values = values.transpose(2, 0, 1)
        return numpy.ascontiguousarray(values[numpy.newaxis], dtype=numpy.float32)

    def sized(self, picture: Image.Image) -> Image.Image:
        if not self.crop:
            return self.resized(picture, self.width, self.height)
        picture = self.resized(picture, self.crop, self.crop)
        left, top = (self.crop - self.width) // 2, (self.crop - self.height) // 2
        return picture.crop((left, top, left + self.width, top + self.height))

    def resized(self, picture: Image.Image, width: int, height: int) -> Image.Image:
        method = FILTERS[self.filter]
        if self.resize == "stretch":
            return picture.resize((width, height), method)
        if self.resize == "cover":
            return picture.resize((width, height), method, box=middle(picture, width / height))
        shrunk = min(width / picture.width, height / picture.height)
        across = min(width, max(1, round(picture.width * shrunk)))
        down = min(height, max(1, round(picture.height * shrunk)))
        inner = picture.resize((across, down), method, reducing_gap=REDUCING)
        if self.resize == "blur":
            ground = inner.resize((width, height), method).filter(ImageFilter.GaussianBlur(BLUR))
        else:
            ground = Image.new("RGB", (width, height), self.fill)
        ground.paste(inner, ((width - across) // 2, (height - down) // 2))
        return ground


CHOICES = {
    "resize": RESIZES,
    "filter": tuple(FILTERS),
    "layout": ("NCHW", "NHWC"),
    "channels": ("RGB", "BGR"),
}


def middle(picture: Image.Image, proportion: float) -> tuple[float, float, float, float]:
    """The largest part in the middle of the picture that has this width to height."""
    width = min(picture.width, picture.height * proportion)
    height = min(picture.height, picture.width / proportion)
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return left, top, left + width, top + height


def through_jpeg(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, format="JPEG")
    return Image.open(file)


def require(holds: bool, name: str, what: str) -> None:
    if not holds:
        raise ValueError(f"preprocessing.{name} must be {what}.")


def is_whole(value, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def is_shade(value) -> bool:
    return is_whole(value, 0, 255)


def is_number(value) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def is_triple(value, each) -> bool:
    return type(value) is tuple and len(value) == 3 and all(map(each, value))
