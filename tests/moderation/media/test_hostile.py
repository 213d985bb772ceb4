"""Pictures that are broken, and pictures that were made to break something."""

import os
import random
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from PIL import Image

from config.errors import PlatformError, Unavailable
from moderation.media import decoding
from moderation.media.decoding import decode, derivative
from moderation.workers import places, pools
from moderation.workers.places import Place
from tests.ground.live import wait_until
from tests.moderation.media import bombs
from tests.moderation.media.liar import LIES
from tests.moderation.media.pictures import BROKEN, PDQ, drawn, needs_data, saved

CODES = {
    "image_decode_failed", "image_decode_timeout", "image_format_unsupported", "image_missing",
    "image_too_large", "image_too_many_frames", "image_too_many_pixels", "image_truncated",
}  # fmt: skip


def outcome(data: bytes) -> str:
    """`ok`, or the code of the error; any other exception is a failure of the test."""
    try:
        with decode(data) as picture:
            assert all(picture.pixels(frame).shape[2] == 3 for frame in picture.frames)
            return "ok"
    except PlatformError as error:
        assert error.status in (400, 413, 422)
        assert error.code in CODES
        return error.code


def decoders() -> list[psutil.Process]:
    state = pools.decoders().place.read_state()
    return psutil.Process(state.host).children() if state else []


class TestWhatIsNoPicture:
    def test_is_named(self):
        with pytest.raises(decoding.ImageFormatUnsupported) as refused:
            decode(b"%PDF-1.7 and so on")

        assert refused.value.as_dict()["details"] == {"format": "pdf"}

    def test_is_missing_where_there_is_nothing(self):
        assert outcome(b"") == "image_missing"

    def test_is_not_even_sent_to_a_decoder_when_it_is_too_large(self, settings):
        settings.ASSAY_IMAGE_MAX_BYTES = 1000
        with pytest.raises(decoding.ImageTooLarge) as refused:
            decode(saved(drawn(600, 600)))

        assert refused.value.status == 413
        assert refused.value.details["most"] == 1000

    @needs_data
    @pytest.mark.parametrize(
        "path", sorted(BROKEN.iterdir()) if BROKEN.is_dir() else [], ids=lambda path: path.name
    )
    def test_is_told_from_the_smallest_picture_of_each_kind(self, path):
        found = outcome(path.read_bytes())

        if path.name.startswith(("jpeg", "gif", "png", "bmp", "tiff", "webp")):
            assert found in ("ok", "image_truncated", "image_decode_failed")
        else:
            assert found == "image_format_unsupported"


class TestBombs:
    @pytest.mark.parametrize(
        ("kind", "width", "height"),
        [
            ("png", 30_000, 30_000), ("png", 2**31 - 1, 2**31 - 1), ("png", 16_385, 1),
            ("gif", 65_535, 65_535),
            ("bmp", 60_000, 60_000), ("bmp", 2**31 - 1, 2), ("tiff", 100_000, 100_000),
            ("tiff", 2**32 - 1, 1),
            ("webp", 16_383, 16_383), ("webp", 2**24, 2**8), ("jpeg", 65_500, 65_500), ("jpeg", 1, 65_500),
        ],
    )  # fmt: skip
    def test_of_pixels_are_refused_by_their_header(self, kind, width, height):
        data = bombs.gif(width, height, 1) if kind == "gif" else getattr(bombs, kind)(width, height)

        assert outcome(data) == "image_too_many_pixels"

    @pytest.mark.parametrize(
        ("frames", "width", "height", "code"),
        [
            (20_000, 1, 1, "image_too_many_frames"),
            (5_000, 5_000, 5_000, "image_too_many_frames"),
            (501, 1, 1, "image_too_many_frames"),
            (9, 5_000, 5_000, "image_too_many_pixels"),
            (500, 1, 1, "ok"),
            (8, 2_000, 2_000, "ok"),
        ],
    )
    def test_of_frames(self, frames, width, height, code):
        assert outcome(bombs.gif(width, height, frames)) == code

    def test_of_pages(self):
        assert outcome(bombs.tiff_of_many_pages(100_000)) == "image_too_many_frames"
        assert outcome(bombs.tiff_in_a_circle()) in ("ok", "image_decode_failed")

    @pytest.mark.parametrize("name", ["png_with_text_bomb", "png_with_profile_bomb", "png_with_bomb_in_bomb"])
    def test_of_compressed_texts_do_not_go_off(self, name):
        assert outcome(getattr(bombs, name)()) in ("ok", "image_decode_failed", "image_truncated")
        assert all(worker.memory_info().rss < 2**30 for worker in decoders())

    def test_of_chunks(self):
        assert outcome(bombs.png_of_many_chunks()) == "ok"

    def test_that_are_none_are_decoded(self):
        data = bombs.png_of_forty_megapixels()

        assert len(data) < 200_000
        assert outcome(data) == "ok"

    def test_of_time_end_at_the_deadline(self, monkeypatch):
        monkeypatch.setattr(decoding, "SECONDS", 1.0)
        data = bombs.slow_jpeg()
        assert len(data) < 2 * 2**20

        assert outcome(data) == "image_decode_timeout"
        assert outcome(saved(drawn())) == "ok"

    def test_of_time_end_when_the_processor_was_used_enough(self):
        """The soft limit of the processor lies under that of the clock."""
        assert outcome(bombs.slow_jpeg()) == "image_decode_timeout"


def seeds() -> dict[str, bytes]:
    small = drawn(90, 70)
    more = [drawn(90, 70, seed) for seed in (5, 9)]
    return {
        "jpeg": saved(small, "JPEG"),
        "progressive": saved(small, "JPEG", progressive=True),
        "cmyk": saved(small.convert("CMYK"), "JPEG"),
        "png": saved(small),
        "palette": saved(small.convert("P")),
        "apng": saved(small, "PNG", save_all=True, append_images=more),
        "gif": saved(small, "GIF", save_all=True, append_images=more),
        "webp": saved(small, "WEBP"),
        "lossless": saved(small, "WEBP", lossless=True),
        "moving": saved(small, "WEBP", save_all=True, append_images=more),
        "bmp": saved(small, "BMP"),
        "tiff": saved(small, "TIFF"),
        "lzw": saved(small, "TIFF", compression="tiff_lzw"),
        "tiff-jpeg": saved(small, "TIFF", compression="jpeg"),
        "pages": saved(small, "TIFF", save_all=True, append_images=more),
        "avif": saved(small, "AVIF"),
    }


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    found = bytearray(data)
    how = chance.randrange(5)
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
    else:
        place = chance.randrange(4, min(64, len(found)))
        found[place : place + 4] = chance.choice(
            (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
        )
    return bytes(found)


def test_a_thousand_mutations_are_each_a_picture_or_one_coded_error():
    chance = random.Random(20261121)
    files = seeds()
    others = list(files.values())
    deaths = (pools.decoders().place.read_state() or places.PoolState(host=0)).deaths
    found = Counter()
    for number in range(1000):
        name = list(files)[number % len(files)]
        found[outcome(mutated(files[name], others, chance))] += 1

    assert found["ok"] > 50 and found["image_decode_failed"] > 50 and found["image_truncated"] > 50
    assert found["image_decode_timeout"] == 0
    assert pools.decoders().place.read_state().deaths == deaths
    assert outcome(files["jpeg"]) == "ok"


class TestADecoder:
    def busy(self) -> list[psutil.Process]:
        return [worker for worker in decoders() if worker.status() == psutil.STATUS_RUNNING]

    def test_that_is_killed_is_followed_by_another(self):
        """By the kernel, when memory runs out, or by an operator: the picture is decoded the second time."""
        data = saved(drawn(4000, 4000), "PNG")
        outcome(data)
        found = []
        thread = threading.Thread(target=lambda: found.append(outcome(data)))
        thread.start()
        wait_until(self.busy, "a decoder works", seconds=10)[0].kill()
        thread.join()

        assert found == ["ok"]

    def test_that_is_killed_again_is_an_answer(self):
        outcome(saved(drawn()))
        found = []
        thread = threading.Thread(target=lambda: found.append(outcome(bombs.slow_jpeg())))
        thread.start()
        for _twice in range(2):
            worker = wait_until(self.busy, "a decoder works", seconds=10)[0]
            worker.kill()
            wait_until(lambda worker=worker: worker not in decoders(), "it is replaced", seconds=10)
        thread.join()

        assert found == ["image_decode_timeout"]
        assert outcome(saved(drawn())) == "ok"

    def test_works_for_many_threads_at_once(self):
        colours = [(number * 30, 255 - number * 30, 99) for number in range(8)]
        files = [saved(Image.new("RGB", (200, 100), colour)) for colour in colours]

        def seen(number: int) -> bool:
            with decode(files[number % 8]) as picture:
                return tuple(picture.pixels(picture.frames[0])[50, 50]) == colours[number % 8]

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(seen, range(160)))

    def test_leaves_no_descriptor_open(self):
        good, bad, none = saved(drawn()), saved(drawn())[:-300], b"%PDF"
        outcome(good)
        before = len(os.listdir("/proc/self/fd"))

        for number in range(500):
            outcome((good, bad, none)[number % 3])
            if number % 10 == 0:
                derivative(good, side=40)

        assert len(os.listdir("/proc/self/fd")) == before

    def test_that_cannot_be_had_is_no_fault_of_the_picture(self, monkeypatch, tmp_path):
        pool = pools.Pool(Place("decode", tmp_path), ["/bin/false"], {})
        monkeypatch.setattr(pools, "decoders", lambda: pool)
        monkeypatch.setattr(decoding, "PATIENCE", 0.5)

        with pytest.raises(Unavailable) as refused:
            decode(saved(drawn()))

        assert (refused.value.status, refused.value.retry_after) == (503, 2)


class TestADecoderThatAPictureHasTakenOver:
    @pytest.fixture
    def liars(self, monkeypatch, tmp_path):
        command = [
            *(sys.executable, "-P", "-m", "moderation.workers.host", "decode"),
            *("--handler", "tests.moderation.media.liar:Liar", "--directory", str(tmp_path)),
        ]
        pool = pools.Pool(Place("decode", tmp_path), command, pools.harmless(os.environ))
        monkeypatch.setattr(pools, "decoders", lambda: pool)
        yield
        pool.stop()

    @pytest.mark.parametrize("lie", [*LIES, "a picture that it still writes to", "an endless answer"])
    def test_is_not_believed(self, liars, lie):
        before = len(os.listdir("/proc/self/fd"))

        with pytest.raises(decoding.ImageRefused) as refused:
            decode(b"\xff\xd8\xff|" + lie.encode() + b"|")

        assert refused.value.details.keys() <= {"format", "most"}
        assert str(refused.value.message) == str(type(refused.value).default_message)
        assert len(os.listdir("/proc/self/fd")) <= before + 1  # the host's lifeline

    @pytest.mark.parametrize("lie", ["no jpeg", "a jpeg outside", "no answer"])
    def test_is_not_believed_about_derivatives_either(self, liars, lie):
        with pytest.raises(decoding.ImageRefused):
            derivative(b"\xff\xd8\xff|" + lie.encode() + b"|", side=100)


@needs_data
def test_the_photos_that_all_else_is_measured_with_are_well():
    assert {outcome(path.read_bytes()) for path in (PDQ / "bridge-mods").iterdir()} == {"ok"}
