"""The folded text as one that its writer tried to hide: read through gaps, signs and digits for letters.

Unlike the view in which keywords are looked for, this one keeps the whole text, because a contact is found
by what stands around it. Pure.
"""

import re

from libraries.matching.normalise import View

MASK = r"[\s*\-_.·•|/\\~^+=#'`]"
HAN = r"[\u3400-\u9fff]"
LEET = "0134578@$!"
STREWN = rf"(?<!\w)(?:[^\W_]{MASK}{{1,3}}){{2,40}}[^\W_](?!\w)"
GAP = rf"(?<={HAN}){MASK}{{1,3}}(?={HAN})"
DISGUISED = (
    rf"(?<![a-z0-9@$!])(?=[0-9@$!]{{0,20}}[a-z])(?=[a-z]{{0,20}}[{LEET}])"
    rf"[a-z{LEET}]{{3,20}}(?![a-z0-9@$])"
)
MASKED = re.compile(f"{STREWN}|{GAP}|{DISGUISED}")
# Each is cheap and true wherever its pattern could match: most texts need no closer look.
SIGNS_OF_A_MASK = (
    re.compile(rf"[a-z][{LEET}]|[{LEET}][a-z]"),
    re.compile(rf"{HAN}{MASK}{{1,3}}{HAN}"),
    re.compile(rf"\b[^\W_]{MASK}{{1,3}}[^\W_]{MASK}"),
)
DIGITS_AS_LETTERS = str.maketrans(LEET, "oieastbasi")
SEPARATOR = re.compile(MASK)


def unmask(view: View) -> View | None:
    """The view without masks, or None if it has none."""
    text = view.text
    if not any(sign.search(text) for sign in SIGNS_OF_A_MASK):
        return None
    masks = list(MASKED.finditer(text))
    if not masks:
        return None
    parts, places, last = [], [], 0
    for match in masks:
        parts.append(text[last : match.start()])
        places.extend(range(last, match.start()))
        for place in range(match.start(), match.end()):
            if not SEPARATOR.match(text[place]):
                parts.append(text[place].translate(DIGITS_AS_LETTERS))
                places.append(place)
        last = match.end()
    parts.append(text[last:])
    places.extend(range(last, len(text)))
    spans = [view.span(place, place + 1) for place in places]
    return View("".join(parts), [start for start, _end in spans], [end for _start, end in spans])
