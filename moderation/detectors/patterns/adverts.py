"""Phrases of advertisers. Each weighs something; what a text says of one kind adds up. Pure."""

from collections import defaultdict
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, Implementation

from libraries.matching.folding import is_letter
from moderation.detectors.patterns.sighting import Sighting

LEAST, MOST = 50.0, 97.0
WITH_CONTACT = 15.0

PHRASES: dict[str, dict[float, str]] = {
    "ad.recruitment": {
        75: "刷单 日结 躺赚 手机兼职 网络兼职 兼职刷单 打字员 日赚 月入过万 轻松赚钱 在家赚钱 招代理 "
        "earn money fast|easy money|work from home|make money online|be your own boss|no experience needed",
        45: "兼职 招聘 副业 赚钱 日入 无需经验 宝妈 "
        "earn $|per day|per week from home|extra income|passive income|no experience|weekly payout",
    },
    "ad.investment": {
        78: "稳赚不赔 稳赚 内幕消息 带单 荐股 牛股 老师带你 高额返利 保本 包赢 "
        "guaranteed profit|double your money|double your bitcoin|risk-free profit|guaranteed returns|"
        "crypto giveaway",
        40: "返利 投资理财 炒币 涨停 收益率 usdt "
        "forex signals|binary options|trading signals|high returns|daily profit",
    },
    "ad.promotion": {
        72: "免费领取 免费领 免费送 限时秒杀 扫码领 点击领取 加我领 领取红包 最后一天优惠 全网最低 "
        "buy now|limited offer|limited time offer|free followers|free gifts|free gift card|"
        "click here to claim|"
        "claim your prize|you have won|you have been selected|order now|act now|call now to claim|"
        "text to claim|free entry",
        35: "优惠券 优惠 代购 促销 秒杀 红包 打折 包邮 领取 "
        "discount|special offer|free trial|coupon|promo code|cash prize|prize|subscribe",
    },
    "ad.loan": {
        80: "无抵押 秒批 秒下款 网贷 黑户可贷 征信修复 小额贷款 信用卡套现 花呗套现 "
        "payday loan|instant loan|no credit check|bad credit ok|loan approved",
        40: "贷款 下款 额度 低息 套现 loan offer|low interest|debt relief",
    },
    "ad.gambling": {
        85: "博彩 娱乐城 六合彩 真人荷官 百家乐 时时彩 赌球 外围投注 下注就送 "
        "开户送彩金 送彩金 北京赛车 澳门赌场 "
        "casino bonus|online casino|free spins|sports betting tips|sure bet|slot bonus|fixed matches",
        40: "下注 彩金 投注 赔率 赌场 casino|betting|jackpot|poker bonus",
    },
    "ad.certificate": {
        85: "办证 代开发票 开发票 假文凭 代办证件 代考 办理毕业证 刻章 买卖身份证 "
        "fake diploma|fake passport|buy degree|fake id card|buy driving licence",
        40: "毕业证 代办 发票 diploma for sale",
    },
}


def parsed() -> Iterator[tuple[str, float, str]]:
    """Chinese phrases stand apart by spaces, English ones by bars."""
    for raw, weighted in PHRASES.items():
        for weight, line in weighted.items():
            for part in line.split("|"):
                words = part.split(" ")
                chinese = [word for word in words if word and not word.isascii()]
                latin = " ".join(word for word in words if word.isascii()).strip()
                yield from ((raw, float(weight), word) for word in chinese)
                if latin:
                    yield raw, float(weight), latin


TABLE = list(parsed())
AUTOMATON = AhoCorasick(
    [phrase for _raw, _weight, phrase in TABLE], implementation=Implementation.ContiguousNFA
)


def find(text: str, *, has_contact: bool) -> Iterator[Sighting]:
    found: dict[str, dict[str, tuple[float, int, int]]] = defaultdict(dict)
    for number, start, end in AUTOMATON.find_matches_as_indexes(text, overlapping=True):
        raw, weight, phrase = TABLE[number]
        if stands_alone(text, phrase, start, end):
            found[raw].setdefault(phrase, (weight, start, end))
    for raw, phrases in found.items():
        kept = without_parts(phrases)
        heaviest = max(weight for weight, _start, _end in kept)
        others = sum(weight for weight, _start, _end in kept) - heaviest
        score = min(heaviest + others / 3 + (WITH_CONTACT if has_contact else 0), MOST)
        if score >= LEAST:
            for _weight, start, end in kept:
                yield Sighting(raw, round(score, 1), start, end)


def stands_alone(text: str, phrase: str, start: int, end: int) -> bool:
    if is_letter(phrase[0]) and start and is_letter(text[start - 1]):
        return False
    return not (is_letter(phrase[-1]) and end < len(text) and is_letter(text[end]))


def without_parts(phrases: dict[str, tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """A phrase inside a longer one that was found as well says nothing more."""
    kept: list[tuple[float, int, int]] = []
    for weight, start, end in sorted(phrases.values(), key=lambda found: found[1] - found[2]):
        if not any(first <= start and end <= last for _weight, first, last in kept):
            kept.append((weight, start, end))
    return kept
