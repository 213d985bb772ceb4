"""Sound for tests: speech by espeak-ng, and what is none."""

import io
import subprocess
from functools import cache
from pathlib import Path

import av
import numpy

RATE = 16_000
RECORDINGS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "audio"
READINGS = RECORDINGS / "pocketsphinx" / "librivox"


@cache
def said(text: str, *, voice: str = "en-us+f3", speed: int = 140) -> bytes:
    """A sentence as 16 kHz mono, 16 bit."""
    done = subprocess.run(  # noqa: S603
        ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", text],  # noqa: S607
        capture_output=True,
        check=True,
    )
    return resampled(io.BytesIO(done.stdout))


def read(path: Path) -> bytes:
    """A file of the sample recordings."""
    with path.open("rb") as file:
        return resampled(file)


def resampled(file) -> bytes:
    with av.open(file) as container:
        resampler = av.AudioResampler("s16", "mono", RATE)
        frames = [new for frame in container.decode(audio=0) for new in resampler.resample(frame)]
        frames += resampler.resample(None)
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)


def silence(seconds: float) -> bytes:
    return bytes(2 * int(RATE * seconds))


def tone(seconds: float, *, hertz: float = 440, loud: float = 0.5) -> bytes:
    time = numpy.arange(int(RATE * seconds)) / RATE
    return as_pcm(loud * numpy.sin(2 * numpy.pi * hertz * time))


def noise(seconds: float, *, loud: float = 0.1, seed: int = 1) -> bytes:
    chance = numpy.random.default_rng(seed)
    return as_pcm(loud * chance.standard_normal(int(RATE * seconds)))


def as_pcm(sound: numpy.ndarray) -> bytes:
    return (numpy.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def spelling(message: str, *, seconds: float = 3.0) -> bytes:
    """A sound in which the fake hearers of moderation/detectors/fake.py hear the words of the message."""
    samples = numpy.zeros(int(RATE * seconds), "<i2")
    samples[:3] = (1, 2, 3)
    spelt = numpy.frombuffer(message.encode(), numpy.uint8).astype("<i2") * 64
    samples[3 : 3 + spelt.size] = spelt
    return samples.tobytes()
