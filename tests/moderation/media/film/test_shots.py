"""Which frames of a film are looked at, and when they are said to be."""

from io import BytesIO

import numpy
import pytest
from PIL import Image

from moderation.media.film import reading
from moderation.media.recordings import FORMATS
from tests.moderation.media.film.films import (
    COLOURS,
    VIDEO,
    colour,
    colour_of_second,
    film,
    is_like,
    needs_data,
    saved_as_file,
)


def shots(
    data: bytes, *, format: str = "mp4", window=range(60_000), every_ms=1000, most=200, cuts=True, **more
):
    with saved_as_file(data) as file:
        return reading.shots(
            file, format=FORMATS[format], window=window, every_ms=every_ms, most=most, cuts=cuts, **more
        )


def noise(seed: int, size=(320, 176)) -> numpy.ndarray:
    small = numpy.random.default_rng(seed).integers(0, 255, (size[1] // 16, size[0] // 16, 3), numpy.uint8)
    return small.repeat(16, 0).repeat(16, 1)


class TestShots:
    def test_are_one_each_second_at_their_own_time(self):
        found = shots(film(moments=range(0, 6000, 40)), cuts=False)

        assert [shot.at_ms // 1000 for shot in found] == [0, 1, 2, 3, 4, 5]
        for shot in found:
            assert is_like(colour(shot.jpeg), colour_of_second(shot.at_ms)), shot.at_ms
            assert (shot.width, shot.height) == (320, 176)

    def test_follow_the_wish_for_more(self):
        found = shots(film(moments=range(0, 3000, 40)), every_ms=250, cuts=False)

        assert [shot.at_ms // 250 for shot in found] == list(range(12))

    @pytest.mark.parametrize(
        "options", [{"bf": "0"}, {"preset": "veryfast", "bf": "4", "b-pyramid": "normal"}]
    )
    def test_of_a_cut_are_taken_just_after_it(self, options):
        first, second = noise(1), noise(2)
        data = film(
            moments=range(0, 6000, 40),
            paint=lambda at: first if at < 3480 else second,
            options={**options, "sc_threshold": "0"},
        )
        [cut] = [shot for shot in shots(data) if shot.kind == "cut"]

        assert 3480 <= cut.at_ms <= 3480 + 400
        seen = numpy.asarray(Image.open(BytesIO(cut.jpeg)).convert("RGB")).astype(int)
        assert abs(seen - second).mean() < abs(seen - first).mean() / 4

    def test_do_not_take_a_flash_for_a_cut(self):
        dark, bright = noise(1) // 3, numpy.full((176, 320, 3), 255, numpy.uint8)
        data = film(moments=range(0, 4000, 40), paint=lambda at: bright if 2000 <= at < 2080 else dark)

        assert [shot.kind for shot in shots(data) if shot.kind == "cut"] == []

    def test_take_what_changes_by_colour_alone_for_a_cut(self):
        """Both have the same brightness."""
        data = film(
            moments=range(0, 4000, 40), paint=lambda at: (178, 60, 60) if at < 2400 else (40, 120, 80)
        )

        [cut] = [shot.at_ms for shot in shots(data) if shot.kind == "cut"]
        assert 2400 <= cut <= 2800

    def test_take_each_of_a_row_of_slides_for_a_scene(self):
        data = film(moments=range(0, 20_000, 2500), paint=lambda at: noise(at // 2500 % 2))
        found = shots(data)

        assert [shot.at_ms for shot in found if shot.kind == "cut"] == list(range(2500, 20_000, 2500))

    def test_are_not_doubled_by_key_frames(self):
        found = shots(film(moments=range(0, 5000, 40), gop=25, paint=lambda _at: noise(1)))

        assert len(found) == 5
        assert {shot.kind for shot in found} == {"key"}

    def test_of_a_film_of_key_frames_alone_are_not_all_of_them(self):
        data = film(moments=range(0, 5000, 40), codec="mjpeg", pixels="yuvj420p", container="avi")

        assert len(shots(data, format="avi", cuts=False)) <= 6

    def test_are_at_most_as_many_as_wanted_and_spread(self):
        found = shots(film(moments=range(0, 20_000, 40)), every_ms=200, most=10)

        assert len(found) == 10
        times = [shot.at_ms for shot in found]
        assert times[0] < 2000 and times[-1] >= 18_000
        assert max(after - before for before, after in zip(times, times[1:], strict=False)) <= 4000

    def test_are_looked_at_though_no_other_frame_is_made_from_them(self):
        """Whoever hides pictures in frames that decoders may skip hides nothing."""
        data = film(
            moments=range(0, 6000, 40),
            options={
                "preset": "veryfast",
                "bf": "16",
                "b-pyramid": "none",
                "b-adapt": "0",
                "sc_threshold": "0",
            },
            paint=lambda at: (10, 10, 10) if at % 680 == 0 else (200, 30, 30),
        )

        found = shots(data, every_ms=500, cuts=False)
        assert sum(is_like(colour(shot.jpeg), (200, 30, 30)) for shot in found) >= len(found) // 2


class TestAWindow:
    @pytest.mark.parametrize("gop", [12, 1000])
    @pytest.mark.parametrize("container, codec", [
        ("mp4", "libx264"), ("mov", "mpeg4"), ("matroska", "libx264"), ("webm", "libvpx"),
        ("avi", "mpeg4"), ("flv", "libx264"), ("mpegts", "libx264"), ("mpegts", "mpeg2video"),
        ("asf", "wmv2"), ("mpeg", "mpeg1video"),
    ])  # fmt: skip
    def test_brings_what_the_whole_brings_there(self, container, codec, gop):
        ours = {"matroska": "mkv"}.get(container, container)
        data = film(moments=range(0, 9000, 40), container=container, codec=codec, gop=gop, size=(160, 96))
        whole = shots(data, format=ours, cuts=False)
        found = []
        for start in range(0, 9000, 3000):
            found += shots(data, format=ours, window=range(start, start + 3000), cuts=False)

        assert [shot.at_ms for shot in found] == sorted({shot.at_ms for shot in found})
        assert {shot.at_ms // 1000 for shot in found} == set(range(9))
        assert {shot.at_ms // 1000 for shot in whole} == set(range(9))
        wrong = [shot.at_ms for shot in found if not is_like(colour(shot.jpeg), colour_of_second(shot.at_ms))]
        assert wrong == []

    def test_beyond_the_end_is_empty(self):
        assert shots(film(), window=range(50_000, 60_000)) == []

    @pytest.mark.parametrize("window", [range(0), range(0, 60_001), range(-5, 10), range(0, 100, 2)])
    def test_that_is_none_is_an_error_of_ours(self, window):
        with pytest.raises(ValueError, match="window"):
            shots(film(), window=window)


class TestTime:
    def test_is_that_of_the_file_where_frames_come_irregularly(self):
        moments = [0, 40, 700, 1400, 1401, 1402, 2300, 4100, 4140, 5900]
        found = shots(film(moments=moments), cuts=False)

        assert [shot.at_ms for shot in found] == [0, 1400, 2300, 4100, 5900]
        assert all(is_like(colour(shot.jpeg), colour_of_second(shot.at_ms)) for shot in found)

    @pytest.mark.parametrize("container", ["mp4", "matroska"])
    def test_begins_with_the_first_of_sound_and_pictures(self, container):
        """Pictures begin two seconds after the sound."""
        data = film(
            moments=range(2000, 6000, 40),
            container=container,
            sound=lambda moments: 0.4 * numpy.sin(moments * 2000),
        )
        found = shots(data, format={"matroska": "mkv"}.get(container, container), cuts=False)

        assert [shot.at_ms // 1000 for shot in found] == [2, 3, 4, 5]
        assert all(is_like(colour(shot.jpeg), colour_of_second(shot.at_ms)) for shot in found)

    def test_begins_with_zero_whatever_the_stream_counts_from(self):
        found = shots(film(moments=range(0, 3000, 40), container="mpegts"), format="mpegts", cuts=False)

        assert [shot.at_ms for shot in found][0] == 0
        assert [shot.at_ms // 1000 for shot in found] == [0, 1, 2]


class TestASide:
    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    def test_that_is_up_is_shown_up(self, turn):
        size = (320, 176)
        drawn = numpy.zeros((176, 320, 3), numpy.uint8)
        drawn[:88, :160], drawn[:88, 160:] = COLOURS[0], COLOURS[1]
        drawn[88:, :160], drawn[88:, 160:] = COLOURS[2], COLOURS[3]
        data = turned(film(paint=lambda _at: drawn, size=size), turn)
        with saved_as_file(data) as file:
            facts = reading.probe(file, format=FORMATS["mp4"], content_type="video")
        [first, *_] = shots(data, rotation=facts.rotation)

        assert facts.rotation == turn
        shown = (first.width, first.height)
        assert shown == (facts.width, facts.height) == (size if turn % 180 == 0 else size[::-1])
        image = Image.open(BytesIO(first.jpeg)).convert("RGB")
        corner = image.getpixel((image.width // 8, image.height // 8))
        assert is_like(corner, COLOURS[{0: 0, 90: 2, 180: 3, 270: 1}[turn]])

    def test_is_at_most_1280_pixels_long(self):
        data = film(size=(1920, 1080), moments=range(0, 400, 40))
        [first, *_] = shots(data)

        assert (first.width, first.height) == (1280, 720)


def turned(data: bytes, clockwise: int) -> bytes:
    """With the matrix that phones write into the head of a track."""
    one = 0x10000
    matrix = {
        0: (one, 0, 0, one), 90: (0, one, -one, 0), 180: (-one, 0, 0, -one), 270: (0, -one, one, 0),
    }[clockwise]  # fmt: skip
    place = data.index(b"tkhd") + 44
    a, b, c, d = (value.to_bytes(4, "big", signed=True) for value in matrix)
    return data[:place] + a + b + bytes(4) + c + d + bytes(4) + data[place + 24 :]


@needs_data
class TestRealFilms:
    def test_have_their_scenes_found(self):
        found = shots((VIDEO / "bikes.mp4").read_bytes())

        cuts = [shot.at_ms for shot in found if shot.kind == "cut"]
        for at in (1200, 3040, 5480, 7480, 9680):
            assert any(0 <= found_at - at <= 400 for found_at in cuts), (at, cuts)

    @pytest.mark.parametrize("name", ["bigbuckbunny", "bikes", "carphone_pristine", "carphone_distorted"])
    def test_are_seen_to_their_end(self, name):
        path = VIDEO / f"{name}.mp4"
        with open(path, "rb") as file:
            facts = reading.probe(file, format=FORMATS["mp4"], content_type="video")
        found = shots(path.read_bytes())

        assert found[-1].at_ms > facts.duration_ms - 1200
        assert not found.is_coarse
