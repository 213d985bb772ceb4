"""Films and sound as tests need them: what is drawn and heard at each moment is known."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy
import pytest
from PIL import Image

DATA = Path(__file__).resolve().parents[5] / "shared/data"
VIDEO, AUDIO = DATA / "video", DATA / "audio"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real files is not here")

TICK = Fraction(1, 1000)
COLOURS = [(200, 30, 30), (30, 180, 40), (40, 60, 210), (210, 200, 40), (180, 40, 190), (40, 190, 190)]
RATE = 16_000


def colour_of_second(ms: int) -> tuple[int, int, int]:
    return COLOURS[ms // 1000 % len(COLOURS)]


def plain(colour: tuple[int, int, int], size: tuple[int, int]) -> numpy.ndarray:
    return numpy.full((size[1], size[0], 3), colour, numpy.uint8)


def film(
    *,
    moments: Iterable[int] = range(0, 3000, 40),
    paint: Callable[[int], tuple[int, int, int] | numpy.ndarray] = colour_of_second,
    size: tuple[int, int] = (320, 176),
    container: str = "mp4",
    codec: str = "libx264",
    pixels: str = "yuv420p",
    gop: int = 250,
    options: dict | None = None,
    sound: Callable[[numpy.ndarray], numpy.ndarray] | None = None,
    sound_from_ms: int = 0,
    rate: int = 25,
    muxing: dict | None = None,
) -> bytes:
    """A frame at each of the moments, in milliseconds; `sound` gives its values at seconds."""
    file = BytesIO()
    moments = list(moments)
    with av.open(file, "w", format=container, options=muxing or {}) as out:
        pictures = out.add_stream(codec, rate=rate)
        pictures.width, pictures.height = size
        pictures.pix_fmt, pictures.gop_size = pixels, gop
        pictures.options = {"preset": "ultrafast"} if codec == "libx264" else {}
        pictures.options |= options or {}
        if codec not in ("mpeg4", "mpeg2video", "mpeg1video", "msmpeg4", "wmv1", "wmv2", "flv", "mjpeg"):
            pictures.codec_context.time_base = TICK
        tones = None
        if sound:
            tones = out.add_stream("aac" if container in ("mp4", "mov", "flv") else "pcm_s16le", rate=RATE)
            tones.layout = "mono"
        for number, at in enumerate(moments):
            drawn = paint(at)
            drawn = plain(drawn, size) if isinstance(drawn, tuple) else drawn
            frame = av.VideoFrame.from_ndarray(drawn, "rgb24")
            if pictures.codec_context.time_base == TICK:
                frame.pts, frame.time_base = at, TICK
            else:
                frame.pts = number
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode())
        if tones is not None:
            add_sound(out, tones, sound, sound_from_ms, moments[-1])
    return file.getvalue()


def add_sound(out, tones, sound, from_ms: int, to_ms: int) -> None:
    for begin in range(from_ms * RATE // 1000, to_ms * RATE // 1000, 1024):
        values = sound(numpy.arange(begin, begin + 1024) / RATE)
        frame = av.AudioFrame.from_ndarray(as_numbers(values), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        out.mux(tones.encode(frame))
    out.mux(tones.encode())


def as_numbers(values: numpy.ndarray) -> numpy.ndarray:
    return (numpy.clip(values, -1, 1) * 32000).astype(numpy.int16)[None]


def recording(
    values: numpy.ndarray,
    *,
    container: str,
    codec: str,
    rate: int = RATE,
    layout: str = "mono",
    options: dict | None = None,
) -> bytes:
    """Sound alone; `values` has a row for each channel."""
    file = BytesIO()
    values = numpy.atleast_2d(values)
    with av.open(file, "w", format=container) as out:
        tones = out.add_stream(codec, rate=rate)
        tones.layout = layout
        tones.options = options or ({"b": "64k"} if codec == "wmav2" else {})
        numbers = (numpy.clip(values, -1, 1) * 32000).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(numpy.ascontiguousarray(numbers), "s16p", layout)
        frame.sample_rate, frame.pts = rate, 0
        context = tones.codec_context
        shaper = av.AudioResampler(
            format=context.format.name, layout=layout, rate=rate, frame_size=context.frame_size or 1024
        )
        for piece in [*shaper.resample(frame), *shaper.resample(None)]:
            out.mux(tones.encode(piece))
        out.mux(tones.encode())
    return file.getvalue()


def sine(moments: numpy.ndarray, hertz: float = 440.0) -> numpy.ndarray:
    return 0.5 * numpy.sin(2 * numpy.pi * hertz * moments)


@contextmanager
def saved_as_file(content: bytes) -> Iterator:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file


def colour(jpeg: bytes) -> tuple[int, int, int]:
    """That of the middle."""
    image = Image.open(BytesIO(jpeg)).convert("RGB")
    return image.getpixel((image.width // 2, image.height // 2))


def is_like(one: tuple, other: tuple, apart: int = 24) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= apart
