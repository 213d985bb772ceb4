import random

from libraries.matching.simhash import NEAR, SHORTEST, NearTextIndex, simhash

KNOWN = "61e343a0a7fe10200324e168624d6ca34c74042750257b89553f01b8031b9690"
SPAM = (
    "Congratulations! Your number was drawn among thousands. To claim the prize of 2,000 send your name, "
    "your address and a picture of your card to the office before Friday."
)
OTHER = (
    "The committee meets again on Tuesday at nine in the small hall. Please bring the list of members and "
    "the minutes of last month, and tell Anna if you come later."
)


def apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def edited(text: str, share: float, seed: int) -> str:
    rng = random.Random(seed)
    letters = list(text)
    for _ in range(round(len(text) * share)):
        letters[rng.randrange(len(letters))] = rng.choice("abcdefgh ")
    return "".join(letters)


class TestASimhash:
    def test_is_the_same_for_what_is_folded_to_the_same(self):
        assert simhash(SPAM) == simhash(SPAM.upper().replace(" ", "  "))
        assert len(simhash(SPAM)) == 32

    def test_is_the_same_in_every_process_and_on_every_day(self):
        assert simhash("the quick brown fox jumps").hex() == KNOWN

    def test_changes_little_when_the_text_does(self):
        for seed in range(20):
            assert 0 < apart(simhash(SPAM), simhash(edited(SPAM, 0.03, seed))) <= NEAR

    def test_is_far_from_that_of_another_text(self):
        assert apart(simhash(SPAM), simhash(OTHER)) > 90

    def test_is_of_chinese_too(self):
        text = "加我微信领取免费皮肤，前一百名还送手机，先到先得，名额有限，速来联系客服小姐姐"
        assert apart(simhash(text), simhash(text.replace("一百", "二百"))) <= NEAR

    def test_is_none_of_a_short_text(self):
        assert simhash("a" * (SHORTEST - 1)) is None
        assert simhash(" " * 50 + "short" + " " * 50) is None
        assert simhash("") is None

    def test_takes_whatever_a_string_can_hold(self):
        assert simhash("\ud800\udfff lone surrogates and \U0001f600 faces") is not None


class TestAnIndexOfNearTexts:
    def test_finds_the_nearest_first(self):
        index = NearTextIndex()
        close = edited(SPAM, 0.02, 1)
        index.follow([(1, simhash(OTHER)), (2, simhash(close)), (3, simhash(SPAM))], revision=5)
        assert index.find(simhash(SPAM)) == [(3, 0), (2, apart(simhash(SPAM), simhash(close)))]
        assert (index.size, index.revision) == (3, 5)

    def test_forgets_what_was_removed_and_replaces_what_was_changed(self):
        index = NearTextIndex()
        index.follow([(1, simhash(SPAM)), (2, simhash(SPAM))], revision=1)
        index.follow([(1, None), (2, simhash(OTHER))], revision=2)
        assert index.find(simhash(SPAM)) == []
        assert index.find(simhash(OTHER)) == [(2, 0)]

    def test_finds_nothing_for_a_short_text(self):
        index = NearTextIndex()
        assert index.find(simhash(SPAM)) == []
        index.follow([(1, simhash(SPAM))], revision=1)
        assert index.find(simhash("short")) == []

    def test_tells_the_most_distant_from_the_same(self):
        index = NearTextIndex()
        opposite = bytes(byte ^ 255 for byte in simhash(SPAM))
        index.follow([(1, opposite)], revision=1)
        assert index.find(simhash(SPAM)) == []
