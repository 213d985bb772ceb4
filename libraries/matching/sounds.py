"""The text as it sounds: characters, pinyin and pictures all as syllables. Pure."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from libraries.matching.emoji_sounds import MEANT
from libraries.matching.folding import is_wordless
from libraries.matching.han import FIRST_SOUND, sounds

LETTERS = re.compile("[a-z]+")
SOUND = r"[\ue000-\ue3ff]"
BETWEEN = re.compile(rf"(?<={SOUND})[ '\-_.·]{{1,2}}(?={SOUND})")
LAST_SOUND = FIRST_SOUND + 0x3FF


@dataclass(frozen=True, slots=True)
class Heard:
    """Character i of `text` is heard at `starts[i]` to `ends[i]` of the normalised view."""

    text: str
    starts: list[int] | range
    ends: list[int] | range


@cache
def table() -> dict[int, str]:
    """For str.translate: what characters and pictures sound like, and private characters like nothing."""
    heard = dict(sounds().first)
    heard |= {ord(picture): heard[ord(meant)] for picture, meant in MEANT.items() if ord(meant) in heard}
    return heard | dict.fromkeys(range(FIRST_SOUND, LAST_SOUND + 1), "\0")


@lru_cache(maxsize=50_000)
def syllables(letters: str) -> tuple[str, ...] | None:
    return sounds().split(letters)


def listen(text: str, *, to_letters: bool) -> Heard:
    heard = text.translate(table())
    if to_letters and (words := [word for word in LETTERS.finditer(heard) if syllables(word.group())]):
        spoken = with_letters(heard, words)
    else:
        spoken = Heard(heard, range(len(heard)), range(1, len(heard) + 1))
    return joined(spoken)


def with_letters(heard: str, words: list[re.Match]) -> Heard:
    """The runs of letters that are pinyin as their syllables."""
    codes = sounds().codes
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for word in words:
        place = word.start()
        parts.append(heard[last:place])
        starts += range(last, place)
        ends += range(last + 1, place + 1)
        for syllable in syllables(word.group()) or ():
            parts.append(codes[syllable])
            starts.append(place)
            place += len(syllable)
            ends.append(place)
        last = word.end()
    parts.append(heard[last:])
    starts += range(last, len(heard))
    ends += range(last + 1, len(heard) + 1)
    return Heard("".join(parts), starts, ends)


def joined(heard: Heard) -> Heard:
    """Without the spaces and signs that stand between two sounds."""
    gaps = [place for gap in BETWEEN.finditer(heard.text) for place in range(*gap.span())]
    if not gaps:
        return heard
    dropped = set(gaps)
    kept = [place for place in range(len(heard.text)) if place not in dropped]
    return Heard(
        "".join([heard.text[place] for place in kept]),
        [heard.starts[place] for place in kept],
        [heard.ends[place] for place in kept],
    )


def spoken(pattern: str, most: int) -> list[str]:
    """The sounds of a folded keyword, in the ways in which it can be read; [] if it has fewer than two."""
    if sum(map(is_wordless, pattern)) < 2:
        return []
    readings = sounds().readings
    ways = [""]
    for character in pattern:
        if character in " '-_.·":
            continue
        heard = readings.get(character, character)
        if len(ways) * len(heard) > most:
            heard = heard[:1]
        ways = [way + one for way in ways for one in heard]
    return ways


def initials(pattern: str) -> str:
    """The first letters of a keyword's sounds, or "" where one has none."""
    letters = [
        sounds().initial(character) or (character if character.isalnum() else "") for character in pattern
    ]
    return "".join(letters) if all(letters) else ""
