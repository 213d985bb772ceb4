import json
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from moderation.detectors.ocr import MOST_LINES, OcrEngine, windows
from tests.moderation.detectors.contract import PictureContract, pixels_of, set_up
from tests.pictures import CHINESE, poster, scene

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "media_ocr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the sample pictures are not there")

# Real pictures and what stands in them. Scripts that the model was not trained on are not listed.
REAL = {
    "black_font_color_transparent.png": ["我是中国人"],
    "ch_doc_server.png": ["嫖娼"],
    "ch_en_num.jpg": ["正品促销", "大桶装更划算", "-40℃深度防冻不结冰", "10.0起", "假一赔十"],
    "check_return_word_len.jpeg": ["变更登记", "抵押登记", "DIDIJIAYUAN"],
    "en.jpg": ["3 MovieShots Dataset", "shot type annotation set that contains 46K shots from 7858 movies"],
    "en_rec.jpg": ["To facilitate the shot type analysis in videos, we collect MovieShots, a large-scale"],
    "img_exif_orientation.jpg": ["我是中国人"],
    "issue_170.png": ["TEST"],
    "japan.jpg": ["素敵な四季を探す旅", "三星堆の文化財レプリカが大阪・関西万博で展示へ"],
    "latin.jpg": ["Alphabetum in mundo hodie frequentissime adhibitum est alphabetum Latinum."],
    "return_word_debug.jpg": ["轻运动健身", "027-88852022"],
    "short.png": ["中国网络空间安全"],
    "test_letterbox_like.jpg": ["由于性能的原因", "CUDA EP"],
    "test_without_det.jpg": ["在中国作家协会第三届儿童文学"],
    "text_cls.jpg": ["怪我咯"],
    "text_det.jpg": ["惊喜福利不容错过"],
    "text_rec.jpg": ["韩国小馆"],
}

ADS = {
    "zh": ["加我微信免费领取优惠券", "兼职刷单日结三百元", "联系电话13800138000"],
    "en": ["Add me on WeChat abc_12345", "Work from home, earn $500 a day", "Casino bonus 200% today"],
}


def texts(hits) -> list[str]:
    return [hit.text for hit in hits]


def opened(name: str) -> numpy.ndarray:
    image = ImageOps.exif_transpose(Image.open(DATA / name)).convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    return pixels_of(Image.alpha_composite(ground, image))


class TestOcr(PictureContract):
    detector = OcrEngine

    def pictures(self):
        return [pixels_of(poster(lines)) for lines in ADS.values()]

    @pytest.mark.parametrize("language", ADS)
    @pytest.mark.parametrize("size", [20, 44])
    def test_reads_advertisements(self, engine, language, size):
        hits = engine.inspect(pixels_of(poster(ADS[language], size=size)))

        assert texts(hits) == ADS[language]
        assert all(hit.raw == "line" and hit.score > 90 for hit in hits)

    @pytest.mark.parametrize(
        "line",
        [
            "Café déjà vu, naïve façade",
            "Über schöne Straßen für Größe",
            "El niño pequeño ¿qué?",
            "繁體中文測試：免費領取",
            "こんにちはカタカナ",
        ],
    )
    def test_reads_other_languages(self, engine, line):
        assert texts(engine.inspect(pixels_of(poster([line])))) == [line]

    @pytest.mark.parametrize("language", ADS)
    def test_reads_what_lies_askew_on_a_photograph(self, engine, language):
        canvas = scene(3, 1024, 768)
        card = poster(ADS[language][:1]).rotate(6, expand=True, resample=Image.Resampling.BICUBIC)
        mask = Image.new("L", poster(ADS[language][:1]).size, 255).rotate(6, expand=True)
        canvas.paste(card, (80, 300), mask)

        assert ADS[language][0] in texts(engine.inspect(pixels_of(canvas)))

    def test_reads_what_stands_upside_down(self, engine):
        hits = engine.inspect(pixels_of(poster(ADS["zh"]).rotate(180)))

        assert sorted(texts(hits)) == sorted(ADS["zh"])

    @pytest.mark.parametrize("turn", [90, 270])
    def test_reads_what_lies_on_its_side(self, engine, turn):
        hits = engine.inspect(pixels_of(poster(ADS["en"]).rotate(turn, expand=True)))

        assert sorted(texts(hits)) == sorted(ADS["en"])

    def test_says_where_a_line_stands(self, engine):
        (hit,) = engine.inspect(pixels_of(poster(["Casino bonus 200% today"])))
        left, top, width, height = hit.box

        assert 25 <= left <= 45 and 20 <= top <= 50
        assert 440 <= width <= 560 and 35 <= height <= 80

    def test_reads_from_top_to_bottom_and_left_to_right(self, engine):
        canvas = Image.new("RGB", (900, 300), "white")
        draw, font = ImageDraw.Draw(canvas), ImageFont.truetype(CHINESE, 36)
        for words, place in {
            "four": (520, 205),
            "one": (40, 34),
            "two": (500, 30),
            "three": (60, 200),
        }.items():
            draw.text(place, words, fill="black", font=font)

        assert texts(engine.inspect(pixels_of(canvas))) == ["one", "two", "three", "four"]

    @pytest.mark.parametrize("width, height, size", [(800, 5000, 24), (300, 3000, 20)])
    def test_reads_all_of_a_tall_picture_and_nothing_twice(self, engine, width, height, size):
        canvas = Image.new("RGB", (width, height), "white")
        draw, font = ImageDraw.Draw(canvas), ImageFont.truetype(CHINESE, size)
        lines = [f"第{number}行的文字" for number in range(100, 100 + (height - 100) // 100)]
        for number, line in enumerate(lines):
            draw.text((30, 40 + 100 * number), line, fill="black", font=font)

        assert texts(engine.inspect(pixels_of(canvas))) == lines

    def test_reads_the_largest_of_very_many_lines(self, engine):
        canvas = Image.new("RGB", (1600, 1600), "white")
        draw = ImageDraw.Draw(canvas)
        small, large = (ImageFont.truetype(CHINESE, size) for size in (18, 60))
        for number in range(150):
            draw.text((20 + 310 * (number % 5), 20 + 45 * (number // 5)), "small words", "black", small)
        draw.text((40, 1450), "加我微信领取", "black", large)

        hits = engine.inspect(pixels_of(canvas))

        assert len(hits) <= MOST_LINES
        assert "加我微信领取" in texts(hits)

    @needs_data
    @pytest.mark.parametrize("name", REAL)
    def test_reads_real_pictures(self, engine, name):
        read = "\n".join(texts(engine.inspect(opened(name)))).replace(" ", "")

        assert [wanted for wanted in REAL[name] if wanted.replace(" ", "") not in read] == []

    @needs_data
    def test_reads_nothing_where_nothing_stands(self, engine):
        assert engine.inspect(opened("empty_black.jpg")) == []


class TestWindows:
    @pytest.mark.parametrize("height, width", [(480, 640), (2048, 600), (640, 30), (600, 2000)])
    def test_leave_most_pictures_whole(self, height, width):
        assert [(one.left, one.top, one.right, one.bottom) for one in windows(height, width)] == [
            (0, 0, width, height)
        ]

    @pytest.mark.parametrize("height, width", [(2100, 600), (16_384, 500), (3000, 3000), (100, 9000)])
    def test_cover_every_pixel_of_a_long_one(self, height, width):
        found = windows(height, width)
        long = max(height, width)
        sides = [(one.top, one.bottom) if height > width else (one.left, one.right) for one in found]

        assert sides[0][0] == 0 and sides[-1][1] == long
        assert all(later[0] < earlier[1] for earlier, later in zip(sides, sides[1:], strict=False))
        assert found[0].first == 0 and found[-1].last == long
        assert all(later.first <= earlier.last for earlier, later in zip(found, found[1:], strict=False))


SEALED = """
import json, sys
import django
django.setup()
import numpy
calls = []
def watch(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        calls.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        calls.append(f"open {args[0]} {args[1]}")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        calls.append(event)
sys.addaudithook(watch)
from moderation.detectors.ocr import OcrEngine
engine = OcrEngine()
engine.setup()
print(json.dumps({"healthy": engine.health().is_ok, "calls": calls}))
"""


def test_it_reaches_for_nothing_outside():
    """Not even while it is loaded: no connection, no program, no file that is written."""
    done = subprocess.run([sys.executable, "-B", "-c", SEALED], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"healthy": True, "calls": []}


def test_its_lines_keep_their_order_in_one_process():
    first, second = (set_up(OcrEngine).inspect(pixels_of(poster(ADS[name]))) for name in ("zh", "en"))

    assert (texts(first), texts(second)) == (ADS["zh"], ADS["en"])
