"""The sound of a window as numbers: 16 kHz, one channel, and as long as the time it stands for."""

from contextlib import suppress

import av
import numpy

from moderation.media.film.exchange import RATE, Answer
from moderation.media.film.opening import AUDIO, Reader
from moderation.media.film.output import Output
from moderation.media.film.source import Late

# A decoder hears its first sounds badly: it is given some that are thrown away.
RUN_UP_MS = 500
# As far as what comes next may lie from where the one before ended, without being moved there.
SLACK = 0.05
BLOCK = RATE // 4
CANCELLED = 0.1


def sound(reader: Reader, out: Output) -> Answer:
    tape = Tape(reader.wanted.start_ms, reader.wanted.stop_ms)
    is_coarse = False
    try:
        record(reader, tape)
    except Late:
        is_coarse = True
    content = tape.heard()
    out.put(content)
    return Answer(length=len(content), is_coarse=is_coarse)


def record(reader: Reader, tape: "Tape") -> None:
    packets = reader.packets(AUDIO, from_ms=reader.wanted.start_ms - RUN_UP_MS)
    track = reader.audio
    ear = Ear(tape)
    for packet in packets:
        if reader.clock.is_late:
            raise Late
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except (av.FFmpegError, ValueError):
            continue
        for frame in frames:
            at = None if frame.pts is None else float(frame.pts * track.time_base - reader.origin)
            if at is not None and at * 1000 >= reader.wanted.stop_ms:
                ear.end()
                return
            ear.hear(frame, at)
    ear.end()


class Tape:
    """Silence, until something is put there."""

    def __init__(self, start_ms: int, stop_ms: int):
        self.start = start_ms * RATE // 1000
        self.sides = numpy.zeros((2, (stop_ms - start_ms) * RATE // 1000), numpy.int16)
        self.is_empty, self.end = True, 0

    def put(self, place: int, pieces: numpy.ndarray) -> None:
        """`place` counts from the beginning of the recording."""
        place -= self.start
        cut = max(0, -place)
        pieces = pieces[:, cut : cut + max(0, self.sides.shape[1] - place - cut)]
        place += cut
        if pieces.shape[1]:
            self.sides[:, place : place + pieces.shape[1]] = pieces
            self.end, self.is_empty = max(self.end, place + pieces.shape[1]), False

    def heard(self) -> bytes:
        """Both sides together; where they would silence each other, the louder one."""
        left, right = self.sides[:, : self.end].astype(numpy.int32)
        mixed = (left + right) // 2
        for begin in range(0, self.end, BLOCK):
            part = slice(begin, begin + BLOCK)
            loud = [float(numpy.square(side[part], dtype=numpy.float64).sum()) for side in (left, right)]
            if float(numpy.square(mixed[part], dtype=numpy.float64).sum()) < CANCELLED * max(loud):
                mixed[part] = left[part] if loud[0] >= loud[1] else right[part]
        return mixed.astype("<i2").tobytes()


class Ear:
    """Resamples what follows without a gap in one go, and starts anew behind each gap."""

    def __init__(self, tape: Tape):
        self.tape, self.resampler, self.place = tape, None, 0
        self.shape, self.began, self.given = None, 0.0, 0

    def hear(self, frame, at: float | None) -> None:
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if not frame.sample_rate or not frame.samples:
            return
        due = self.began + self.given / frame.sample_rate
        if self.resampler is None or shape != self.shape or (at is not None and abs(at - due) > SLACK):
            self.end()
            self.begin(shape, due if at is None else at, frame.layout.nb_channels)
        self.given += frame.samples
        frame.pts = None
        self.take(self.resampler.resample(frame))

    def begin(self, shape: tuple, at: float, channels: int) -> None:
        layout = "mono" if channels == 1 else "stereo"
        self.resampler = av.AudioResampler(format="s16p", layout=layout, rate=RATE)
        self.shape, self.began, self.given = shape, at, 0
        self.place = round(at * RATE)

    def take(self, frames) -> None:
        for frame in frames:
            pieces = frame.to_ndarray()
            self.tape.put(self.place, pieces)
            self.place += pieces.shape[1]

    def end(self) -> None:
        if self.resampler is not None:
            with suppress(av.FFmpegError):
                self.take(self.resampler.resample(None))
            self.resampler = None
