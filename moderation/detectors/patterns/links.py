"""Addresses of other sites, plain and disguised. Pure; every repetition is bounded."""

import re
from collections.abc import Iterator

from moderation.detectors.patterns.sighting import Sighting

ENDINGS = [
    "com",
    "cn",
    "net",
    "org",
    "top",
    "xyz",
    "vip",
    "info",
    "biz",
    "shop",
    "store",
    "online",
    "site",
    "club",
    "live",
    "pro",
    "app",
    "dev",
    "io",
    "co",
    "me",
    "tv",
    "cc",
    "ws",
    "icu",
    "wang",
    "ltd",
    "link",
    "click",
    "fun",
    "win",
    "bet",
    "casino",
    "loan",
    "work",
    "space",
    "website",
    "tech",
    "cloud",
    "asia",
    "hk",
    "tw",
    "jp",
    "kr",
    "uk",
    "de",
    "fr",
    "ru",
    "in",
    "br",
    "us",
    "eu",
    "ca",
    "au",
]
SHORTENERS = [
    "bit.ly",
    "t.cn",
    "tinyurl.com",
    "goo.gl",
    "dwz.cn",
    "suo.im",
    "is.gd",
    "ow.ly",
    "cutt.ly",
    "rebrand.ly",
    "t.co",
    "url.cn",
    "buff.ly",
    "shorturl.at",
    "rb.gy",
    "tiny.cc",
    "v.gd",
    "adf.ly",
    "suo.nz",
    "3.cn",
    "m.tb.cn",
]
PATH = r"(?:/[^\s<>\"'，。！？；、]{0,200})?"
ENDING = "|".join(sorted(ENDINGS, key=len, reverse=True))
DOT = r"(?:\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|点|。)\s?|\sdot\s)"

HOST = r"[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,5}(?::\d{1,5})?"
NAME = r"[a-z0-9][a-z0-9\-]{0,40}"

FAMILIES = tuple(
    (raw, score, re.compile(pattern))
    for raw, score, pattern in (
        (
            "link.shortener",
            90,
            rf"(?<![\w.\-])(?:{'|'.join(map(re.escape, SHORTENERS))})/[a-z0-9\-_]{{2,40}}",
        ),
        ("link.ip", 92, rf"https?://\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d{{1,5}})?{PATH}"),
        ("link.url", 84, rf"(?:https?://|(?<![\w.])www\.){HOST}{PATH}"),
        ("link.url", 86, rf"(?<![\w.]){NAME}{DOT}(?:{ENDING})(?!\w)"),
        ("link.url", 72, rf"(?<![\w@.\-])(?:{NAME}\.){{1,3}}(?:{ENDING})(?![\w\-]|\.\w){PATH}"),
    )
)
DOTS = (".", "。", "点", "dot")
SIGNS = re.compile(r"[a-z0-9]\.[a-z]{2}|://|[\[(]\.|[a-z0-9]\s?[点。]\s?[a-z]|dot[\])\s]")


def find(text: str) -> Iterator[Sighting]:
    if not any(sign in text for sign in DOTS) or not SIGNS.search(text):
        return
    for raw, score, pattern in FAMILIES:
        for match in pattern.finditer(text):
            yield Sighting(raw, score, match.start(), match.end())
