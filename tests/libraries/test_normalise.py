"""The text as it is compared, and the way back to the text as it was sent."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries.matching.normalise import folded, normalise

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "abAB 01-_.$@ßﬁéÉёйЙaаеοα漢汉字微信ｶﾞがﬀ\u200b\u0301\u0306\u3099\t\n\ufe0f①½…İ한\u1112\u1161\u11ab"
        ),
        st.characters(),
    ),
    max_size=40,
)  # fmt: skip


@pytest.mark.parametrize(
    "text, compared",
    [
        ("Hello WORLD", "hello world"),
        ("ＡＢＣ１２３", "abc123"),
        ("ⓢⓔⓧ 𝓼𝓮𝔁 🅰🅱 🇸🇪🇽", "sex sex ab sex"),
        ("ﬁne oﬀer ㎏ ½", "fine offer kg 1⁄2"),
        ("Straße", "strasse"),
        ("café naïve Ångström Łódź ø", "cafe naive angstrom lodz o"),
        ("cafe\u0301", "cafe"),
        ("z\u0335\u0321a\u0334l\u0336g\u0337o", "zalgo"),
        ("vi\u200bru\u00ads \u2060x\ufe0f", "virus x"),
        ("\u3164hidden\u2800letters", "hiddenletters"),
        ("a  b\n\n\tc\u3000d", "a b c d"),
        ("don’t – stop", "don't - stop"),
        ("電影臺灣", "电影台湾"),
        ("ﾊﾞｶ", "バカ"),
        ("か\u3099", "が"),
        ("\u1112\u1161\u11ab국", "한국"),
        ("مُحَمَّد", "محمد"),
        ("हिन्दी", "हिन्दी"),
        ("น้ำ", unicodedata.normalize("NFKC", "น้ำ")),
    ],
)
def test_what_is_meant_the_same_is_written_the_same(text, compared):
    assert folded(text) == compared


class TestAlphabetsInOneWord:
    @pytest.mark.parametrize(
        "text, compared",
        [
            ("pаypаl", "paypal"),  # the two а are Cyrillic
            ("раураl", "paypal"),  # all but the l
            ("αpple", "apple"),
            ("пpивeт", "привет"),  # a Russian word with Latin p and e
        ],
    )
    def test_become_one(self, text, compared):
        assert folded(text) == compared

    @pytest.mark.parametrize("text", ["привет", "мой", "сор", "ελλάδα", "подъём"])
    def test_a_word_of_one_alphabet_keeps_it(self, text):
        assert set(map(unicodedata.name, folded(text))).isdisjoint(map(unicodedata.name, "abcdehopxy"))

    def test_й_is_another_letter_than_и(self):
        assert folded("мой") == folded("мои\u0306") != folded("мои")

    def test_a_word_beside_another_alphabet_is_left_alone(self):
        assert folded("ok привет") == "ok привет"
        assert folded("加pаypal微привет") == "加paypal微привет"


class TestPlacesInTheOriginal:
    @pytest.mark.parametrize(
        "text, word, original",
        [
            ("say HELLO", "hello", "HELLO"),
            ("oﬀer", "off", "oﬀ"),
            ("vi\u200brus x", "virus", "vi\u200brus"),
            ("cafe\u0301 au lait", "cafe", "cafe\u0301"),
            ("a   b", "a b", "a   b"),
            ("看電影吧", "电影", "電影"),
            ("мои\u0306 дом", "мой", "мои\u0306"),
        ],
    )
    def test_a_word_leads_back_to_what_stood_there(self, text, word, original):
        view = normalise(text)
        start = view.text.index(word)

        first, last = view.span(start, start + len(word))

        assert text[first:last] == original

    @settings(max_examples=500)
    @given(TEXTS)
    def test_are_in_order_and_inside_the_text(self, text):
        view = normalise(text)
        spans = [view.span(place, place + 1) for place in range(len(view.text))]

        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)


@settings(max_examples=500)
@given(TEXTS)
def test_normalising_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@settings(max_examples=300)
@given(TEXTS)
def test_no_space_is_doubled_and_no_capital_left(text):
    view = normalise(text)

    assert "  " not in view.text
    assert not any("A" <= character <= "Z" for character in view.text)
