"""What every engine must hold to. Subclass, give an engine and examples, and the tests are yours."""

import time
from functools import cache

import numpy
import pytest
from PIL import Image

from tests.pictures import scene
from tests.speech import noise, said, silence, tone

HOSTILE = [
    "",
    " ",
    "\0",
    "a" * 20_000,
    "1" * 20_000,
    "微信" * 5_000,
    ("加微信 " + "a-" * 50) * 50,
    "." * 10_000,
    "a." * 5_000,
    "1 - " * 5_000,
    "@" * 10_000,
    "http://" * 2_000,
    "\u202e\u200b\ufe0f" * 3_000,
    "ﷺ" * 2_000,
    "\U0001f469\u200d\U0001f4bb" * 2_000,
    "".join(map(chr, range(1, 0x3000))),
]
SECONDS = 2.0


class DetectorContract:
    """`hits`: (text, raw label); `misses`: texts in which nothing is seen."""

    detector = None
    hits: list[tuple[str, str]] = []
    misses: list[str] = []

    @pytest.fixture
    def engine(self):
        engine = self.detector()
        engine.setup()
        return engine

    def test_is_healthy(self, engine):
        health = engine.health()

        assert health.is_ok, health.note

    def test_says_what_it_is(self, engine):
        spec = engine.spec

        assert spec.name and spec.version and spec.content_types and spec.labels and spec.licence
        assert not spec.leaves_host

    def test_sees_its_examples(self, engine):
        missed = [
            (text, raw) for text, raw in self.hits if raw not in {hit.raw for hit in engine.inspect(text)}
        ]

        assert missed == []

    def test_sees_nothing_elsewhere(self, engine):
        seen = [
            (text, hit.raw, hit.score)
            for text in self.misses
            for hit in engine.inspect(text)
            if hit.score >= 40
        ]

        assert seen == []

    def test_is_deterministic(self, engine):
        for text, _raw in self.hits:
            assert engine.inspect(text) == engine.inspect(text)

    def test_names_declared_labels_scores_and_places(self, engine):
        declared = {label.code for label in engine.spec.labels}
        for text in [*HOSTILE, *self.misses, *(text for text, _raw in self.hits)]:
            for hit in engine.inspect(text):
                assert hit.raw in declared or "*" in declared
                assert 0 <= hit.score <= 100
                assert 0 <= hit.start < hit.end <= len(text)
                assert text[hit.start : hit.end] == hit.text

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_stands_hostile_text(self, engine, text):
        started = time.process_time()
        engine.inspect(text)

        assert time.process_time() - started < SECONDS


def pixels_of(image: Image.Image) -> numpy.ndarray:
    """As engines are given pictures: shared by all of them, and not to be written to."""
    pixels = numpy.asarray(image.convert("RGB"))
    pixels.setflags(write=False)
    return pixels


def odd_pictures() -> dict[str, numpy.ndarray]:
    chance = numpy.random.default_rng(7)
    found = {
        "one pixel": pixels_of(Image.new("RGB", (1, 1), "#c00")),
        "16 x 16": pixels_of(scene(2, 16, 16)),
        "a thin line": pixels_of(Image.new("RGB", (2000, 1), "#fff")),
        "a thin pole": pixels_of(Image.new("RGB", (3, 2000), "#fff")),
        "tall": pixels_of(scene(3, 200, 1800)),
        "wide": pixels_of(scene(4, 2400, 120)),
        "black": pixels_of(Image.new("RGB", (300, 200))),
        "white": pixels_of(Image.new("RGB", (300, 200), "#fff")),
        "grey": pixels_of(scene(5).convert("L")),
        "noise": chance.integers(0, 256, (240, 320, 3)).astype(numpy.uint8),
    }
    # A view into something larger, as tiles are.
    found["a part"] = pixels_of(scene(6, 640, 480))[40:300:1, 100:500:1]
    return found


@cache
def set_up(kind):
    """Loading weights takes a second: once for all tests of an engine."""
    engine = kind()
    engine.setup()
    return engine


class PictureContract:
    """The same for engines of pictures."""

    detector = None

    @pytest.fixture
    def engine(self):
        return set_up(self.detector)

    def test_is_healthy(self, engine):
        health = engine.health()

        assert health.is_ok, health.note

    def test_says_what_it_is(self, engine):
        spec = engine.spec

        assert spec.content_types == {"image"} and spec.is_warm and not spec.leaves_host
        assert spec.name and spec.version and spec.labels and spec.licence and spec.packages
        assert not spec.weights or spec.weights_licence

    def test_can_be_set_up_more_than_once(self, engine):
        other = self.detector()
        other.setup()
        other.setup()
        pixels = self.pictures()[0]

        assert other.inspect(pixels) == engine.inspect(pixels)

    def test_sees_nothing_in_harmless_pictures(self, engine):
        floors = {label.code: label.floor for label in engine.spec.labels}
        seen = {
            name: [(hit.raw, hit.score, hit.text) for hit in engine.inspect(pixels)]
            for name, pixels in odd_pictures().items()
        }

        assert {
            name: found
            for name, hits in seen.items()
            if (found := [hit for hit in hits if hit[1] > floors[hit[0]]])
        } == {}

    @pytest.mark.parametrize("name", odd_pictures())
    def test_looks_at_any_picture_the_same_way_twice(self, engine, name):
        pixels = odd_pictures()[name]
        before = pixels.copy()
        first = engine.inspect(pixels)

        assert engine.inspect(pixels) == first
        assert numpy.array_equal(pixels, before)

    def test_names_declared_labels_scores_and_places(self, engine):
        declared = {label.code for label in engine.spec.labels}
        for pixels in [*odd_pictures().values(), *self.pictures()]:
            height, width = pixels.shape[:2]
            for hit in engine.inspect(pixels):
                assert hit.raw in declared
                assert 0 <= hit.score <= 100
                assert type(hit.score) is float
                if hit.box is not None:
                    left, top, across, down = hit.box
                    assert {type(number) for number in hit.box} == {int}
                    assert 0 <= left < left + across <= width and 0 <= top < top + down <= height

    def pictures(self) -> list[numpy.ndarray]:
        return [pixels_of(scene(1))]


def samples(pcm: bytes) -> numpy.ndarray:
    """As engines are given sounds: shared by all of them, and not to be written to."""
    return numpy.frombuffer(pcm, "<i2")


def odd_sounds() -> dict[str, numpy.ndarray]:
    return {
        "nothing at all": samples(b""),
        "one sample": samples(b"\x10\x00"),
        "a moment": samples(tone(0.02)),
        "silence": samples(silence(1)),
        "a tone": samples(tone(1)),
        "noise": samples(noise(1)),
        "as loud as can be": samples(b"\xff\x7f" * 8_000 + b"\x00\x80" * 8_000),
        "a part": samples(said("the casino is open"))[5_000:20_000:1],
    }


class SoundContract:
    """The same for engines that hear. `spoken` is a sentence that they understand."""

    detector = None
    spoken = ("the casino is open", "en-us+f3")

    @pytest.fixture
    def engine(self):
        return set_up(self.detector)

    def test_is_healthy(self, engine):
        health = engine.health()

        assert health.is_ok, health.note

    def test_says_what_it_is(self, engine):
        spec = engine.spec

        assert spec.content_types == {"audio"} and spec.is_warm and not spec.leaves_host
        assert spec.reads_text and spec.reads_lines
        assert (
            spec.name and spec.version and spec.labels and spec.licence and spec.packages and spec.languages
        )
        assert spec.weights and spec.weights_licence

    def test_can_be_set_up_more_than_once(self, engine):
        other = self.detector()
        other.setup()
        other.setup()

        assert other.inspect(self.sound()) == engine.inspect(self.sound())

    def test_hears_what_is_said(self, engine):
        assert " ".join(hit.text for hit in engine.inspect(self.sound())) == self.spoken[0]

    def test_hears_the_same_whatever_it_heard_before(self, engine):
        before = engine.inspect(self.sound())
        for sound in odd_sounds().values():
            engine.inspect(sound)

        assert engine.inspect(self.sound()) == before

    @pytest.mark.parametrize("name", odd_sounds())
    def test_listens_to_any_sound_the_same_way_twice(self, engine, name):
        sound = odd_sounds()[name]
        before = sound.copy()
        first = engine.inspect(sound)

        assert engine.inspect(sound) == first
        assert numpy.array_equal(sound, before)

    def test_names_declared_labels_scores_and_times(self, engine):
        declared = {label.code for label in engine.spec.labels}
        for sound in [*odd_sounds().values(), self.sound()]:
            ends = 0
            for hit in engine.inspect(sound):
                first, last = hit.at
                assert hit.raw in declared
                assert 0 <= hit.score <= 100 and type(hit.score) is float
                assert hit.text == hit.text.strip() != ""
                assert {type(first), type(last)} == {int}
                assert ends <= first < last <= len(sound) * 1000 / 16_000 + 50
                ends = first

    def sound(self) -> numpy.ndarray:
        return samples(said(self.spoken[0], voice=self.spoken[1]))
