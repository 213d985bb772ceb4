"""Content of end users, made safe to look at: what could reorder or hide text becomes visible."""

import re
import unicodedata

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

SHORT_NAMES = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, without tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff"
    "\U000e0000-\U000e007f"  # tags: an invisible copy of ASCII
    "]"
)


def badged(text) -> str:
    """The text escaped, each hidden character as a badge with its code point and name."""
    text = str(text)
    parts, end = [], 0
    for found in HIDDEN.finditer(text):
        parts.append((text[end : found.start()], badge(found[0])))
        end = found.end()
    return format_html_join("", "{}{}", [*parts, (text[end:], "")])


def badge(character: str) -> str:
    point = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "") or _("control character")
    shown = SHORT_NAMES.get(character, point)
    return format_html('<span class="as-hidden-char" title="{} {}">{}</span>', point, name, shown)
