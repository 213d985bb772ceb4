"""What is heard, and at which moment."""

from contextlib import suppress

import numpy
import pytest

from moderation.media.film import reading
from moderation.media.film.refusals import MediaWithoutSound
from moderation.media.recordings import FORMATS
from tests.moderation.media.film.films import (
    AUDIO,
    RATE,
    VIDEO,
    film,
    needs_data,
    recording,
    saved_as_file,
    sine,
)

KINDS = [
    ("wav", "wav", "pcm_s16le", 16_000), ("wav", "wav", "pcm_mulaw", 8000), 
    ("wav", "wav", "adpcm_ms", 22_050),
    ("mp3", "mp3", "libmp3lame", 44_100), ("ogg", "ogg", "libopus", 48_000), ("flac", "flac", "flac", 44_100),
    ("ipod", "m4a", "aac", 44_100), ("ipod", "m4a", "alac", 44_100), ("adts", "aac", "aac", 44_100),
    ("amr", "amr", "libopencore_amrnb", 8000), ("asf", "asf", "wmav2", 44_100),
    ("webm", "webm", "libopus", 48_000), ("matroska", "mkv", "ac3", 48_000), ("mp4", "mp4", "aac", 48_000),
    ("mpegts", "mpegts", "mp2", 44_100), ("mov", "mov", "pcm_s16be", 44_100),
]  # fmt: skip


def sound(data: bytes, format: str, window=range(60_000)) -> numpy.ndarray:
    with saved_as_file(data) as file:
        heard = reading.sound(file, format=FORMATS[format], window=window)
    return numpy.frombuffer(heard, "<i2").astype(float) / 32768


def bursts(seconds: float, rate: int) -> numpy.ndarray:
    """A tone in the second half of each second, another one in each."""
    moments = numpy.arange(int(seconds * rate)) / rate
    return numpy.where(moments % 1 >= 0.5, sine(moments, 300) * (1 + moments // 1 % 2), 0)


def loudness(heard: numpy.ndarray, milliseconds: int = 50) -> numpy.ndarray:
    step = RATE * milliseconds // 1000
    whole = heard[: len(heard) // step * step].reshape(-1, step)
    return numpy.sqrt((whole**2).mean(axis=1))


def lag(one: numpy.ndarray, other: numpy.ndarray) -> float:
    """By how many seconds one lies behind or before the other."""
    length = min(len(one), len(other))
    size = 2 ** (2 * length).bit_length()
    product = numpy.fft.rfft(one[:length], size) * numpy.conj(numpy.fft.rfft(other[:length], size))
    found = int(numpy.argmax(numpy.fft.irfft(product)))
    return abs(found - size if found > size // 2 else found) / RATE


class TestSound:
    @pytest.mark.parametrize("container, format, codec, rate", KINDS, ids=lambda one: str(one))
    def test_of_each_kind_lies_where_it_lies_in_the_file(self, container, format, codec, rate):
        data = recording(bursts(5, rate), container=container, codec=codec, rate=rate)
        heard = loudness(sound(data, format))

        assert 98 <= len(heard) <= 104
        for place, level in enumerate(heard[:100]):
            if place % 20 in (0, 9, 10, 19):
                continue  # where it begins and ends, a codec is not that exact
            assert (level > 0.1) == (place % 20 >= 10), (place, level)

    @pytest.mark.parametrize("container, format, codec, rate", KINDS, ids=lambda one: str(one))
    def test_of_a_window_is_that_part_of_the_whole(self, container, format, codec, rate):
        data = recording(bursts(9, rate), container=container, codec=codec, rate=rate)
        whole = sound(data, format)
        for start, stop in ((2250, 4750), (6100, 60_000)):
            part = sound(data, format, range(start, stop))
            same = whole[start * RATE // 1000 : stop * RATE // 1000]

            assert abs(len(part) - len(same)) < RATE * 0.05
            assert lag(part, same) < 0.05

    def test_is_silent_where_the_file_has_a_gap(self):
        """The sound begins two seconds after the pictures."""
        data = film(moments=range(0, 5000, 40), sound=sine, sound_from_ms=2000, container="matroska")
        heard = loudness(sound(data, "mkv"))

        assert heard[:39].max() == 0
        assert heard[41:95].min() > 0.1

    def test_ends_with_the_last_that_is_heard(self):
        data = recording(sine(numpy.arange(3 * RATE) / RATE), container="wav", codec="pcm_s16le")

        assert len(sound(data, "wav")) == 3 * RATE
        assert len(sound(data, "wav", range(2000, 2500))) == RATE // 2
        assert len(sound(data, "wav", range(3000, 9000))) == 0

    def test_of_two_sides_that_silence_each_other_is_heard(self):
        """Nobody hides speech by turning one channel upside down."""
        values = sine(numpy.arange(3 * RATE) / RATE)
        data = recording(numpy.stack([values, -values]), container="wav", codec="pcm_s16le", layout="stereo")

        assert loudness(sound(data, "wav")).min() > 0.3

    def test_of_one_side_alone_is_heard(self):
        values = sine(numpy.arange(3 * RATE) / RATE)
        data = recording(numpy.stack([values, values * 0]), container="flac", codec="flac", layout="stereo")

        assert loudness(sound(data, "flac")).min() > 0.15

    def test_of_six_channels_is_heard(self):
        values = numpy.zeros((6, 3 * RATE))
        values[2] = sine(numpy.arange(3 * RATE) / RATE)
        data = recording(values, container="flac", codec="flac", layout="5.1")

        assert loudness(sound(data, "flac")).min() > 0.1

    def test_keeps_its_loudness(self):
        values = sine(numpy.arange(3 * RATE) / RATE)
        heard = loudness(sound(recording(values, container="wav", codec="pcm_s16le"), "wav"))

        assert heard.mean() == pytest.approx(0.5 / numpy.sqrt(2), rel=0.05)

    def test_of_a_film_without_any_is_refused(self):
        with pytest.raises(MediaWithoutSound):
            sound(film(), "mp4")


@needs_data
class TestRealSound:
    def test_of_a_film_is_as_long_as_the_film(self):
        heard = sound((VIDEO / "bigbuckbunny.mp4").read_bytes(), "mp4")

        assert len(heard) == pytest.approx(5.31 * RATE, rel=0.01)
        assert loudness(heard).max() > 0.02

    def test_of_speech_is_what_the_file_has(self):
        data = (AUDIO / "vosk_test.wav").read_bytes()
        heard = sound(data, "wav")

        assert len(heard) == pytest.approx((len(data) - 44) / 2 / 16_000 * RATE, rel=0.3)
        assert loudness(heard).max() > 0.01

    def test_of_files_that_were_made_to_break_readers_is_heard_or_refused(self):
        for name in ("awful.wav", "bad.wav", "evil.wav"):
            with suppress(reading.MediaRefused):
                sound((AUDIO / "pocketsphinx" / name).read_bytes(), "wav")
