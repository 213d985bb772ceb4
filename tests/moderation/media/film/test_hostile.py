"""Recordings that are broken, and recordings that were made to break something or to read something."""

import os
import random
import socket
import struct
from collections import Counter

import numpy
import pytest

from moderation.media.film import looking, reading
from moderation.media.film.exchange import Limits, Wanted
from moderation.media.film.opening import Reader
from moderation.media.film.output import Output
from moderation.media.film.refusals import MediaRefused
from moderation.media.film.source import Clock
from moderation.media.recordings import FORMATS
from moderation.workers import memory
from tests.moderation.media.film import bombs
from tests.moderation.media.film.films import VIDEO, film, needs_data, recording, saved_as_file, sine
from tests.moderation.media.film.outcomes import NOISE, deaths, outcome, workers
from tests.moderation.media.pictures import drawn, saved


def seen_in(file) -> list:
    try:
        return reading.shots(
            file, format=FORMATS["mp4"], window=range(5000), every_ms=1000, most=5, cuts=False
        )
    except MediaRefused:
        return []


class TestWhatIsNoRecording:
    TEXTS = {
        "text": b"Nothing but words.\n" * 100,
        "html": b"<!doctype html><video src=file:///etc/passwd></video>" * 20,
        "zeros": bytes(5000),
        "noise": random.Random(1).randbytes(50_000),
        "picture": saved(drawn(200, 100)),
        "photo": saved(drawn(200, 100), "JPEG"),
    }

    @pytest.mark.parametrize("format", FORMATS)
    @pytest.mark.parametrize("name", TEXTS)
    def test_is_refused_under_every_name(self, name, format):
        content_type = "video" if FORMATS[format].video else "audio"

        assert outcome(self.TEXTS[name], format, content_type) != "ok"

    def test_of_no_bytes_is_empty(self):
        assert outcome(b"") == "media_empty"

    def test_under_another_format_is_refused(self):
        """What was taken for one format is never opened as another one."""
        matroska = film(container="matroska")

        assert outcome(matroska, "mp4") == "media_decode_failed"
        assert outcome(film(), "mkv") == "media_decode_failed"
        assert outcome(film(), "mpegts") == "media_decode_failed"


class TestOtherFiles:
    """A worker opens nothing but what it was given, whatever that asks for."""

    @pytest.fixture
    def neighbour(self, tmp_path):
        path = tmp_path / "neighbour.mp4"
        path.write_bytes(film())
        path.chmod(0o644)
        tmp_path.chmod(0o755)
        return path

    @pytest.fixture
    def listener(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.3)
            yield server

    def lists(self, path: str) -> dict[str, bytes]:
        return {
            "concat": f"ffconcat version 1.0\nfile {path}\nfile '{path}'\nduration 3\n".encode(),
            "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{path}\n#EXT-X-ENDLIST\n".encode(),
            "session": (
                b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                b"m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
            ),
            "dash": (
                '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
                ' mediaPresentationDuration="PT3S"><Period><AdaptationSet mimeType="video/mp4">'
                f'<Representation id="1" bandwidth="1"><BaseURL>{path}</BaseURL></Representation>'
                "</AdaptationSet></Period></MPD>"
            ).encode(),
            "subtitles": (
                "# VobSub index file, v7\nsize: 720x480\nid: en, index: 0\n"
                f"timestamp: 00:00:01:000, filepos: 000000000\n# {path}\n"
            ).encode(),
            "url": f"[InternetShortcut]\nURL=file://{path}\n".encode(),
        }

    @pytest.mark.parametrize("kind", ["concat", "playlist", "session", "dash", "subtitles", "url"])
    def test_are_not_opened_for_a_list(self, neighbour, kind):
        for format in ("mp4", "mkv", "avi", "flv", "mpegts", "mpeg", "ogg", "asf"):
            assert outcome(self.lists(str(neighbour))[kind], format) != "ok"

    def test_are_not_opened_for_addresses(self, listener):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.mp4"
        for data in self.lists(url).values():
            for format in ("mp4", "mkv", "mpegts"):
                assert outcome(data, format) != "ok"

        with pytest.raises(TimeoutError):
            listener.accept()

    def test_are_not_opened_for_a_list_behind_the_head_of_a_film(self, neighbour):
        list_of_files = self.lists(str(neighbour))["concat"]
        head = film()[:64]

        assert outcome(head + list_of_files) != "ok"
        assert outcome(b"\x1aE\xdf\xa3" + list_of_files, "mkv") != "ok"

    @pytest.mark.parametrize("is_alias", [False, True])
    def test_are_not_opened_for_a_film_that_says_its_pictures_are_there(self, neighbour, is_alias):
        with open(neighbour, "rb") as file:
            assert seen_in(file)
        for path in (str(neighbour), f"file://{neighbour}", neighbour.name):
            with saved_as_file(bombs.elsewhere(path, is_alias=is_alias)) as file:
                assert seen_in(file) == []

    def test_are_not_made_for_attachments(self, neighbour):
        target = neighbour.with_name("attached.ttf")

        assert outcome(bombs.attachment(str(target), b"x" * 1000), "mkv") == "ok"
        assert not target.exists()

    def test_are_none_that_a_worker_could_open(self):
        """Not by the decoder's kindness: the kernel refuses."""
        outcome(film())
        for worker in workers():
            assert worker.uids().real != 0 or os.geteuid() != 0
            with open(f"/proc/{worker.pid}/status") as status:
                text = status.read()
            assert "Seccomp:\t2" in text and "NoNewPrivs:\t1" in text


class TestBombs:
    @pytest.mark.parametrize("name", [
        "huge_tables", "many_samples", "endless_samples", "edit_list", "gigabyte_table", "deep_matroska",
    ])  # fmt: skip
    def test_are_one_coded_error(self, name):
        before = deaths()
        data = getattr(bombs, name)()

        assert outcome(data, "mkv" if name == "deep_matroska" else "mp4") != "ok"
        assert deaths() - before <= 2
        assert outcome(film()) == "ok"

    @pytest.mark.parametrize("width, height", [(65_535, 1), (16_000, 16_000), (10_000, 4001)])
    def test_of_pixels_are_refused_by_their_header(self, width, height):
        assert outcome(bombs.mp4(width=width, height=height)) == "media_too_many_pixels"

    def test_of_pixels_in_the_pictures_themselves_are_refused(self):
        """Where the container tells other sizes than the pictures do."""
        data = film(container="webm", codec="libvpx", gop=1, moments=range(0, 800, 40))
        told = b"\x9d\x01\x2a" + struct.pack("<HH", 320, 176)
        assert data.count(told) == 20
        data = data.replace(told, b"\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383))

        assert outcome(data, "webm") != "ok"
        assert outcome(bombs.mp4(width=65_535, height=65_535)) != "ok"

    def test_of_pixels_within_the_stream_are_refused(self, settings):
        """The container says little, the pictures themselves say more."""
        settings.ASSAY_MEDIA_MAX_PIXELS = 320 * 176 - 1

        assert outcome(film()) == "media_too_many_pixels"
        assert outcome(film(container="mpegts", codec="mpeg2video"), "mpegts") == "media_too_many_pixels"

    def test_of_tracks_are_refused(self):
        assert outcome(bombs.many_tracks(40)) == "media_too_many_streams"
        assert outcome(bombs.many_tracks(2000)) in ("media_too_many_streams", "media_decode_timeout")

    def test_of_time_are_refused_by_what_is_there(self, settings):
        settings.ASSAY_MEDIA_MAX_SECONDS = 2
        assert outcome(film()) == "media_too_long"
        assert outcome(film(moments=range(0, 1900, 40))) == "ok"
        tone = recording(sine(numpy.arange(80_000) / 16_000), container="mp3", codec="libmp3lame")
        assert outcome(tone, "mp3", "audio") == "media_too_long"

    def test_of_a_length_that_is_only_told_are_measured(self):
        """The head of the file says a hundred hours."""
        data = bytearray(film(container="matroska"))
        place = data.index(b"\x44\x89\x88") + 3
        data[place : place + 8] = struct.pack(">d", 360_000_000.0)
        with saved_as_file(bytes(data)) as file:
            assert reading.probe(file, format=FORMATS["mkv"], content_type="video").duration_ms == 3000

    def test_of_work_end_at_the_deadline_with_what_was_seen(self, monkeypatch):
        monkeypatch.setattr(reading, "SECONDS", 0.1)
        painted = NOISE[:720, :1280]
        data = film(moments=range(0, 4000, 20), size=(1280, 720), paint=lambda _at: painted, gop=50, rate=50)
        with saved_as_file(data) as file:
            found = reading.shots(
                file, format=FORMATS["mp4"], window=range(60_000), every_ms=500, most=400, cuts=True
            )

        assert found.is_coarse
        assert found

    def test_of_a_film_with_one_key_frame_alone_hide_little(self):
        """All before a window cannot be decoded in time: one sees what has changed since."""

        class Short(Clock):
            is_short, is_late = True, False

        data = film(
            moments=range(0, 30_000, 40), paint=lambda at: NOISE[at // 2000 * 61 :][:176, :320],
            gop=100_000, options={"sc_threshold": "0"},
        )  # fmt: skip
        wanted = Wanted(
            seconds=9, task="shots", format="mp4", limits=Limits(), start_ms=20_000, stop_ms=29_000, most=50
        )
        fd, out = memory.allocate(len(data), content=data), memory.allocate(2**24)
        answer = looking.shots(Reader(fd, wanted, Short(9)), Output(out))
        for one in (fd, out):
            os.close(one)

        assert answer.is_coarse
        assert [shot.at_ms // 1000 for shot in answer.shots] == list(range(20, 29))


class TestHalfOfARecording:
    @pytest.mark.parametrize("name", list(bombs.seeds()))
    def test_is_one_coded_error_or_what_there_is(self, name):
        format, content_type, data = bombs.seeds()[name]
        assert outcome(data, format, content_type) == "ok"
        found = Counter()
        for part in (1, 7, 20, 100, *(len(data) * part // 12 for part in range(1, 12)), len(data) - 1):
            found[outcome(data[:part], format, content_type)] += 1

        assert found["media_decode_timeout"] == 0
        if format in ("mp4", "mov", "m4a") and name != "fragments":
            assert found["ok"] == 0
            assert found["media_truncated"] >= 10

    @needs_data
    def test_of_a_real_one_is_known_as_a_half(self):
        data = (VIDEO / "bikes.mp4").read_bytes()
        assert outcome(data[: len(data) // 2]) == "media_truncated"
        assert outcome(data[:-1000]) == "media_truncated"


WORDS = (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\0\0\xff\xff")


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    found = bytearray(data)
    how = chance.randrange(6)
    if how == 0:
        for _ in range(chance.choice((1, 3, 20, 200))):
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    elif how == 1:
        del found[chance.randrange(4, len(found)) :]
    elif how == 2:
        other = chance.choice(others)
        found[chance.randrange(8, len(found)) :] = other[chance.randrange(len(other)) :]
    elif how == 3:
        place = chance.randrange(len(found))
        found[place : place + chance.randrange(1, 64)] = chance.randbytes(chance.randrange(64))
    elif how == 4:
        place = chance.randrange(4, len(found))
        found[place : place + 4] = chance.choice(
            (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
        )
    else:  # in the boxes that come first or last
        place = chance.choice(
            (chance.randrange(min(900, len(found))), -chance.randrange(1, min(900, len(found))))
        )
        found[place] = chance.randrange(256)
    return bytes(found)


def test_four_hundred_mutations_are_each_a_recording_or_one_coded_error():
    chance = random.Random(20261121)
    files = bombs.seeds()
    others = [data for _format, _content_type, data in files.values()]
    outcome(others[0])
    before = deaths()
    found = Counter()
    for number in range(400):
        format, content_type, data = files[list(files)[number % len(files)]]
        found[outcome(mutated(data, others, chance), format, content_type)] += 1

    assert found["ok"] > 50 and found["media_decode_failed"] > 20 and found["media_truncated"] > 5
    assert found["media_decode_timeout"] <= 4
    assert deaths() - before <= 4
    assert outcome(others[0]) == "ok"
