import subprocess
import sys
from pathlib import Path

import numpy
import pdqhash
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from libraries.matching.fingerprints import (
    Fingerprint,
    fingerprint,
    library_fingerprints,
    query_fingerprints,
)
from libraries.matching.image_index import ImageIndex

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PHOTOS = {
    "bridge": "media_pdq/bridge-mods/aaa-orig.jpg",
    "plate": "media_pdq/misc-images/c.png",
    "sign": "media_ocr/return_word_debug.jpg",
    "form": "media_ocr/check_return_word_len.jpeg",
    "code": "media_qr/qrcode-3/18.png",
}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the folder of test data is absent")


def photo(path: str) -> Image.Image:
    with Image.open(DATA / path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((1024, 1024))
    return upright


def pixels(picture: Image.Image) -> numpy.ndarray:
    return numpy.asarray(picture)


@pytest.fixture(scope="module")
def photos() -> dict[str, Image.Image]:
    return {name: photo(path) for name, path in PHOTOS.items()}


@pytest.fixture(scope="module")
def library(photos) -> ImageIndex:
    index = ImageIndex()
    index.build(
        (
            (one.value, place, 1, one.quality, one.kind)
            for place, picture in enumerate(photos.values())
            for one in library_fingerprints(pixels(picture))
        ),
        revision=1,
    )
    return index


def known_as(library: ImageIndex, picture: Image.Image) -> list[str]:
    return [list(PHOTOS)[match.image_id] for match in library.find(query_fingerprints(pixels(picture)))]


def apart(one: Fingerprint, other: Fingerprint) -> int:
    return (int.from_bytes(one.value) ^ int.from_bytes(other.value)).bit_count()


def share_kept(picture: Image.Image, left, top, right, bottom) -> Image.Image:
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def captioned(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    bar = height // 5
    page = Image.new("RGB", (width, height + bar), "white")
    page.paste(picture, (0, bar))
    ImageDraw.Draw(page).text(
        (width // 2, bar // 2), "look at this", "black", font_size=bar // 3, anchor="mm"
    )
    return page


def on_a_page(picture: Image.Image) -> Image.Image:
    inside = picture.resize((700, 700 * picture.height // picture.width))
    page = Image.new("RGB", (740, inside.height + 400), (250, 250, 250))
    page.paste(inside, (20, 150))
    draw = ImageDraw.Draw(page)
    draw.text((30, 50), "somebody", "black", font_size=40)
    draw.text((30, inside.height + 200), "12 people like this", "black", font_size=36)
    return page


class TestAPicturesFingerprints:
    def test_are_metas_own_to_a_few_bits(self, photos):
        """So that lists of PDQ hashes that others made can be used."""
        for picture in photos.values():
            large = pixels(picture.resize((1536, 1024), Image.Resampling.BICUBIC))
            bits, quality = pdqhash.compute(numpy.ascontiguousarray(large))
            ours = fingerprint(large)
            assert apart(ours, Fingerprint(numpy.packbits(bits).tobytes(), quality, "plain")) <= 31
            assert abs(ours.quality - quality) <= 10

    def test_turns_are_those_of_the_turned_picture(self, photos):
        for picture in photos.values():
            asked = {one.kind: one for one in query_fingerprints(pixels(picture))}
            for turn, operation in {
                1: Image.Transpose.ROTATE_90,
                2: Image.Transpose.ROTATE_180,
                3: Image.Transpose.ROTATE_270,
                4: Image.Transpose.FLIP_TOP_BOTTOM,
                5: Image.Transpose.FLIP_LEFT_RIGHT,
                6: Image.Transpose.TRANSPOSE,
                7: Image.Transpose.TRANSVERSE,
            }.items():
                turned = fingerprint(pixels(picture.transpose(operation)))
                assert apart(turned, asked[f"dihedral:{turn}"]) <= 12

    def test_start_with_the_plain_one(self, photos):
        bridge = pixels(photos["bridge"])
        plain = fingerprint(bridge)
        assert (plain.kind, len(plain.value)) == ("plain", 32)
        assert query_fingerprints(bridge)[0] == plain
        assert library_fingerprints(bridge)[0] == plain

    def test_are_the_same_in_every_process(self, photos, tmp_path):
        path = tmp_path / "bridge.npy"
        numpy.save(path, pixels(photos["bridge"]))
        program = (
            "import numpy, sys; from libraries.matching.fingerprints import *; p = numpy.load(sys.argv[1]);"
            "print(*(one.value.hex() for one in query_fingerprints(p) + library_fingerprints(p)))"
        )
        here = query_fingerprints(pixels(photos["bridge"])) + library_fingerprints(pixels(photos["bridge"]))
        for threads in ("1", "2"):
            there = subprocess.run(
                [sys.executable, "-c", program, str(path)],
                cwd=ROOT,
                env={"OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
            assert there == [one.value.hex() for one in here]

    @pytest.mark.parametrize(
        "shape", [(1, 1), (1, 5000), (5000, 1), (3, 900), (64, 64), (257, 255), (15, 17)]
    )
    def test_are_of_any_size(self, shape):
        noise = numpy.random.default_rng(1).integers(0, 256, (*shape, 3), numpy.uint8)
        for one in query_fingerprints(noise) + library_fingerprints(noise):
            assert len(one.value) == 32
            assert 0 <= one.quality <= 100

    def test_take_pixels_that_cannot_be_written_to(self, photos):
        bridge = pixels(photos["bridge"]).copy()
        bridge.flags.writeable = False
        assert query_fingerprints(bridge)


class TestAKnownPicture:
    @pytest.mark.parametrize("name", PHOTOS)
    @pytest.mark.parametrize(
        "edit",
        [
            lambda picture: picture,
            lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
            lambda picture: picture.resize((300, 200)),
            lambda picture: picture.convert("L").convert("RGB"),
            lambda picture: ImageEnhance.Brightness(picture).enhance(1.3),
            lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
            ImageOps.mirror,
            ImageOps.flip,
            lambda picture: picture.rotate(90, expand=True),
            lambda picture: ImageOps.mirror(picture.rotate(270, expand=True)),
            lambda picture: ImageOps.expand(picture, 40, "white"),
            lambda picture: ImageOps.expand(picture, 120, "black"),
            lambda picture: ImageOps.expand(picture, (0, 90, 0, 60), (180, 20, 20)),
        ],
    )
    def test_is_known_again(self, photos, library, name, edit):
        assert known_as(library, edit(photos[name])) == [name]

    @pytest.mark.parametrize(
        "box",
        [
            (0.07, 0.03, 0.98, 0.95),
            (0, 0, 0.9, 0.9),
            (0.1, 0.1, 1, 1),
            (0.06, 0.06, 0.94, 0.94),
            (0, 0.13, 1, 1),
            (0, 0, 0.88, 1),
        ],
    )
    def test_is_known_by_its_parts_where_it_was_cropped(self, photos, library, box):
        found = [known_as(library, share_kept(picture, *box)) == [name] for name, picture in photos.items()]
        assert sum(found) >= len(found) - 1

    @pytest.mark.parametrize("edit", [captioned, on_a_page])
    def test_is_known_on_a_page_with_words(self, photos, library, edit):
        found = [known_as(library, edit(picture)) == [name] for name, picture in photos.items()]
        assert sum(found) >= len(found) - 1

    def test_is_known_in_every_edit_of_the_reference_set(self, library):
        edits = sorted((DATA / "media_pdq" / "bridge-mods").glob("*.jpg"))
        assert len(edits) > 10
        for path in edits:
            assert known_as(library, photo(path)) == ["bridge"], path.name

    def test_is_not_any_other(self, library):
        others = sorted((DATA / "media_qr" / "qrcode-5").glob("*.png"))
        assert len(others) > 10
        for path in others:
            assert known_as(library, photo(path)) == [], path.name


class TestAFlatPicture:
    @pytest.mark.parametrize("colour", ["white", "black", (120, 200, 40)])
    def test_is_not_clear(self, colour):
        flat = numpy.asarray(Image.new("RGB", (400, 300), colour))
        assert all(not one.is_clear for one in query_fingerprints(flat))

    def test_is_not_taken_for_another_that_looks_as_empty(self):
        """Nor are fogs, though all of them are light above and dark below."""
        index = ImageIndex()
        kept = [library_fingerprints(sheet) for sheet in (fog(0, 0), fog(1, 60), fog(2, 110))]
        index.build(
            (
                (one.value, place, 1, one.quality, one.kind)
                for place, each in enumerate(kept)
                for one in each
            ),
            revision=1,
        )  # fmt: skip
        assert index.find(query_fingerprints(fog(7, 0))) == []
        assert index.find(query_fingerprints(fog(8, 40))) == []
        assert [match.image_id for match in index.find(query_fingerprints(fog(2, 110)))] == [2]


def fog(seed: int, depth: int) -> numpy.ndarray:
    rng = numpy.random.default_rng(seed)
    patches = Image.fromarray(rng.integers(0, 18, (6, 8), numpy.uint8)).resize(
        (400, 300), Image.Resampling.BICUBIC
    )
    light = 200 - numpy.linspace(0, depth, 300)[:, None] + numpy.asarray(patches, float)
    return numpy.repeat(light.astype(numpy.uint8)[:, :, None], 3, axis=2)
