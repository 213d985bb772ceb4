"""Recordings for `manage.py demo`, made when they are wanted: a video with an advertisement, a tune."""

import io
import wave
from collections.abc import Iterator

import av
import numpy
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, RATE = 640, 360, 12
SOUND = 48_000
# What is written on each scene, its ground, and for how many seconds it stands.
SCENES = (
    ("Harbour at dusk", "#20415f", 3),
    ("Boats leave at nine", "#2f5d50", 3),
    ("Cheap tickets: add me on WeChat boat_12345", "#7a3b2e", 3),
    ("See you on Saturday", "#4a3f73", 3),
)
NOTES = (262, 330, 392, 523, 392, 330)


def film() -> bytes:
    """An MP4 of twelve seconds: scenes with a boat that passes, and a quiet tune."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        seen = out.add_stream("libx264", rate=RATE)
        seen.width, seen.height, seen.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        heard = out.add_stream("aac", rate=SOUND)
        heard.layout = "mono"
        for number, picture in enumerate(pictures()):
            frame = av.VideoFrame.from_image(picture)
            frame.pts = number
            out.mux(seen.encode(frame))
        out.mux(seen.encode())
        sound = tune(sum(seconds for _text, _ground, seconds in SCENES), SOUND)
        for start in range(0, len(sound) - 1023, 1024):
            frame = av.AudioFrame.from_ndarray(sound[start : start + 1024].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = SOUND, start
            out.mux(heard.encode(frame))
        out.mux(heard.encode())
    return file.getvalue()


def pictures() -> Iterator[Image.Image]:
    font, passed = ImageFont.load_default(30), 0
    for text, ground, seconds in SCENES:
        for _number in range(seconds * RATE):
            picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
            draw = ImageDraw.Draw(picture)
            place = 20 + passed * 4
            draw.rectangle([0, 270, WIDTH, HEIGHT], fill="#14324a")
            draw.polygon(
                [(place, 250), (place + 90, 250), (place + 72, 285), (place + 18, 285)], fill="#e8e2d0"
            )
            draw.polygon([(place + 45, 170), (place + 45, 244), (place + 92, 244)], fill="#f4f0e4")
            draw.text((24, 32), text, fill="white", font=font)
            passed += 1
            yield picture


def tune(seconds: int, rate: int) -> numpy.ndarray:
    each = rate // 2
    fade = numpy.minimum(1, numpy.linspace(6, 0, each))
    notes = [
        numpy.sin(numpy.arange(each) * (2 * numpy.pi * NOTES[number % len(NOTES)] / rate)) * fade * 5000
        for number in range(seconds * 2)
    ]
    return numpy.concatenate(notes).astype(numpy.int16)


def melody() -> bytes:
    """A WAV of six seconds."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(tune(6, 16_000).astype("<i2").tobytes())
    return file.getvalue()
