"""QR codes and other codes in a picture, and what they say, read by zxing-cpp."""

import unicodedata
from collections.abc import Iterator

import numpy
from PIL import Image, ImageFilter, ImageOps

from moderation.detectors import golden
from moderation.detectors.base import Box, DetectorSpec, Health, RawHit, RawLabel
from moderation.detectors.packages import load

LONGEST = 4_300
MOST = 50
READ, UNREAD = 100.0, 70.0

# Small pictures are enlarged, where a module of the code is hardly more than a pixel.
SMALL = 720
# The span from the darkest to the brightest, without which a picture is stretched to the full one.
PALE = 128

FORMATS = {
    "qr": ("QRCode", "MicroQRCode", "RMQRCode"),
    "data_matrix": ("DataMatrix",),
    "aztec": ("Aztec",),
    "pdf417": ("PDF417",),
    "maxicode": ("MaxiCode",),
    "linear": ("EANUPC", "Code128", "Code39", "Code93", "ITF", "DataBar"),
}


class BarcodeEngine:
    spec = DetectorSpec(
        name="barcodes",
        version="1",
        content_types=frozenset({"image"}),
        labels=(
            RawLabel("qr", "QR codes, also small and unreadable ones"),
            RawLabel("data_matrix", "Data Matrix codes"),
            RawLabel("aztec", "Aztec codes"),
            RawLabel("pdf417", "PDF417 codes"),
            RawLabel("maxicode", "MaxiCodes"),
            RawLabel("linear", "Bar codes"),
        ),
        packages=("zxingcpp",),
        is_warm=True,
        reads_text=True,
        cost=15.0,
        seconds=10.0,
    )

    def setup(self) -> None:
        self.zxing = load("zxingcpp")
        kinds = self.zxing.BarcodeFormat
        self.raws = {getattr(kinds, name): raw for raw, names in FORMATS.items() for name in names}
        self.formats = self.zxing.BarcodeFormats(list(self.raws))

    def health(self) -> Health:
        hits = self.inspect(golden.enlarged_rows(golden.CODE, 4, 32))
        read = [(hit.raw, hit.text) for hit in hits]
        return Health(read == [("qr", golden.ADDRESS)], f"read {read}")

    def inspect(self, content: numpy.ndarray) -> list[RawHit]:
        grey = Image.fromarray(content).convert("L")
        found = self.read(grey)
        if not found:
            for other, scale in variants(grey):
                found = self.read(other, scale=scale)
                if found:
                    break
        hits = [hit if hit.text else self.read_closer(grey, hit) for hit in found]
        return sorted(within(hits, grey.size), key=lambda hit: (hit.box[1], hit.box[0]))[:MOST]

    def read(self, grey: Image.Image, *, scale: float = 1, left: int = 0, top: int = 0) -> list[RawHit]:
        """Codes in a part of the picture that stands at `left`, `top` and is enlarged by `scale`.

        Of codes that are seen and cannot be read only QR codes count: their three corners stand nowhere else.
        """
        codes = self.zxing.read_barcodes(
            numpy.asarray(grey),
            formats=self.formats,
            try_rotate=True,
            try_downscale=True,
            try_invert=True,
            text_mode=self.zxing.TextMode.Plain,
            return_errors=True,
        )
        hits = []
        for code in codes:
            box = box_of(code.position, scale, left, top)
            if code.valid:
                raw = self.raws.get(code.format) or self.raws[code.symbology]
                hits.append(RawHit(raw, READ, text=shown(code.text), note=str(code.format), box=box))
            elif code.format == self.zxing.BarcodeFormat.QRCode:
                hits.append(RawHit("qr", UNREAD, note="unreadable", box=box))
        return hits

    def read_closer(self, grey: Image.Image, unread: RawHit) -> RawHit:
        """A code that was seen and not read, once more: cut out, and bettered in several ways."""
        left, top, right, bottom = around(unread.box, grey.size)
        part = grey.crop((left, top, right, bottom))
        for other, scale in closer(part):
            for hit in self.read(other, scale=scale, left=left, top=top):
                if hit.text:
                    return hit
        return unread


def variants(grey: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """The picture as it may be read if it is not as it stands, with how much it is enlarged."""
    is_pale = spread(grey) < PALE
    if is_pale:
        yield ImageOps.autocontrast(grey, cutoff=1), 1
    if max(grey.size) <= SMALL:
        yield enlarged(ImageOps.autocontrast(grey, cutoff=1) if is_pale else grey, 2), 2


def closer(part: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    part = ImageOps.autocontrast(part, cutoff=1) if spread(part) < PALE else part
    scale = 2 if max(part.size) <= SMALL else 1
    large = enlarged(part, scale)
    yield large, scale
    yield part.filter(ImageFilter.GaussianBlur(1)), 1
    yield large.filter(ImageFilter.UnsharpMask(3, 200, 0)), scale
    yield large.filter(ImageFilter.GaussianBlur(1.5)), scale


def enlarged(grey: Image.Image, times: int) -> Image.Image:
    return grey.resize((grey.width * times, grey.height * times), Image.Resampling.BICUBIC)


def spread(grey: Image.Image) -> int:
    """Shades from the darkest to the brightest, without the outermost hundredth of the pixels."""
    counts = numpy.cumsum(grey.histogram())
    darkest, brightest = numpy.searchsorted(counts, [counts[-1] * 0.01, counts[-1] * 0.99])
    return int(brightest - darkest)


def box_of(position, scale: float, left: int, top: int) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across = [left + corner.x / scale for corner in corners]
    down = [top + corner.y / scale for corner in corners]
    x, y = int(min(across)), int(min(down))
    return x, y, max(1, round(max(across)) - x), max(1, round(max(down)) - y)


def around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    margin = max(box[2], box[3]) // 4 + 8
    left, top = max(0, box[0] - margin), max(0, box[1] - margin)
    right, bottom = min(size[0], box[0] + box[2] + margin), min(size[1], box[1] + box[3] + margin)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def within(hits: list[RawHit], size: tuple[int, int]) -> Iterator[RawHit]:
    """The hits, each place once, with boxes that do not leave the picture."""
    seen = set()
    for hit in hits:
        left, top = min(max(hit.box[0], 0), size[0] - 1), min(max(hit.box[1], 0), size[1] - 1)
        right, bottom = hit.box[0] + hit.box[2], hit.box[1] + hit.box[3]
        box = left, top, max(1, min(right, size[0]) - left), max(1, min(bottom, size[1]) - top)
        if (hit.raw, hit.text, box) not in seen:
            seen.add((hit.raw, hit.text, box))
            yield RawHit(hit.raw, hit.score, text=hit.text, note=hit.note, box=box)


def shown(text: str) -> str:
    """A payload as text that any place can keep: bytes that are no text are spelled out."""
    return "".join(map(spelled, text[:LONGEST]))[:LONGEST]


def spelled(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Cn"):
        return character
    return "" if character == "\r" else f"\\x{ord(character):02x}"
