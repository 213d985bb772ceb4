"""Finding keywords: exactly those that are there, as they stand there, and none that are not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries.matching.keyword_index import KeywordIndex, strip_ignored
from libraries.matching.normalise import folded, normalise
from libraries.matching.squeeze import squeeze


def index_of(*keywords: str, vocabulary: int = 1) -> KeywordIndex:
    return KeywordIndex.build(
        [(keyword, vocabulary, number) for number, keyword in enumerate(keywords, start=1)]
    )


def found(text: str, *keywords: str) -> list[tuple[str, str]]:
    return [(hit.keyword, hit.matched) for hit in index_of(*keywords).find(text)]


class TestFinding:
    @pytest.mark.parametrize(
        "text, keyword, matched",
        [
            ("A BAD day", "bad", "BAD"),
            ("ｂａｄ", "bad", "ｂａｄ"),
            ("加我微信吧", "微信", "微信"),
            ("看電影", "电影", "電影"),
            ("free   gifts!", "Free Gifts", "free   gifts"),
            ("say bad.", "bad", "bad"),
            ("用vpn吧", "vpn", "vpn"),
            ("I write c++ code", "c++", "c++"),
            ("q1 2026", "2026", "2026"),
        ],
    )
    def test_sees_a_keyword_however_it_is_written(self, text, keyword, matched):
        assert found(text, keyword) == [(keyword, matched)]

    @pytest.mark.parametrize(
        "text, keyword",
        [
            ("class it is", "ass"),
            ("badge", "bad"),
            ("sinbad", "bad"),
            ("12026", "2026"),
            ("мойка", "мой"),
            ("мои", "мой"),
            ("बुरा", "बु"),
        ],
    )
    def test_does_not_see_a_word_inside_another(self, text, keyword):
        assert found(text, keyword) == []

    def test_gives_overlapping_words_in_order(self):
        assert found("你好世界", "世界", "好世", "你好") == [
            ("你好", "你好"),
            ("好世", "好世"),
            ("世界", "世界"),
        ]

    def test_names_every_vocabulary_that_holds_a_word(self):
        index = KeywordIndex.build([("Bad", 1, 10), ("bad", 2, 20), ("bäd", 3, 30)])

        hits = index.find("so bad")

        assert [(hit.vocabulary_id, hit.keyword_id, hit.keyword) for hit in hits] == [
            (1, 10, "Bad"),
            (2, 20, "bad"),
            (3, 30, "bäd"),
        ]

    def test_an_empty_index_finds_nothing(self):
        assert index_of().find("anything") == []
        assert strip_ignored("anything", index_of(), frozenset({1})) == ("anything", None)


class TestMasks:
    @pytest.mark.parametrize(
        "text, keyword, matched",
        [
            ("b-a-d", "bad", "b-a-d"),
            ("so b.a.d!", "bad", "b.a.d"),
            ("b a d", "bad", "b a d"),
            ("so b  a  d indeed", "bad", "b  a  d"),
            ("b - a - d", "bad", "b - a - d"),
            ("b_a_d", "bad", "b_a_d"),
            ("pe-nis", "penis", "pe-nis"),
            ("s3x", "sex", "s3x"),
            ("$ex", "sex", "$ex"),
            ("a$$", "ass", "a$$"),
            ("b.4.d", "bad", "b.4.d"),
            ("加微 信", "微信", "微 信"),
            ("微❤️信", "微信", "微❤️信"),
            ("微*信", "微信", "微*信"),
            ("加 V 信", "加v信", "加 V 信"),
            ("free_gifts", "free gifts", "free_gifts"),
            ("q-q 1 2 3", "qq123", "q-q 1 2 3"),
            ("ｓ３ｘ", "sex", "ｓ３ｘ"),
        ],
    )
    def test_are_seen_through(self, text, keyword, matched):
        assert found(text, keyword) == [(keyword, matched)]

    @pytest.mark.parametrize(
        "text, keyword",
        [
            ("the pen is red", "penis"),
            ("gave an us company", "anus"),
            ("pass it", "ass"),
            ("class-it", "sit"),
            ("www.pen.island.com", "penis"),
            ("at 5 a.m. sharp", "sam"),
            ("455", "ass"),
            ("it hs four", "h5"),
            ("1, 2, 3", "123"),
            ("微。信", "微信"),
            ("c-d", "c++"),
            ("a.m.", "am"),
        ],
    )
    def test_are_not_read_into_plain_texts(self, text, keyword):
        assert found(text, keyword) == []

    def test_a_word_without_a_mask_is_told_once(self):
        assert found("bad b-a-d bad", "bad") == [("bad", "bad"), ("bad", "b-a-d"), ("bad", "bad")]

    @pytest.mark.parametrize(
        "text",
        [
            "The library opens at nine on Saturdays, doesn't it?",
            "今天的晚霞太美了，拍了好几张照片。",
            "Call 555 2100 before 17:30 on 2026-11-21.",
        ],
    )
    def test_plain_texts_need_no_second_look(self, text):
        assert squeeze(normalise(text)) is None


# The rule said once more, the slow way: every place of every keyword, then the words' borders.
WORDLESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
ALPHABET = "abcй微信世 1-.$é\u200bＡ"


def continues(text: str, place: int) -> bool:
    pair = text[max(place - 1, 0) : place + 1]
    return len(pair) == 2 and pair.isalnum() and not WORDLESS.search(pair) and place > 0


def by_hand(text: str, keywords: list[str]) -> set[tuple[str, int, int]]:
    places = set()
    for keyword in keywords:
        for match in re.finditer(f"(?={re.escape(folded(keyword))})", text):
            end = match.start() + len(folded(keyword))
            if not continues(text, match.start()) and not continues(text, end):
                places.add((keyword, match.start(), end))
    return places


KEYWORDS = st.lists(
    st.text(alphabet="abй微信世 1-é", min_size=1, max_size=5).filter(
        lambda text: any(map(str.isalnum, text))
    ),
    min_size=1,
    max_size=8,
    unique_by=folded,
)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60), KEYWORDS)
def test_finds_exactly_what_a_slow_search_finds(text, keywords):
    view = normalise(text)
    hits = index_of(*keywords).find_plain(text)

    expected = {(keyword, *view.span(start, end)) for keyword, start, end in by_hand(view.text, keywords)}
    assert {(hit.keyword, hit.start, hit.end) for hit in hits} == expected


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60), KEYWORDS)
def test_what_stood_there_normalises_to_the_keyword(text, keywords):
    for hit in index_of(*keywords).find_plain(text):
        assert hit.matched == text[hit.start : hit.end]
        assert folded(hit.matched) == folded(hit.keyword)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60), KEYWORDS)
def test_any_text_can_be_searched(text, keywords):
    for hit in index_of(*keywords).find(text):
        assert text[hit.start : hit.end] == hit.matched != ""


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="bad$@4-._* 微信", max_size=40))
def test_a_masked_hit_holds_the_letters_of_the_keyword(text):
    letters = {"4": "a", "@": "a", "$": "s"}
    for hit in index_of("bad", "微信").find(text):
        shown = "".join(letters.get(one, one) for one in hit.matched if one not in "-._* ")
        assert shown == hit.keyword


class TestIgnoredWords:
    @pytest.mark.parametrize(
        "text, ignored, left",
        [
            ("Here is a small cat", ["is", "a"], "Here small cat"),
            ("This island is.", ["is"], "This island ."),
            ("is it", ["is"], "it"),
            ("what it is", ["is"], "what it"),
            ("is a is", ["is", "a"], ""),
            ("ab abc", ["ab", "abc", "b"], ""),
            ("我的天气预报", ["天气", "天气预报"], "我的"),
            ("红烧牛肉面", ["烧牛", "牛肉面"], "红肉面"),
            ("nothing here", ["is"], "nothing here"),
        ],
    )
    def test_are_taken_out_as_whole_words_leftmost_and_longest(self, text, ignored, left):
        assert strip_ignored(text, index_of(*ignored), frozenset({1}))[0] == left

    def test_words_of_other_vocabularies_stay(self):
        index = KeywordIndex.build([("is", 1, 1), ("a", 2, 2)])

        assert strip_ignored("Here is a cat", index, frozenset({1}))[0] == "Here a cat"

    def test_each_remaining_character_tells_where_it_stood(self):
        text = "Here is a small cat"

        left, places = strip_ignored(text, index_of("is", "a"), frozenset({1}))

        assert "".join(text[place] for place in places) == left
        assert places == sorted(places)

    def test_nothing_taken_out_needs_no_places(self):
        assert strip_ignored("small cat", index_of("is"), frozenset({1})) == ("small cat", None)
