"""Ways to reach somebody elsewhere: messengers, mail and telephones. Pure; every repetition is bounded."""

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, Implementation
from phonenumbers import Leniency, PhoneNumberMatcher

from moderation.detectors.patterns.sighting import Sighting

GAP = r"[\s:：,，是为=~\-—>→+➕]"
HANDLE = r"[a-z][a-z0-9_\-]{4,29}"
MARKED_HANDLE = r"(?=[a-z\-]{0,29}[0-9_])[a-z][a-z0-9_\-]{3,29}"
MOBILE = r"1[\s\-.·*]{0,3}[3-9](?:[\s\-.·*]{0,3}\d){9}"

# (raw label, score, words one of which the pattern needs, pattern)
MESSENGERS: tuple[tuple[str, float, tuple[str, ...], re.Pattern], ...] = tuple(
    (raw, score, tuple(triggers.split()), re.compile("".join(parts)))
    for raw, score, triggers, *parts in (
        (
            "contact.wechat",
            92,
            "微信 薇信 威信 徽信 维信 卫星号 wechat weixin vx wx v信 加v +v ➕v",
            r"(?:微信|薇信|威信|徽信|维信|卫星号|wechat|weixin|(?<![a-z])[vw]x(?![a-z])|(?<![a-z])v信|[加+➕]v(?![a-z]))",
            rf"(?:号码|号|id|账号)?{GAP}{{0,4}}(?:(?:me|us|at|on|is){GAP}{{1,3}})?(?:{MARKED_HANDLE}|{MOBILE})",
        ),
        (
            "contact.wechat",
            90,
            "微信 薇信 威信 wechat weixin v信",
            rf"(?:微信|薇信|威信|wechat|weixin|v信)(?:号|id)?\s{{0,2}}[:：]\s{{0,2}}{HANDLE}",
        ),
        (
            "contact.wechat",
            70,
            "微信 薇信 威信 v信 卫星 wechat",
            r"(?:加|➕|\+)(?:我|个|下)?(?:微信|薇信|威信|v信|卫星)",
            r"|add\s(?:me|my|us)\s(?:on\s|via\s)?wechat",
        ),
        (
            "contact.qq",
            92,
            "qq q群 扣群 扣扣 企鹅",
            r"(?:qq群|q群|扣群|qq|扣扣|企鹅号?)(?:号码|号)?[\s:：是为]{0,3}[1-9](?:[\s\-]?\d){4,10}(?!\d)",
        ),
        ("contact.telegram", 94, "t.me/ telegram.me/", r"(?<![a-z0-9.])(?:t|telegram)\.me/[a-z0-9_+]{4,40}"),
        (
            "contact.telegram",
            92,
            "telegram tg 飞机 电报",
            r"(?:telegram|(?<![a-z])tg(?![a-z])|纸飞机|飞机号|电报)[\s:：号群是]{0,4}@[a-z0-9_]{4,32}",
        ),
        (
            "contact.telegram",
            88,
            "telegram tg 飞机 电报",
            r"(?:telegram|(?<![a-z])tg|纸飞机|飞机号|电报)号?\s{0,2}[:：]\s{0,2}[a-z0-9_]{5,32}",
        ),
        (
            "contact.whatsapp",
            93,
            "wa.me/ whats",
            r"wa\.me/\+?\d{6,15}|whats\s?app[\s:：]{0,3}(?:me\s(?:at|on)\s)?\+?\d[\d\s\-]{6,16}",
        ),
        ("contact.line", 86, "line", r"(?<![a-z])line\s?(?:id)?\s?[:：]\s?[a-z0-9._\-]{4,20}"),
        (
            "contact.email",
            82,
            "@ [at] (at) 艾特",
            r"[a-z0-9._%+\-]{1,40}\s?(?:@|\[at\]|\(at\)|艾特)\s?",
            r"[a-z0-9\-]{1,40}(?:\.[a-z]{2,12}){1,3}(?![a-z])",
        ),
    )
)
WORDS = sorted({word for _raw, _score, triggers, _pattern in MESSENGERS for word in triggers})
TRIGGERS = AhoCorasick(WORDS, implementation=Implementation.ContiguousNFA)
PHONE = re.compile(rf"(?<![\d.])(?:\+?86[\s\-]?)?{MOBILE}(?![\d.]\d|\d)")
LANDLINE = re.compile(r"(?<![\d\-])0\d{2,3}[\s\-]?\d{7,8}(?!\d)|(?<!\d)400[\s\-]?\d{3}[\s\-]?\d{4}(?!\d)")
NUMERALS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
CALLS = re.compile(
    r"电话|手机|联系|致电|热线|来电|打我|加我|call|phone|tel|mobile|contact|text me|ring|sms|dial"
)
FILED = re.compile(
    r"订单|单号|编号|流水|快递|运单|身份|order|invoice|ticket|tracking|serial|ref|isbn|account no|id[:：#]"
)
NEAR = 24
NUMERAL_RUN = re.compile(r"[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]{3}")
DIGIT = re.compile(r"\d")
SEVEN_DIGITS = re.compile(r"(?:\d[^\d\n]{0,3}){6}\d")


def find(text: str) -> Iterator[Sighting]:
    present = {WORDS[number] for number, *_place in TRIGGERS.find_matches_as_indexes(text, overlapping=True)}
    if present:
        for raw, score, triggers, pattern in MESSENGERS:
            if not present.isdisjoint(triggers):
                for match in pattern.finditer(text):
                    yield Sighting(raw, score, match.start(), match.end())
    if NUMERAL_RUN.search(text):
        text = text.translate(NUMERALS)
    if DIGIT.search(text) and SEVEN_DIGITS.search(text):
        yield from phones(text)


def phones(text: str) -> Iterator[Sighting]:
    for match in PHONE.finditer(text):
        score = in_context(70.0 if match.group().isdigit() else 80.0, text, match.start(), match.end())
        yield Sighting("contact.phone", score, match.start(), match.end())
    for match in LANDLINE.finditer(text):
        yield Sighting(
            "contact.phone", in_context(50.0, text, match.start(), match.end()), match.start(), match.end()
        )
    if "+" in text and len(text) <= 5000:
        for found in PhoneNumberMatcher(text, None, leniency=Leniency.VALID, max_tries=20):
            yield Sighting(
                "contact.phone", in_context(75.0, text, found.start, found.end), found.start, found.end
            )


def in_context(score: float, text: str, start: int, end: int) -> float:
    """Words of calling beside a number make it one to call, words of filing make it a file's."""
    around = text[max(0, start - NEAR) : start] + "\n" + text[end : end + NEAR]
    if CALLS.search(around):
        return min(score + 22, 96)
    return score - 45 if FILED.search(around) else score
