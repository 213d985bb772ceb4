import pytest

from moderation.catalogue.labels import LABELS, RETIRED_CODES
from moderation.catalogue.mappings import MAPPINGS
from moderation.detectors import registry
from moderation.detectors.base import DetectorSpec, RawLabel
from moderation.detectors.fake import FakeEngine
from moderation.detectors.patterns.engine import PatternEngine
from moderation.detectors.registry import FAILURES_TO_OPEN, REST_SECONDS, GuardedDetector
from tests.moderation.detectors.contract import DetectorContract


class TestFakeEngine(DetectorContract):
    detector = FakeEngine
    hits = [("a [[fake:porn=91.5]] b", "porn"), ("[[fake:x=0]]", "x")]
    misses = ["fake:porn=91", "[[fake:=1]]"]


class TestPatternEngine(DetectorContract):
    detector = PatternEngine
    hits = [
        ("Add me on WeChat: abc_12345, free gifts", "contact.wechat"),
        ("加我微信 wx_demo123 免费领取", "contact.wechat"),
        ("加薇信：demo_88", "contact.wechat"),
        ("➕V demo2024", "contact.wechat"),
        ("薇 信 abc_123", "contact.wechat"),
        ("ＷＥＣＨＡＴ：ａｂｃ＿１２３", "contact.wechat"),
        ("VX: demo_9981 咨询", "contact.wechat"),
        ("联系QQ 10123456", "contact.qq"),
        ("扣扣：1 0 1 2 3 4 5 6", "contact.qq"),
        ("Q群 123456789", "contact.qq"),
        ("t.me/abcdef", "contact.telegram"),
        ("telegram @demo_seller", "contact.telegram"),
        ("纸飞机：demo_seller", "contact.telegram"),
        ("whatsapp +44 7700 900123", "contact.whatsapp"),
        ("wa.me/447700900123", "contact.whatsapp"),
        ("LINE ID: demo.line", "contact.line"),
        ("write to demo@example.com", "contact.email"),
        ("demo[at]example.com", "contact.email"),
        ("电话 13800138000", "contact.phone"),
        ("call 138-0013-8000", "contact.phone"),
        ("打我 1 3 8 0 0 1 3 8 0 0 0", "contact.phone"),
        ("一三八零零一三八零零零 打电话", "contact.phone"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪ 联系", "contact.phone"),
        ("1\u200b3\u200b8\u200b00138000 手机", "contact.phone"),
        ("call +44 20 7946 0958", "contact.phone"),
        ("热线 400-123-4567", "contact.phone"),
        ("see http://demo.example.top/a", "link.url"),
        ("www.demo.vip 注册", "link.url"),
        ("demo-shop.com", "link.url"),
        ("demo dot com", "link.url"),
        ("demo点com", "link.url"),
        ("demo[.]net", "link.url"),
        ("bit.ly/demo1", "link.shortener"),
        ("http://203.0.113.9:8080/x", "link.ip"),
        ("手机兼职刷单 日结", "ad.recruitment"),
        ("手 机 兼 职 日 结", "ad.recruitment"),
        ("work from home, earn $500 per day", "ad.recruitment"),
        ("老师带你炒股稳赚不赔", "ad.investment"),
        ("guaranteed profit with crypto", "ad.investment"),
        ("免费领取优惠券", "ad.promotion"),
        ("f-r-e-e g-i-f-t-s buy now", "ad.promotion"),
        ("无抵押秒下款", "ad.loan"),
        ("真人荷官 下注就送", "ad.gambling"),
        ("Casino bonus 200%", "ad.gambling"),
        ("c4sino b0nus", "ad.gambling"),
        ("代开发票 办证", "ad.certificate"),
        ("buy degree online", "ad.certificate"),
    ]
    misses = [
        "The library opens at nine on Saturdays.",
        "订单号13800138000已发货",
        "Order 13800138000 arrived a day early",
        "version 3.2.1 and 192.168.1.1",
        "It costs 12.50 or 1,299.00 in all.",
        "On 2026-11-21 09:30:00 it rained.",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "ISBN 978-7-111-54742-6",
        "圆周率是3.14159265358979",
        "第20260101期节目",
        "我的车牌尾号是8888",
        "He said so. Come in. No one answered.",
        "e.g. this, i.e. that, etc. and so on",
        "今天天气很好我们去公园散步",
        "微信支付出了问题",
        "微信和支付宝都可以",
        "The line is long: wait here",
        "a good deal of work",
        "我在企鹅馆看企鹅",
        "会议在3号楼1205室",
        "room 404, floor 12, seat 31A",
        "She plays poker on Fridays",
        "1, 2, 3, 4, 5, 6, 7",
        "He works from his home office",
        "飞机晚点了两个小时",
        "node.js and vue.js are frameworks",
        "see chapter 4.2 of the manual",
        "3点钟见",
        "100% cotton, 2 for 1",
        "感谢老师的耐心讲解",
    ]


class TestTheCatalogue:
    def test_has_each_code_once(self):
        codes = [info.code for info in LABELS]

        assert len(codes) == len(set(codes))
        assert not set(codes) & set(RETIRED_CODES)

    def test_is_named_in_both_languages(self):
        assert [info.code for info in LABELS if not (info.name_en and info.name_zh)] == []

    def test_maps_every_label_of_the_engines_we_ship(self):
        mapped = {raw for engine, raw, _code in MAPPINGS if engine == "patterns"}

        assert mapped == {label.code for label in PatternEngine.spec.labels}
        assert {code for _engine, _raw, code in MAPPINGS} <= {info.code for info in LABELS}


class Broken:
    spec = DetectorSpec("broken", "1", frozenset({"text"}), (RawLabel("x", "x"),))

    def __init__(self):
        self.asked = 0
        self.is_broken = True

    def setup(self):
        pass

    def inspect(self, text):
        self.asked += 1
        if self.is_broken:
            raise RuntimeError("no")
        return []


class TestABreaker:
    @pytest.fixture
    def clock(self):
        return [0.0]

    @pytest.fixture
    def guarded(self, clock):
        return GuardedDetector(Broken(), clock=lambda: clock[0])

    def test_reports_a_failure_and_raises_nothing(self, guarded):
        assert guarded.look_at("x").failed

    def test_lets_a_broken_engine_rest_and_tries_again(self, guarded, clock):
        for _number in range(FAILURES_TO_OPEN + 10):
            guarded.look_at("x")
        assert guarded.detector.asked == FAILURES_TO_OPEN

        guarded.detector.is_broken = False
        clock[0] += REST_SECONDS + 1

        assert not guarded.look_at("x").failed
        assert guarded.failures == 0


def test_an_engine_that_is_not_there_is_named(settings):
    settings.ASSAY_DETECTORS = ["moderation.detectors.nothing.Engine"]
    registry.forget()
    try:
        with pytest.raises(Exception, match="moderation.detectors.nothing.Engine"):
            registry.detectors()
    finally:
        settings.ASSAY_DETECTORS = ["moderation.detectors.patterns.engine.PatternEngine"]
        registry.forget()
