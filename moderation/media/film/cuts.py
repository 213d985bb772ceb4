"""Where one scene ends and another begins, told from small grey pictures of the frames. Needs only numpy."""

from collections import deque

import numpy

ROWS, COLUMNS, FINER = 18, 32, 2
PLANAR = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv410p", "yuv411p"}
LEAST = 16.0
TIMES_USUAL, LARGEST_USUAL = 1.5, 20.0
REMEMBERED = 12
# A flash is over by then; what comes after it looks as what was before.
FLASH_MS, LASTING_MS = 150, 400
RETURNED = 0.5


def signature(frame) -> numpy.ndarray:
    """Brightness and both colours of 18 x 32 places, as rows of one array."""
    if frame.format.name not in PLANAR:
        frame = frame.reformat(COLUMNS * FINER, ROWS * FINER, "yuv444p", interpolation="FAST_BILINEAR")
    return numpy.stack([shrunk(plane) for plane in frame.planes[:3]])


def shrunk(plane) -> numpy.ndarray:
    pixels = numpy.frombuffer(plane, numpy.uint8).reshape(-1, plane.line_size)
    rows = (numpy.arange(ROWS * FINER) * plane.height) // (ROWS * FINER)
    columns = (numpy.arange(COLUMNS * FINER) * plane.width) // (COLUMNS * FINER)
    picked = pixels[numpy.ix_(rows, columns)].reshape(ROWS, FINER, COLUMNS, FINER)
    return picked.mean(axis=(1, 3), dtype=numpy.float32)


def difference(one: numpy.ndarray, other: numpy.ndarray) -> float:
    """Of brightness, or of colour where that alone changes; 255 at most."""
    planes = numpy.abs(one - other).mean(axis=(1, 2))
    return float(max(planes[0], planes[1:].sum()))


class Cuts:
    """Fed with frames in order, it gives the frame to look at for each cut, a moment after it.

    What is given back with a frame (`what`) is whatever was handed in with it.
    """

    def __init__(self):
        self.usual: deque[float] = deque(maxlen=REMEMBERED)
        self.last: numpy.ndarray | None = None
        self.last_at = 0
        self.before: numpy.ndarray | None = None
        self.pending: tuple[int, object] | None = None
        self.size = 0.0

    def feed(self, at_ms: int, look: numpy.ndarray, what):
        """The frame of a cut that is certain now, as (moment of the cut, frame), or None."""
        found = self.confirmed(at_ms, look, what) if self.pending else None
        if self.pending is None:
            self.compare(at_ms, look, what)
        self.last, self.last_at = look, at_ms
        return found

    def confirmed(self, at_ms: int, look: numpy.ndarray, what):
        began, first = self.pending
        if at_ms - began < FLASH_MS:
            return None
        self.pending = None
        if at_ms - began >= LASTING_MS:  # no other frame came: it was shown all that time
            return began, first
        if difference(look, self.before) < self.size * RETURNED:
            return None
        self.last = look
        return began, what

    def compare(self, at_ms: int, look: numpy.ndarray, what) -> None:
        if self.last is None:
            return
        size = difference(look, self.last)
        # What moves in between tells nothing of frames that were shown for long.
        is_slow = not self.usual or at_ms - self.last_at >= LASTING_MS
        usual = 0.0 if is_slow else min(LARGEST_USUAL, float(numpy.median(self.usual)))
        self.usual.append(size)
        if size > LEAST + TIMES_USUAL * usual:
            self.pending, self.before, self.size = (at_ms, what), self.last, size

    def end(self):
        """The recording is over: what was seen last stays."""
        found, self.pending = self.pending, None
        return found
