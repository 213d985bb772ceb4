"""The lines of text in a picture, read by RapidOCR with the weights inside its package."""

from dataclasses import dataclass

import numpy

from moderation.detectors import golden
from moderation.detectors.base import Box, DetectorSpec, Health, RawHit, RawLabel
from moderation.detectors.onnx_net import open_session
from moderation.detectors.packages import load
from moderation.detectors.weights import OCR_LINES, OCR_TEXT, OCR_TURNS, pins

SIDE = 640  # lines are looked for in the picture shrunk to this side, and read at full size
SMALLEST = 10
MOST_LINES = 100
# A side longer than this is cut into windows: shrunk as a whole, small text would not be found.
LONGEST_SIDE, WINDOW, OVERLAP = 2048, 1600, 200
LONGEST_TEXT = 500


class OcrEngine:
    spec = DetectorSpec(
        name="ocr",
        version="1",
        content_types=frozenset({"image"}),
        labels=(RawLabel("line", "A line of text"),),
        languages=("de", "en", "es", "fr", "ja", "zh"),
        weights_licence="Apache-2.0",
        weights=pins(OCR_LINES, OCR_TURNS, OCR_TEXT),
        packages=("cv2", "onnxruntime", "rapidocr"),
        is_warm=True,
        reads_text=True,
        reads_lines=True,
        cost=300.0,
        seconds=20.0,
    )

    def look_for(self) -> None:
        for weights in (OCR_LINES, OCR_TURNS, OCR_TEXT):
            weights.look_for()

    def setup(self) -> None:
        load("cv2").setNumThreads(1)
        values = {
            "Global.log_level": "critical",
            "Det.limit_type": "max",
            "Det.limit_side_len": SIDE,
        }
        reader = load("rapidocr").RapidOCR(params=values)
        # Given its sessions, the package neither opens model files nor fetches them from anywhere.
        reader.cfg._set_flag("allow_objects", True)
        for part, weights in (
            (reader.cfg.Det, OCR_LINES),
            (reader.cfg.Cls, OCR_TURNS),
            (reader.cfg.Rec, OCR_TEXT),
        ):
            part.session = open_session(weights.read(), keep_memory=False)
        reader.text_det = Bounded(reader._load_det_model())
        self.reader = reader

    def health(self) -> Health:
        read = " ".join(hit.text for hit in self.inspect(golden.enlarged_rows(golden.TEXT, 2, 24)))
        return Health(all(word in read for word in golden.WORDS), f"read {read!r}")

    def inspect(self, content: numpy.ndarray) -> list[RawHit]:
        if min(content.shape[:2]) < SMALLEST:
            return []
        hits: list[RawHit] = []
        for window in windows(*content.shape[:2]):
            found = self.read(content[window.top : window.bottom, window.left : window.right], window)
            hits += [hit for hit in found if window.owns(hit.box) and not is_held(hit, hits)]
        return in_reading_order(hits)

    def read(self, pixels: numpy.ndarray, window: "Window") -> list[RawHit]:
        seen = self.reader(numpy.ascontiguousarray(pixels[:, :, ::-1]))
        if seen.boxes is None or seen.txts is None:
            return []
        return [
            RawHit(
                "line",
                round(100 * float(score), 2),
                text=text.strip()[:LONGEST_TEXT],
                box=window.place(corners),
            )
            for corners, text, score in zip(seen.boxes, seen.txts, seen.scores, strict=True)
            if any(map(str.isalnum, text))
        ]


class Bounded:
    """Finds lines, and of very many the largest: reading a line takes far longer than finding it."""

    def __init__(self, finder):
        self.finder = finder

    def __call__(self, picture):
        found = self.finder(picture)
        if found.boxes is not None and len(found.boxes) > MOST_LINES:
            sides = found.boxes.max(axis=1) - found.boxes.min(axis=1)
            kept = numpy.sort(numpy.argsort(-sides.prod(axis=1), kind="stable")[:MOST_LINES])
            found.boxes = found.boxes[kept]
            found.scores = [found.scores[place] for place in kept]
        return found


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the picture, and within it the band from which lines are taken: neighbours take the rest."""

    left: int
    top: int
    right: int
    bottom: int
    first: float
    last: float
    is_tall: bool = True

    def place(self, corners: numpy.ndarray) -> Box:
        left, top = numpy.floor(corners.min(axis=0)).astype(int)
        right, bottom = numpy.ceil(corners.max(axis=0)).astype(int)
        left, right = max(left, 0), min(right, self.right - self.left)
        top, bottom = max(top, 0), min(bottom, self.bottom - self.top)
        return int(left + self.left), int(top + self.top), int(right - left), int(bottom - top)

    def owns(self, box: Box) -> bool:
        middle = box[1] + box[3] / 2 if self.is_tall else box[0] + box[2] / 2
        return self.first <= middle <= self.last


def windows(height: int, width: int) -> list[Window]:
    """One for most pictures; for a long one several that overlap, along its longer side."""
    long, is_tall = max(height, width), height > width
    if long <= LONGEST_SIDE:
        return [Window(0, 0, width, height, 0, long, is_tall)]
    count = -(-(long - OVERLAP) // (WINDOW - OVERLAP))
    starts = [round(place * (long - WINDOW) / (count - 1)) for place in range(count)]
    found = []
    for place, start in enumerate(starts):
        first = (start + starts[place - 1] + WINDOW) / 2 - 2 if place else 0
        last = (starts[place + 1] + start + WINDOW) / 2 + 2 if place + 1 < count else long
        sides = (0, start, width, start + WINDOW) if is_tall else (start, 0, start + WINDOW, height)
        found.append(Window(*sides, first, last, is_tall))
    return found


def is_held(hit: RawHit, hits: list[RawHit]) -> bool:
    """Whether the line was read before, in the window beside this one."""
    left, top, width, height = hit.box
    for other in hits:
        across = min(left + width, other.box[0] + other.box[2]) - max(left, other.box[0])
        down = min(top + height, other.box[1] + other.box[3]) - max(top, other.box[1])
        smaller = min(width * height, other.box[2] * other.box[3])
        if across > 0 and down > 0 and across * down > smaller / 2:
            return True
    return False


def in_reading_order(hits: list[RawHit]) -> list[RawHit]:
    """From top to bottom, and of those beside each other from left to right."""
    rows: list[list[RawHit]] = []
    for hit in sorted(hits, key=lambda hit: (hit.box[1] + hit.box[3] / 2, hit.box[0])):
        middle = hit.box[1] + hit.box[3] / 2
        first = rows[-1][0].box if rows else None
        if first is not None and middle < first[1] + first[3] * 0.75:
            rows[-1].append(hit)
        else:
            rows.append([hit])
    return [hit for row in rows for hit in sorted(row, key=lambda hit: (hit.box[0], hit.box[1]))]
