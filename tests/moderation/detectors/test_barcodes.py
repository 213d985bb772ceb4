import io
from pathlib import Path

import numpy
import pytest
import segno
import zxingcpp
from PIL import Image, ImageFilter

from moderation.detectors.barcodes import LONGEST, BarcodeEngine, shown
from tests.moderation.detectors.contract import PictureContract, pixels_of
from tests.pictures import poster, scene

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the sample pictures are not there")
ADDRESS = "https://demo.example.top/join?id=7"


def qr(content=ADDRESS, *, scale: int = 5, **options) -> Image.Image:
    held = io.BytesIO()
    segno.make(content, **{"micro": False} | options).save(held, kind="png", scale=scale, border=4)
    return Image.open(held).convert("RGB")


def of_kind(kind: str, content: str, **options) -> Image.Image:
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind), **options)
    return Image.fromarray(numpy.asarray(zxingcpp.write_barcode_to_image(code, scale=4))).convert("RGB")


def on_photograph(*codes: Image.Image) -> Image.Image:
    canvas = scene(8, 1024, 768)
    for number, code in enumerate(codes):
        canvas.paste(code, (60 + 480 * (number % 2), 60 + 360 * (number // 2)))
    return canvas


def same(text: str) -> str:
    """Files of expected texts end lines otherwise."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def found_in(engine, image: Image.Image) -> list[tuple[str, str]]:
    return [(hit.raw, hit.text) for hit in engine.inspect(pixels_of(image))]


class TestBarcodes(PictureContract):
    detector = BarcodeEngine

    def pictures(self):
        return [pixels_of(on_photograph(qr(), qr("two")))]

    def test_reads_a_code_on_a_photograph(self, engine):
        assert found_in(engine, on_photograph(qr())) == [("qr", ADDRESS)]

    def test_says_where_it_stands(self, engine):
        (hit,) = engine.inspect(pixels_of(on_photograph(qr())))
        left, top, width, height = hit.box

        assert abs(left - 80) <= 6 and abs(top - 80) <= 6
        assert abs(width - height) <= 4 and abs(width - (qr().width - 40)) <= 8

    def test_reads_several_in_one_picture(self, engine):
        codes = [qr(text) for text in ("one", "two", "three", "four")]

        assert {text for _raw, text in found_in(engine, on_photograph(*codes))} == {
            "one",
            "two",
            "three",
            "four",
        }

    def test_reads_chinese(self, engine):
        assert found_in(engine, qr("加微信领取优惠券")) == [("qr", "加微信领取优惠券")]

    @pytest.mark.parametrize(
        "kind, raw, content",
        [
            ("QRCode", "qr", ADDRESS),
            ("MicroQRCode", "qr", "HELLO7"),
            ("RMQRCode", "qr", "rectangle"),
            ("DataMatrix", "data_matrix", ADDRESS),
            ("Aztec", "aztec", ADDRESS),
            ("PDF417", "pdf417", ADDRESS),
            ("MaxiCode", "maxicode", "parcel"),
            ("EAN13", "linear", "4006381333931"),
            ("UPCA", "linear", "0036000291452"),
            ("Code128", "linear", "Code-128"),
            ("Code39", "linear", "CODE39"),
        ],
    )
    def test_knows_the_kinds_apart(self, engine, kind, raw, content):
        assert found_in(engine, of_kind(kind, content)) == [(raw, content)]

    @pytest.mark.parametrize(
        "change",
        [
            lambda image: image.rotate(12, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC),
            lambda image: image.rotate(90, expand=True),
            lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
            lambda image: Image.eval(image, lambda shade: 255 - shade),
            lambda image: Image.eval(image, lambda shade: 110 + shade // 8),
            lambda image: Image.eval(image, lambda shade: shade // 12),
            lambda image: image.resize((image.width // 4, image.height // 4), Image.Resampling.BILINEAR),
            lambda image: image.filter(ImageFilter.GaussianBlur(2.5)),
            lambda image: image.resize((image.width * 5, image.height * 5)),
        ],
        ids=["askew", "turned", "mirrored", "inverted", "pale", "dark", "small", "blurred", "large"],
    )
    def test_reads_it_however_it_was_photographed(self, engine, change):
        assert found_in(engine, change(qr())) == [("qr", ADDRESS)]

    def test_reports_a_code_that_it_sees_and_cannot_read(self, engine):
        """Its corners are whole, and too many of its modules are painted over."""
        code = qr("https://demo.example.top/" + "x" * 60, error="l")
        pixels = numpy.asarray(code).copy()
        middle = pixels.shape[0] // 2
        pixels[middle - 60 : middle + 60, middle - 60 : middle + 60] = 255

        (hit,) = engine.inspect(pixels)

        assert (hit.raw, hit.score, hit.text, hit.note) == ("qr", 70.0, "", "unreadable")

    def test_keeps_payloads_short_and_harmless(self, engine):
        assert len(found_in(engine, qr("1" * 7_000, scale=3))[0][1]) == LONGEST
        assert found_in(engine, qr(b"\x00\x01<b>\x1b[2J", mode="byte"))[0][1] == "\\x00\\x01<b>\\x1b[2J"

    @pytest.mark.parametrize("lines", [["Buy two, get one free"], ["加我微信免费领取", "今天天气真好"]])
    def test_sees_no_code_in_text(self, engine, lines):
        assert engine.inspect(pixels_of(poster(lines))) == []

    @needs_data
    def test_reads_every_code_of_real_photographs(self, engine):
        expected = {
            path: same(path.with_suffix(".txt").read_text()[:LONGEST])
            for path in sorted((DATA / "media_qr").rglob("*.png"))
            if path.with_suffix(".txt").exists()
        }
        unread = [
            path.name
            for path, text in expected.items()
            if text not in {same(read) for _raw, read in found_in(engine, Image.open(path))}
        ]

        assert len(expected) == 61
        assert unread == []

    @needs_data
    def test_reads_four_in_one_real_photograph(self, engine):
        hits = found_in(engine, Image.open(DATA / "media_qr" / "multi-qrcode-1" / "1.png"))

        assert len(hits) == 4 and all(raw == "qr" and text.startswith("You ") for raw, text in hits)

    @needs_data
    def test_sees_none_in_other_pictures(self, engine):
        pictures = [*(DATA / "media_ocr").glob("*.*g"), *(DATA / "media_pdq" / "bridge-mods").glob("*.jpg")]

        assert len(pictures) > 30
        assert {path.name: found_in(engine, Image.open(path)) for path in pictures} == {
            path.name: [] for path in pictures
        }


@pytest.mark.parametrize(
    "payload, text",
    [
        ("BEGIN:VCARD\r\nFN:A\r\n", "BEGIN:VCARD\nFN:A\n"),
        ("a\0b", "a\\x00b"),
        ("tab\there", "tab\there"),
        ("\ud800", "\\xd800"),
        ("\x1d01", "\\x1d01"),
        ("你好 😀", "你好 😀"),
        ("\0" * 5000, "\\x00" * (LONGEST // 4)),
    ],
)
def test_a_payload_is_shown_as_text(payload, text):
    assert shown(payload) == text
