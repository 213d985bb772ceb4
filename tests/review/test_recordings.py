"""Audio and video are known by their first bytes, whatever they are called, and are never decoded."""

import pytest

from config.errors import PlatformError, Unavailable
from moderation.media import taking_in
from moderation.media.fetch import MediaUnreachable
from moderation.media.ranges import Unsatisfiable, wanted_part
from moderation.media.recordings import format_of
from moderation.media.taking_in import MediaFormatUnsupported, MediaMissing, MediaTooLarge, fetched, taken
from tests.receivers import Reply, endless, receiving, talking
from tests.recordings import FILM, HEADS, boxes, tone

AUDIO = {"mp4", "webm", "ogg", "mp3", "wav", "m4a", "flac", "aac", "mkv", "mpegts", "asf", "amr"}
VIDEO = {"mp4", "webm", "ogg", "mov", "mkv", "avi", "flv", "mpegts", "mpeg", "asf"}
UNPLAYED = {"mkv", "avi", "flv", "mpegts", "mpeg", "asf", "amr"}


class TestAFormat:
    @pytest.mark.parametrize("name", HEADS)
    def test_is_known_by_its_first_bytes(self, name):
        for kind, taken_as in (("audio", AUDIO), ("video", VIDEO)):
            found = format_of(HEADS[name], kind)
            assert (found and found.name) == (name if name in taken_as else None), kind

    @pytest.mark.parametrize("name", HEADS)
    def test_that_no_browser_plays_is_not_for_people_alone(self, name):
        found = [format_of(HEADS[name], kind, played=True) for kind in ("audio", "video")]

        assert any(found) == (name not in UNPLAYED)

    @pytest.mark.parametrize(
        "head",
        [
            b"\x89PNG\r\n\x1a\n" + bytes(64),
            boxes(b"avif", b"avif", b"mif1", b"isom"),
            boxes(b"heic", b"heic", b"mif1"),
            boxes(b"jp2 ", b"jp2 "),
            b"<!doctype html><script>alert(1)</script>",
            b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88somewhat" + bytes(64),
            b"RIFF\0\0\0\0WEBP" + bytes(32),
            b"G" + bytes(2000),
            b"#!AMRX" + bytes(64),
            b"FLV\1\x0f" + bytes(64),
            b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(64),
            b"\xff\xfeh\0e\0l\0l\0o\0",
            b"\xff\xfb\xf0\0" + bytes(32),
            b"MZ" + bytes(64),
            b"",
        ],
    )
    def test_of_anything_else_is_not_taken(self, head):
        assert format_of(head, "audio") is None
        assert format_of(head, "video") is None

    def test_of_a_frame_without_a_tag_is_mp3(self):
        assert format_of(b"\xff\xfb\x90\x64" + bytes(64), "audio").name == "mp3"


class TestTakingIn:
    def test_counts_and_hashes_whatever_pieces_it_comes_in(self):
        whole = tone(1)
        with taken([whole[:1], whole[1:5000], whole[5000:]], content_type="audio") as recording:
            assert recording.bytes == len(whole)
            assert recording.file.read() == whole

        with taken([whole], content_type="audio") as again:
            assert again.facts == recording.facts

    def test_refuses_what_is_no_recording_before_the_rest_comes(self):
        def pieces():
            yield b"<html>" + bytes(5000)
            raise AssertionError("Nobody should have asked for more.")

        with pytest.raises(MediaFormatUnsupported) as refused:
            taken(pieces(), content_type="video", played=True)

        assert refused.value.details["formats"] == ["mp4", "webm", "mov", "ogg"]

    def test_refuses_one_byte_too_many(self, settings):
        settings.ASSAY_MEDIA_MAX_BYTES = len(FILM)
        taken([FILM], content_type="video").file.close()

        with pytest.raises(MediaTooLarge):
            taken([FILM, b"x"], content_type="video")

    def test_refuses_nothing_at_all(self):
        with pytest.raises(MediaMissing):
            taken([], content_type="video")


class TestFetching:
    @pytest.fixture(autouse=True)
    def loopback(self, settings):
        settings.ASSAY_OUTBOUND_HTTP = True
        settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]

    def test_brings_what_is_there(self):
        with receiving(Reply(200, {}, tone())) as server, fetched(server.url, content_type="audio") as found:
            assert found.file.read() == tone()

    def test_follows_a_redirect_and_keeps_nothing_of_it(self):
        replies = {
            "/hook": Reply(302, {"Location": "/there"}, bytes(100_000)),
            "/there": Reply(200, {}, FILM),
        }
        with (
            receiving(lambda asked: replies[asked.path]) as server,
            fetched(server.url, content_type="video") as found,
        ):
            assert found.file.read() == FILM

    def test_ends_where_a_recording_may_not_be_longer(self, settings):
        settings.ASSAY_MEDIA_MAX_BYTES = 100_000

        def long_film(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + FILM)
            while True:
                connection.sendall(bytes(16384))

        with talking(long_film) as (url, _connections), pytest.raises(MediaTooLarge):
            fetched(url, content_type="video")

    def test_ends_with_the_first_bytes_of_what_is_no_recording(self):
        with talking(endless) as (url, _connections), pytest.raises(MediaFormatUnsupported):
            fetched(url, content_type="video")

    def test_does_not_take_half_for_the_whole(self):
        def half(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + FILM)

        with talking(half) as (url, _connections), pytest.raises(MediaUnreachable) as refused:
            fetched(url, content_type="video")
        assert refused.value.details["reason"] in ("answer_cut", "answer_invalid")

    @pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://10.0.0.1/x.mp4", "ftp://x/y"])
    def test_calls_no_address_inside(self, url):
        with pytest.raises(PlatformError) as refused:
            fetched(url, content_type="video")
        assert refused.value.code in ("url_forbidden_address", "url_invalid")

    def test_leaves_threads_to_those_who_only_ask(self):
        held = 0
        while taking_in.FETCHES.acquire(blocking=False):
            held += 1
        try:
            with pytest.raises(Unavailable):
                fetched("https://media.example.com/1.mp4", content_type="video")
        finally:
            for _number in range(held):
                taking_in.FETCHES.release()
        assert held > 0


class TestAPart:
    @pytest.mark.parametrize(
        "header, part",
        [
            ("bytes=0-", range(100)),
            ("bytes=10-19", range(10, 20)),
            ("bytes=90-500", range(90, 100)),
            ("bytes=-5", range(95, 100)),
            ("bytes=-500", range(100)),
            ("bytes=99-99", range(99, 100)),
            ("", None),
            ("bytes=", None),
            ("bytes=-", None),
            ("bytes=5-2", None),
            ("bytes=0-1,5-6", None),
            ("items=0-1", None),
        ],
    )
    def test_is_what_is_asked_for(self, header, part):
        assert wanted_part(header, 100, most=1000) == part

    @pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
    def test_beyond_the_end_is_refused(self, header):
        with pytest.raises(Unsatisfiable):
            wanted_part(header, 100, most=1000)

    def test_is_no_longer_than_an_answer_may_be(self):
        assert wanted_part("bytes=5-", 100, most=10) == range(5, 15)
        assert wanted_part("bytes=-50", 100, most=10) == range(50, 60)
