"""All keywords of an account in one automaton, found in one walk over a text. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import time

from ahocorasick_rs import AhoCorasick, Implementation

from libraries.matching.folding import is_border, is_wordless
from libraries.matching.lookalikes import LEET
from libraries.matching.normalise import View, folded, normalise
from libraries.matching.squeeze import Squeezed, bare, is_worn_by, squeeze
from libraries.matching.stretch import DRAWN_OUT, Stretches
from libraries.matching.variants import VariantIndex

PLAIN, MASKED = "plain", "masked"
NOTHING: Mapping = {}
# Shorter ones would be read into texts that hide nothing, such as a.m. or 5$.
SHORTEST_SQUEEZED, SHORTEST_SQUEEZED_HAN = 3, 2
# Keywords in which a sign means something are found as they are only: c++ is not c.
MEANINGFUL = frozenset("@&+#")


@dataclass(frozen=True, slots=True)
class KeywordHit:
    """`start` and `end` are places in the text as it was sent, `matched` is what stood there.

    `compared` is its normalised form, in which it was found, and `rule` the view in which it was: "plain",
    "masked", "stretched", or what a vocabulary asked for (see `variants`).
    """

    vocabulary_id: int
    keyword_id: int
    keyword: str
    start: int
    end: int
    matched: str
    compared: str = ""
    rule: str = PLAIN


Owner = tuple[int, int, str]  # vocabulary id, keyword id, keyword as it was typed


class KeywordIndex:
    """Immutable. A word that several vocabularies hold is one pattern with several owners."""

    def __init__(
        self,
        literal: dict[str, list[Owner]],
        squeezed: dict[str, list[Owner]],
        revision: int = 0,
        variants: VariantIndex | None = None,
        expiry: Mapping[int, datetime] = NOTHING,
    ):
        self.revision = revision
        patterns = [*literal, *(pattern for pattern in squeezed if pattern not in literal)]
        self.size = len(patterns) + (variants.size if variants else 0)
        # Letters drawn out are seen in the same walk.
        patterns += [drawn for drawn in DRAWN_OUT if drawn not in literal and drawn not in squeezed]
        self._drawn_out = frozenset(number for number, pattern in enumerate(patterns) if pattern in DRAWN_OUT)
        self._literal = [tuple(literal.get(pattern, ())) for pattern in patterns]
        self._squeezed = [tuple(squeezed.get(pattern, ())) for pattern in patterns]
        self._automaton = AhoCorasick(
            patterns, implementation=Implementation.ContiguousNFA, store_patterns=False
        )
        self._stretches = Stretches(literal)
        self._variants = variants
        self._expiry = {keyword_id: moment.timestamp() for keyword_id, moment in expiry.items()}

    @classmethod
    def build(
        cls,
        entries: Iterable[tuple[str, int, int]],
        *,
        revision: int = 0,
        variants: Mapping[int, frozenset[str]] = NOTHING,
        expiry: Mapping[int, datetime] = NOTHING,
    ) -> "KeywordIndex":
        """From (keyword, vocabulary id, keyword id), as of a revision of the account's vocabularies.

        `variants`: what vocabularies ask for, by id; `expiry`: until when keywords are in force, by id.
        """
        literal: dict[str, list[Owner]] = {}
        squeezed: dict[str, list[Owner]] = {}
        asked: list[tuple[str, Owner, frozenset[str]]] = []
        for text, vocabulary_id, keyword_id in entries:
            pattern = folded(text)
            if not pattern:
                continue
            owner = (vocabulary_id, keyword_id, text)
            literal.setdefault(pattern, []).append(owner)
            if hidden := squeezable(pattern):
                key = hidden if hidden.isalpha() else hidden.translate(LEET)
                squeezed.setdefault(key, []).append(owner)
            if ways := variants.get(vocabulary_id):
                asked.append((pattern, owner, ways))
        return cls(literal, squeezed, revision, VariantIndex(asked) if asked else None, expiry)

    def find(self, text: str, now: datetime | None = None) -> list[KeywordHit]:
        """Every keyword in the text, overlapping ones too, in order of their places.

        A word of letters is found as a word; Chinese characters, written without spaces, are found anywhere.
        """
        if not self.size:
            return []
        view = normalise(text)
        matches = self._automaton.find_matches_as_indexes(view.text, overlapping=True)
        hits = list(self._literal_hits(text, view, matches)) if matches else []
        hidden = squeeze(view)
        if hidden is not None:
            hits += unknown(self._hidden_hits(text, view, hidden), hits)
        if "*" in view.text or any(number in self._drawn_out for number, _start, _end in matches):
            hits += unknown(self._stretched_hits(text, view), hits)
        if self._variants is not None:
            hits += unknown(self._variant_hits(text, view), hits)
        if len(hits) > 1:
            hits.sort(key=lambda hit: (hit.start, hit.end, hit.keyword_id))
        return self._in_force(hits, now) if hits and self._expiry else hits

    def find_plain(self, text: str, now: datetime | None = None) -> list[KeywordHit]:
        """The same, without looking behind masks."""
        if not self.size:
            return []
        view = normalise(text)
        matches = self._automaton.find_matches_as_indexes(view.text, overlapping=True)
        hits = list(self._literal_hits(text, view, matches))
        return self._in_force(hits, now) if hits and self._expiry else hits

    def _in_force(self, hits: list[KeywordHit], now: datetime | None) -> list[KeywordHit]:
        moment, never = now.timestamp() if now else time(), float("inf")
        return [hit for hit in hits if self._expiry.get(hit.keyword_id, never) > moment]

    def _stretched_hits(self, text: str, view: View) -> Iterator[KeywordHit]:
        for owners, start, end in self._stretches.find(view.text):
            yield from self._hits_at(text, view, owners, start, end, view.text[start:end], "stretched")

    def _variant_hits(self, text: str, view: View) -> Iterator[KeywordHit]:
        for owner, start, end, form, rule in self._variants.find(view.text):
            yield from self._hits_at(text, view, (owner,), start, end, form, rule)

    def _hits_at(self, text, view, owners, start, end, form, rule) -> Iterator[KeywordHit]:
        first, last = view.span(start, end)
        for vocabulary_id, keyword_id, keyword in owners:
            yield KeywordHit(vocabulary_id, keyword_id, keyword, first, last, text[first:last], form, rule)

    def _literal_hits(self, text: str, view: View, matches) -> Iterator[KeywordHit]:
        for number, start, end in matches:
            owners = self._literal[number]
            if owners and is_border(view.text, start) and is_border(view.text, end):
                yield from self._hits_at(text, view, owners, start, end, view.text[start:end], PLAIN)

    def _hidden_hits(self, text: str, view: View, hidden: Squeezed) -> Iterator[KeywordHit]:
        for number, start, end in self._automaton.find_matches_as_indexes(hidden.text, overlapping=True):
            owners = self._squeezed[number]
            if not (owners and hidden.is_border(start) and hidden.is_border(end)):
                continue
            raw, is_spread = hidden.raw[start:end], hidden.is_spread(start, end)
            first, last = view.span(hidden.places[start], hidden.places[end - 1] + 1)
            for vocabulary_id, keyword_id, keyword in owners:
                meant = bare(folded(keyword))
                if raw == meant or (not is_spread and is_worn_by(meant, raw)):
                    yield KeywordHit(
                        vocabulary_id, keyword_id, keyword, first, last, text[first:last], raw, MASKED
                    )


def unknown(found: Iterable[KeywordHit], hits: list[KeywordHit]) -> Iterator[KeywordHit]:
    """Of what was found in another view, what is not known to stand there already."""
    known = {(hit.keyword_id, hit.start, hit.end) for hit in hits}
    for hit in found:
        place = (hit.keyword_id, hit.start, hit.end)
        if place not in known:
            known.add(place)
            yield hit


def squeezable(pattern: str) -> str:
    """The bare keyword as it may be found behind a mask, or "" if it may not."""
    if pattern.isalnum():
        hidden = pattern
    elif MEANINGFUL.isdisjoint(pattern):
        hidden = bare(pattern)
    else:
        return ""
    if len(hidden) >= SHORTEST_SQUEEZED or (len(hidden) >= SHORTEST_SQUEEZED_HAN and has_wordless(hidden)):
        return hidden
    return ""


def has_wordless(text: str) -> bool:
    return any(map(is_wordless, text))


def strip_ignored(
    text: str, index: KeywordIndex, vocabulary_ids: frozenset[int]
) -> tuple[str, list[int] | None]:
    """The text without the words of some vocabularies, and where each remaining character stood.

    Of overlapping words the leftmost goes, of those the longest. A word takes one of its two spaces along:
    "Here is a small cat" without {is, a} is "Here small cat".
    """
    spans = [(hit.start, hit.end) for hit in index.find_plain(text) if hit.vocabulary_id in vocabulary_ids]
    if not spans:
        return text, None
    kept: list[int] = []
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < last:
            continue
        kept += range(last, start)
        last = end
        if is_space(text, end) and (start == 0 or is_space(text, start - 1)):
            last += 1
        elif end == len(text) and kept and is_space(text, kept[-1]):
            kept.pop()
    kept += range(last, len(text))
    return "".join([text[place] for place in kept]), kept


def is_space(text: str, place: int) -> bool:
    return place < len(text) and text[place].isspace()
