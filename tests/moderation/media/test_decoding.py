"""What becomes of pictures that are well."""

import hashlib
from io import BytesIO

import numpy
import pytest
from PIL import Image, ImageCms, ImageDraw

from libraries.matching.fingerprints import library_fingerprints, query_fingerprints
from moderation.media.decoding import decode, derivative
from tests.moderation.media.pictures import OCR, PDQ, drawn, needs_data, saved

MODES = PDQ / "misc-images/modes"


def distance(one, other) -> int:
    return sum(bin(a ^ b).count("1") for a, b in zip(one.value, other.value, strict=True))


def difference(pixels, image: Image.Image) -> float:
    """Mean difference of a channel's values."""
    return float(numpy.abs(pixels.astype(int) - numpy.asarray(image.convert("RGB")).astype(int)).mean())


class TestAPicture:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
    def test_is_decoded_from_every_format(self, look_into, kind):
        image = drawn()
        data = saved(image, kind)

        picture = look_into(data)

        assert (picture.format, picture.width, picture.height) == (kind.lower(), 320, 240)
        assert picture.bytes == len(data)
        assert picture.sha256 == hashlib.sha256(data).hexdigest()
        [frame] = picture.frames
        assert (frame.index, frame.left, frame.top, frame.scale) == (0, 0, 0, 1.0)
        assert difference(picture.pixels(frame), image) < 12

    def test_has_the_fingerprints_of_its_pixels(self, look_into):
        image = drawn()
        picture = look_into(saved(image, "PNG"))

        assert picture.fingerprints == query_fingerprints(numpy.asarray(image))

    def test_has_those_that_a_library_keeps_where_wished(self, look_into):
        image = drawn()

        found = look_into(saved(image), for_library=True).fingerprints

        assert found == library_fingerprints(numpy.asarray(image)) != query_fingerprints(numpy.asarray(image))

    def test_has_a_thumbnail_where_wished(self, look_into):
        picture = look_into(saved(drawn(1000, 500), "JPEG"), thumbnails=True)

        thumbnail = Image.open(BytesIO(picture.thumbnail))
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 160))
        assert look_into(saved(drawn())).thumbnail == b""

    def test_cannot_be_written_to(self, look_into):
        picture = look_into(saved(drawn()))

        with pytest.raises(ValueError, match="read-only"):
            picture.pixels(picture.frames[0])[0, 0] = 0

    def test_can_be_closed_while_pixels_are_held(self):
        with decode(saved(drawn())) as picture:
            pixels = picture.pixels(picture.frames[0])
        assert pixels.mean() > 0
        with pytest.raises(ValueError, match="closed"):
            picture.pixels(picture.frames[0])

    def test_that_is_large_is_shrunk_and_says_by_how_much(self, look_into):
        for kind, width, height in (("JPEG", 2000, 1500), ("PNG", 2048, 1536)):
            picture = look_into(saved(drawn(4000, 3000), kind))
            [frame] = picture.frames

            assert (picture.width, picture.height) == (4000, 3000)
            assert (frame.width, frame.height) == (width, height)
            assert frame.width * frame.scale == pytest.approx(4000, abs=2)

    def test_of_one_pixel_is_one(self, look_into):
        picture = look_into(saved(Image.new("RGB", (1, 1), (10, 200, 30)), "PNG"))

        assert picture.pixels(picture.frames[0]).tolist() == [[[10, 200, 30]]]

    def test_as_large_as_may_be_fits_into_the_memory(self, look_into):
        deep = Image.linear_gradient("L").resize((8000, 5000))
        for image in (
            Image.merge("RGBA", (deep, deep, deep, deep)),
            Image.merge("CMYK", (deep,) * 4),
            deep.convert("P"),
        ):
            kind = "TIFF" if image.mode == "CMYK" else "PNG"
            data = saved(image, kind, compress_level=1, compression="tiff_adobe_deflate")
            assert look_into(data).width == 8000


class TestUpright:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
    @pytest.mark.parametrize("turn", range(1, 9))
    def test_is_every_picture(self, look_into, kind, turn):
        back = {
            2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
        }  # fmt: skip
        image = drawn(320, 200)
        lying = image.transpose(back[turn]) if turn in back else image
        exif = Image.Exif()
        exif[0x0112] = turn

        picture = look_into(saved(lying, kind, exif=exif))

        assert (picture.width, picture.height) == (320, 200)
        assert difference(picture.pixels(picture.frames[0]), image) < 12

    @needs_data
    def test_is_a_photo_of_a_camera(self, look_into):
        data = (OCR / "img_exif_orientation.jpg").read_bytes()
        raw = Image.open(BytesIO(data))
        assert raw.getexif()[0x0112] == 3

        picture = look_into(data)

        assert difference(picture.pixels(picture.frames[0]), raw.transpose(Image.Transpose.ROTATE_180)) == 0


class TestColours:
    @needs_data
    @pytest.mark.parametrize(
        "name", sorted(path.name for path in MODES.glob("*.*")) if MODES.is_dir() else [], ids=str
    )
    def test_of_every_mode_give_the_same_fingerprint(self, look_into, name):
        if name == "README.md":
            return
        original = look_into((MODES / "original.jpg").read_bytes()).fingerprints[0]

        found = look_into((MODES / name).read_bytes()).fingerprints[0]

        assert distance(original, found) <= 16

    @pytest.mark.parametrize(
        ("mode", "kind"),
        [
            ("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"),
            ("CMYK", "JPEG"), ("CMYK", "TIFF"), ("LAB", "TIFF"), ("YCbCr", "TIFF"), ("F", "TIFF"),
            ("I", "TIFF"), ("I;16", "TIFF"), ("1", "TIFF"), ("P", "BMP"), ("L", "JPEG"), ("RGBA", "WEBP"),
            ("RGBA", "AVIF"), ("RGBA", "TIFF"), ("P", "GIF"),
        ],
    )  # fmt: skip
    def test_of_every_mode_are_read(self, look_into, mode, kind):
        image = drawn()
        if mode == "I;16":
            grey = numpy.asarray(image.convert("L")).astype(numpy.uint16) * 257
            made = Image.fromarray(grey)
        elif mode == "LAB":
            srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
            made = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
        else:
            made = image.quantize(256) if mode == "P" else image.convert(mode)
        expected = image if mode in ("CMYK", "LAB", "YCbCr", "P", "RGBA") else image.convert("L")

        # Pillow cannot read what it writes of these without compression.
        picture = look_into(saved(made, kind, **({"compression": "tiff_lzw"} if mode == "YCbCr" else {})))

        limit, far = (130, 48) if mode == "1" else (12, 24)
        assert difference(picture.pixels(picture.frames[0]), expected) < limit
        assert (
            distance(picture.fingerprints[0], query_fingerprints(numpy.asarray(expected.convert("RGB")))[0])
            <= far
        )

    def test_follow_the_profile_in_the_file(self, look_into):
        """A profile that swaps nothing but makes all darker: the numbers alone would be another picture."""
        image = Image.new("RGB", (64, 64), (128, 128, 128))
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        linear = linear_profile()

        as_told = look_into(saved(image, "PNG", icc_profile=linear))
        useless = look_into(saved(image, "PNG", icc_profile=profile))
        broken = look_into(saved(image, "PNG", icc_profile=b"no profile"))

        assert as_told.pixels(as_told.frames[0])[0, 0, 0] > 170
        assert useless.pixels(useless.frames[0])[0, 0, 0] == 128
        assert broken.pixels(broken.frames[0])[0, 0, 0] == 128

    def test_with_a_profile_for_what_is_so_already_stay(self, look_into):
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        image = drawn()

        picture = look_into(saved(image, "PNG", icc_profile=srgb))

        assert difference(picture.pixels(picture.frames[0]), image) == 0


def linear_profile() -> bytes:
    """sRGB's colours, but numbers that stand for light as it is: its tone curves are replaced by gamma 1."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    for number in range(count):
        place = 132 + 12 * number
        if data[place : place + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            offset = int.from_bytes(data[place + 4 : place + 8], "big")
            data[offset : offset + 12] = b"curv" + bytes(8)
            data[place + 8 : place + 12] = (12).to_bytes(4, "big")
    return bytes(data)


class TestTransparency:
    def write(self, ink, ground=(0, 0, 0, 0)) -> Image.Image:
        image = Image.new("RGBA", (320, 120), ground)
        ImageDraw.Draw(image).text((20, 40), "hidden words", fill=ink, font_size=40)
        return image

    @pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF"])
    def test_with_white_words_is_seen_on_black_too(self, look_into, kind):
        picture = look_into(saved(self.write((255, 255, 255, 255)), kind))

        on_white, on_black = picture.frames
        assert on_white.index == on_black.index == 0
        assert picture.pixels(on_white).min() > 240
        assert picture.pixels(on_black).min() < 10 and picture.pixels(on_black).max() > 240

    @pytest.mark.parametrize("image_mode", ["P", "LA"])
    def test_of_other_modes_as_well(self, look_into, image_mode):
        picture = look_into(saved(self.write((255, 255, 255, 255)).convert(image_mode), "PNG"))

        assert len(picture.frames) == 2

    def test_with_black_words_needs_no_second_look(self, look_into):
        picture = look_into(saved(self.write((0, 0, 0, 255))))

        [frame] = picture.frames
        assert picture.pixels(frame).min() < 10

    def test_that_is_nowhere_is_no_transparency(self, look_into):
        image = drawn()
        image.putalpha(255)

        picture = look_into(saved(image))

        [frame] = picture.frames
        assert difference(picture.pixels(frame), image) == 0

    def test_of_one_colour_of_a_picture_without_alpha(self, look_into):
        image = self.write((255, 255, 255, 255), (1, 2, 3, 255)).convert("RGB")

        assert len(look_into(saved(image, "PNG", transparency=(1, 2, 3))).frames) == 2


class TestAnimations:
    def animated(self, kind: str, count: int, size=(64, 48)) -> bytes:
        frames = [
            Image.new("RGB", size, (number * 255 // max(1, count - 1), 0, 90)) for number in range(count)
        ]
        return saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True, duration=50)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
    def test_are_seen_at_the_first_the_last_and_between(self, look_into, kind):
        picture = look_into(self.animated(kind, 30))

        assert picture.frame_count == 30
        indexes = [frame.index for frame in picture.frames]
        assert indexes == [0, 4, 8, 12, 17, 21, 25, 29]
        for frame in picture.frames:
            red = picture.pixels(frame)[20, 20, 0]
            assert abs(int(red) - frame.index * 255 // 29) < 10

    def test_of_few_frames_are_seen_whole(self, look_into):
        picture = look_into(self.animated("GIF", 3))

        assert [frame.index for frame in picture.frames] == [0, 1, 2]

    def test_are_looked_at_as_often_as_the_setting_says(self, look_into, settings):
        settings.ASSAY_IMAGE_FRAMES = 2

        assert [frame.index for frame in look_into(self.animated("WEBP", 9)).frames] == [0, 8]

    def test_that_end_early_are_what_is_there(self, look_into):
        frames = [drawn(200, 150, seed) for seed in range(5)]
        whole = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

        picture = look_into(whole[: len(whole) // 2])

        assert 1 <= len(picture.frames) < 5

    def test_whose_pages_differ_in_size(self, look_into):
        data = saved(drawn(100, 80), "TIFF", save_all=True, append_images=[drawn(40, 200), drawn(300, 300)])

        sizes = [(frame.width, frame.height) for frame in look_into(data).frames]

        assert (100, 80) in sizes and (300, 300) in sizes


class TestLongPictures:
    def test_are_cut_into_tiles_that_overlap(self, look_into):
        image = drawn(400, 4000)

        picture = look_into(saved(image, "PNG"))

        assert len(picture.frames) == 6
        assert {frame.index for frame in picture.frames} == {0}
        tops = [frame.top for frame in picture.frames]
        assert tops[0] == 0 and tops[-1] + picture.frames[-1].height == 4000
        for frame in picture.frames:
            part = image.crop((frame.left, frame.top, frame.left + frame.width, frame.top + frame.height))
            assert difference(picture.pixels(frame), part) == 0

    def test_say_where_a_tile_stands_in_the_original(self, look_into):
        picture = look_into(saved(drawn(16_000, 2_000), "JPEG"))

        for frame in picture.frames:
            assert frame.top == 0
            assert frame.left + frame.width * frame.scale <= 16_002
        last = picture.frames[-1]
        assert last.left + last.width * last.scale == pytest.approx(16_000, abs=4)

    def test_are_held_only_so_far(self, look_into):
        frames = [drawn(16, 1600, seed) for seed in range(12)]
        data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

        assert len(look_into(data).frames) <= 32


class TestDerivatives:
    def test_are_small_upright_jpegs(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        data = derivative(saved(drawn(1200, 600), "JPEG", exif=exif), side=300)

        made = Image.open(BytesIO(data))
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (150, 300))

    def test_hold_nothing_else_of_the_file(self):
        exif = Image.Exif()
        exif[0x010E] = "where I live"
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        data = saved(drawn(), "JPEG", exif=exif, comment=b"where I live", icc_profile=srgb) + b"where I live"

        made = derivative(data, side=100)

        assert b"where I live" not in made
        assert not Image.open(BytesIO(made)).info.keys() & {"exif", "icc_profile", "comment"}

    def test_are_never_larger_than_the_picture(self):
        assert Image.open(BytesIO(derivative(saved(drawn(50, 40)), side=500))).size == (50, 40)
