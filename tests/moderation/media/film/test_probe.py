"""What a recording is said to be; and files that are far away."""

import io
import os

import numpy
import pytest
from PIL import Image

from moderation.media.film import reading
from moderation.media.film.local import as_local, read_only
from moderation.media.film.refusals import (
    MediaRefused,
    MediaWithoutPictures,
    MediaWithoutSound,
)
from moderation.media.recordings import FORMATS, format_of
from tests.moderation.media.film import bombs
from tests.moderation.media.film.films import (
    AUDIO,
    RATE,
    VIDEO,
    colour,
    film,
    is_like,
    needs_data,
    recording,
    saved_as_file,
    sine,
)


def probe(data: bytes, format: str = "mp4", content_type: str = "video") -> reading.Probe:
    with saved_as_file(data) as file:
        return reading.probe(file, format=FORMATS[format], content_type=content_type)


class TestAProbe:
    @pytest.mark.parametrize("name", list(bombs.seeds()))
    def test_knows_a_recording_of_each_format_by_its_bytes_alone(self, name):
        format, content_type, data = bombs.seeds()[name]
        found = format_of(data[:4096], content_type)
        facts = probe(data, found.name, content_type)

        assert found.name == format
        assert (facts.has_video, facts.has_audio) == (
            content_type == "video",
            content_type == "audio" or name in ("mp4", "mkv", "avi"),
        )
        assert facts.duration_ms == pytest.approx(800 if content_type == "video" else 1000, abs=110)
        if content_type == "video":
            assert (facts.width, facts.height) == (96, 64)

    def test_tells_the_codecs_and_the_rate(self):
        facts = probe(film(sound=sine))

        assert (facts.video_codec, facts.audio_codec, facts.frame_rate) == ("h264", "aac", 25.0)

    def test_of_a_film_without_sound_has_none(self):
        facts = probe(film())

        assert not facts.has_audio
        assert facts.audio_codec == ""

    def test_of_sound_as_a_film_is_refused(self):
        data = recording(sine(numpy.arange(RATE) / RATE), container="mp4", codec="aac")

        with pytest.raises(MediaWithoutPictures):
            probe(data)
        assert probe(data, content_type="audio").has_audio

    def test_of_a_silent_film_as_sound_is_refused(self):
        with pytest.raises(MediaWithoutSound):
            probe(film(), content_type="audio")

    def test_does_not_take_the_picture_of_an_album_for_a_film(self):
        cover = io.BytesIO()
        Image.new("RGB", (64, 64), (255, 0, 0)).save(cover, "JPEG")
        content = cover.getvalue()
        body = b"\0image/jpeg\0\x03\0" + content
        frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
        size = len(frame)
        tag = b"ID3\x03\0\0" + bytes((size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127))
        song = recording(sine(numpy.arange(2 * RATE) / RATE), container="mp3", codec="libmp3lame")
        facts = probe(tag + frame + song, "mp3", "audio")

        assert facts.has_audio and not facts.has_video

    def test_measures_where_nothing_is_told(self):
        """A stream that was recorded as it came has neither a length nor an index."""
        data = bytearray(film(container="matroska", moments=range(0, 8000, 40)))
        place = data.index(b"\x44\x89\x88")
        data[place : place + 11] = b"\xec\x89" + bytes(9)

        assert probe(bytes(data), "mkv").duration_ms == 8000

    def test_of_a_codec_that_is_not_read_says_so(self):
        data = film(container="avi", codec="mpeg4").replace(b"XVID", b"CRAM").replace(b"FMP4", b"CRAM")

        with pytest.raises(MediaRefused) as refused:
            probe(data, "avi")
        assert refused.value.details["reason"] == "codec"

    def test_shows_pixels_that_are_no_squares_as_they_are_meant(self):
        facts = probe(film(size=(160, 96), options={"x264-params": "sar=2/1"}))

        assert (facts.width, facts.height) == (320, 96)


@needs_data
class TestRealRecordings:
    @pytest.mark.parametrize(
        "name, expected",
        [
            ("bigbuckbunny", (5312, 1280, 720, "h264", "aac", 25.0)),
            ("bikes", (10_000, 640, 272, "h264", "", 25.0)),
            ("carphone_pristine", (4004, 193, 144, "h264", "", 29.97)),
        ],
    )
    def test_are_known(self, name, expected):
        facts = probe((VIDEO / f"{name}.mp4").read_bytes())

        assert (facts.duration_ms, facts.width, facts.height) == expected[:3]
        assert (facts.video_codec, facts.audio_codec, facts.frame_rate) == expected[3:]

    def test_of_speech_are_known(self):
        for path in sorted((AUDIO / "pocketsphinx/librivox").glob("*.wav")):
            facts = probe(path.read_bytes(), "wav", "audio")
            assert facts.duration_ms == pytest.approx((path.stat().st_size - 44) / 32, abs=20)


class TestACover:
    def test_is_the_first_frame_that_shows_something(self):
        drawn = numpy.zeros((176, 320, 3), numpy.uint8)
        drawn[:, :] = (200, 30, 30)
        drawn[::16] = (30, 60, 200)
        black, white = (0, 0, 0), (255, 255, 255)
        data = film(
            moments=range(0, 4000, 40),
            paint=lambda at: black if at < 1000 else white if at < 2000 else drawn,
        )
        with saved_as_file(data) as file:
            jpeg = reading.cover(file, format=FORMATS["mp4"])

        assert is_like(colour(jpeg), (200, 30, 30), apart=60)

    def test_is_there_though_all_is_black(self):
        with saved_as_file(film(paint=lambda _at: (0, 0, 0))) as file:
            assert is_like(colour(reading.cover(file, format=FORMATS["mp4"])), (0, 0, 0))


class Far(io.RawIOBase):
    """As a storage far away gives out: nothing but bytes."""

    def __init__(self, content: bytes):
        self.inner = io.BytesIO(content)

    def seek(self, *place):
        return self.inner.seek(*place)

    def read(self, size=-1):
        return self.inner.read(size)

    def fileno(self):
        raise io.UnsupportedOperation


class TestALocalFile:
    def test_is_the_file_itself_where_it_is_one(self):
        with saved_as_file(b"x") as file, as_local(file) as found:
            assert found is file

    def test_is_a_copy_of_one_that_is_far_away(self):
        data = film()
        with as_local(Far(data)) as found:
            fd = found.fileno()
            assert reading.probe(found, format=FORMATS["mp4"], content_type="video").duration_ms == 3000
        with pytest.raises(OSError):
            os.fstat(fd)

    def test_is_given_to_workers_to_read_only(self):
        with saved_as_file(b"content") as file, read_only(file) as fd:
            assert os.pread(fd, 7, 0) == b"content"
            with pytest.raises(OSError):
                os.write(fd, b"x")
