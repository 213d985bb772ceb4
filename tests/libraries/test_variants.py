"""Words written otherwise: found where a vocabulary asks for it, at their place, and only there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries.matching.explain import how, steps
from libraries.matching.keyword_index import KeywordIndex, strip_ignored
from libraries.matching.normalise import normalise
from libraries.matching.variants import VARIANTS


def index_of(*keywords: str, ways=VARIANTS) -> KeywordIndex:
    entries = [(keyword, 1, number) for number, keyword in enumerate(keywords, start=1)]
    return KeywordIndex.build(entries, variants={1: frozenset(ways)})


def found(text: str, *keywords: str, ways=VARIANTS) -> list[tuple[str, str, str]]:
    return [(hit.keyword, hit.matched, hit.rule) for hit in index_of(*keywords, ways=ways).find(text)]


WRITTEN = [
    ("pinyin", "女权", "nv quan"),
    ("pinyin", "女权", "nvquan"),
    ("pinyin", "女权", "Nv-Quan"),
    ("pinyin", "女权", "女quan"),
    ("pinyin", "女权", "nv 权"),
    ("pinyin", "没什么能力", "meishenmenengli"),
    ("pinyin", "同性恋", "tong性lian"),
    ("pinyin", "加微信", "加weixin"),
    ("initials", "同性恋", "txl"),
    ("homophones", "同性恋", "痛姓连"),
    ("homophones", "傻逼", "煞笔"),
    ("split", "骗子", "马扁子"),
    ("split", "骗子", "马户册子"),
    ("split", "相信", "木目亻言"),
    ("split", "相信", "木目信"),
    ("emoji", "妈的", "🐴的"),
    ("emoji", "操你妈", "操你🐴"),
    ("lookalikes", "福建", "蝠建"),
    ("lookalikes", "同性恋", "同姓恋"),
]


class TestWhatAVocabularyAsksFor:
    @pytest.mark.parametrize("way, keyword, written", WRITTEN)
    def test_is_found(self, way, keyword, written):
        text = f"啊，{written}！"

        assert (keyword, written, way) in found(text, keyword, ways=[way])

    @pytest.mark.parametrize("way, keyword, written", WRITTEN)
    def test_is_not_found_unasked(self, way, keyword, written):
        assert found(written, keyword, ways=()) == []
        assert way not in {rule for *_hit, rule in found(written, keyword, ways=set(VARIANTS) - {way})}

    def test_is_asked_by_each_vocabulary_for_itself(self):
        index = KeywordIndex.build([("女权", 1, 10), ("女权", 2, 20)], variants={2: frozenset({"pinyin"})})

        assert [hit.vocabulary_id for hit in index.find("nv quan")] == [2]
        assert [hit.vocabulary_id for hit in index.find("女权")] == [1, 2]

    def test_mixes_only_what_is_asked_for(self):
        assert found("女quan", "女权", ways=["homophones"]) == []
        assert found("同xing连", "同性恋", ways=["pinyin"]) == []
        assert found("同xing连", "同性恋", ways=["pinyin", "homophones"]) == [
            ("同性恋", "同xing连", "homophones + pinyin")
        ]

    def test_says_nothing_of_a_word_that_is_written_as_it_is(self):
        assert found("女权", "女权") == [("女权", "女权", "plain")]


class TestWhatIsNoVariant:
    @pytest.mark.parametrize(
        "text, keyword",
        [
            ("the women and children", "我们的"),
            ("a dance in the morning", "单"),
            ("kui", "亏"),
            ("shipping", "十品"),
            ("panda", "盘答应"),
            ("好人", "女子人"),
            ("林", "木木"),
            ("事实", "实施"),
            ("atxlb", "同性恋"),
            ("tx", "同性"),
        ],
    )
    def test_is_not_found(self, text, keyword):
        assert found(text, keyword) == []


class TestDrawnOutAndStarredOut:
    @pytest.mark.parametrize(
        "text, keyword",
        [
            ("fuuuuck", "fuck"),
            ("FUCCCK!", "fuck"),
            ("assss", "ass"),
            ("aaaasssss", "ass"),
            ("f**k", "fuck"),
            ("sh*t", "shit"),
            ("so boooooring", "boring"),
        ],
    )
    def test_are_found(self, text, keyword):
        hits = index_of(keyword, ways=()).find(text)
        assert [(hit.keyword, hit.rule) for hit in hits] == [(keyword, "stretched")]

    @pytest.mark.parametrize(
        "text, keyword",
        [
            ("as", "ass"),
            ("aaas", "ass"),
            ("good", "god"),
            ("www", "ww"),
            ("f**k", "fu"),
            ("2*3", "2x3"),
            ("a*b", "aab"),
            ("fuuuuckle", "fuck"),
            ("****", "fuck"),
        ],
    )
    def test_are_not_read_into_other_words(self, text, keyword):
        assert index_of(keyword, ways=()).find(text) == []


class TestExplaining:
    @pytest.mark.parametrize(
        "text, keyword, names",
        [
            ("bad", "bad", []),
            ("BAD", "bad", ["case"]),
            ("ｂａｄ", "bad", ["width"]),
            ("b\u200bad", "bad", ["invisible"]),
            ("bäd", "bad", ["accents"]),
            ("bаd", "bad", ["confusables"]),
            ("看電影", "看电影", ["traditional"]),
            ("a   cat", "a cat", ["spaces"]),
            ("b-a-d", "bad", ["separators"]),
            ("s3x", "sex", ["leet"]),
            ("B-4-D", "bad", ["case", "separators", "leet"]),
            ("nv quan", "女权", ["pinyin"]),
        ],
    )
    def test_names_what_made_a_word_found(self, text, keyword, names):
        (hit,) = index_of(keyword).find(text)

        assert how(hit) == names

    @settings(max_examples=300)
    @given(st.text(alphabet="aBé世電ＡаЯ \u200b\tﬀⅣ", max_size=20))
    def test_ends_where_the_normalisation_does(self, text):
        taken = steps(text)

        assert (taken[-1].text if taken else text).strip() == normalise(text).text.strip()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="女权马扁子同性txlnvquan 🐴痛蝠-建", max_size=25))
def test_every_hit_is_where_it_says_it_is(text):
    for hit in index_of("女权", "骗子", "同性恋", "福建", "妈的", "操你妈").find(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.matched
        assert [again.keyword for again in index_of(hit.keyword).find(hit.matched)].count(hit.keyword) >= 1


@settings(max_examples=500, deadline=None)
@given(
    st.text(alphabet="isa H世界\u200bÀ\n.", max_size=30),
    st.lists(st.sampled_from(["is", "a", "世", "世界", "his a"]), max_size=3, unique=True),
)
def test_what_remains_of_a_text_without_ignored_words_leads_back_to_it(text, ignored):
    left, places = strip_ignored(text, index_of(*ignored, ways=()), frozenset({1}))

    if places is None:
        assert left == text
        return
    assert left == "".join(text[place] for place in places)
    assert places == sorted(set(places))
    gone = set(range(len(text))) - set(places)
    hits = index_of(*ignored, ways=()).find_plain(text)
    covered = {place for hit in hits for place in range(hit.start, hit.end)}
    assert covered and all(place in covered or text[place].isspace() for place in gone)


def test_the_example_of_the_manual():
    left, _places = strip_ignored("Here is a small cat", index_of("is", "a", ways=()), frozenset({1}))

    assert left == "Here small cat"
