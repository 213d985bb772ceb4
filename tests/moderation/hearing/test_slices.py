import random

import pytest

from moderation.hearing.slices import JOINED_MS, cut, longest_pause, settled
from moderation.hearing.spans import Span, part_of

MINUTE = 60_000


def spans(*pairs):
    return [Span(*pair) for pair in pairs]


class TestSlices:
    def test_are_joined_across_short_pauses(self):
        assert cut(spans((0, 900), (1400, 3000), (4500, 5000)), total_ms=MINUTE) == spans((0, 5000))

    def test_end_at_long_ones(self):
        found = cut(spans((0, 900), (900 + JOINED_MS, 5000)), total_ms=MINUTE)

        assert found == spans((0, 900), (900 + JOINED_MS, 5000))

    def test_are_cut_at_the_longest_pause_where_they_are_too_long(self):
        speech = spans((0, 12_000), (12_300, 21_000), (22_000, 34_000))

        assert cut(speech, total_ms=MINUTE) == spans((0, 21_000), (22_000, 34_000))

    def test_are_cut_in_equal_parts_where_nobody_pauses(self):
        assert cut(spans((1000, 71_000)), total_ms=2 * MINUTE) == spans(
            (1000, 24_333), (24_333, 47_666), (47_666, 71_000)
        )

    def test_do_not_reach_over_the_end(self):
        assert cut(spans((-50, 500), (900, 4000), (5000, 6000)), total_ms=2000) == spans((0, 2000))

    def test_are_none_of_silence(self):
        assert cut([], total_ms=MINUTE) == []

    @pytest.mark.parametrize("seed", range(20))
    def test_hold_all_speech_once_and_are_never_too_long(self, seed):
        chance, at, speech = random.Random(seed), 0, []
        for _number in range(chance.randrange(1, 300)):
            start = at + chance.choice([1, 300, 700, 1500, 5000])
            at = start + chance.choice([100, 900, 4000, 45_000])
            speech.append(Span(start, at))
        shuffled = chance.sample(speech, len(speech))

        found = cut(shuffled, total_ms=at)

        assert all(0 < one.length_ms <= 30_000 for one in found)
        assert all(before.end_ms <= after.start_ms for before, after in zip(found, found[1:], strict=False))
        for one in speech:
            inside = sum(
                max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)) for other in found
            )
            assert inside == one.length_ms

    def test_of_pauses_of_one_length_take_the_middle_one(self):
        assert longest_pause(spans((0, 10), (20, 30), (40, 50), (60, 70))) == 2


class TestAWindow:
    def test_leaves_what_goes_on_at_its_end_to_the_next(self):
        slices = spans((1000, 20_000), (24_000, 59_500))

        assert settled(slices, start_ms=0, end_ms=MINUTE, is_last=False) == (slices[:1], 24_000)

    def test_keeps_what_has_ended(self):
        slices = spans((1000, 20_000), (24_000, 50_000))

        assert settled(slices, start_ms=0, end_ms=MINUTE, is_last=False) == (slices, MINUTE)

    @pytest.mark.parametrize(("start", "is_last"), [(0, True), (1000, False)])
    def test_keeps_all_where_it_could_not_go_on_otherwise(self, start, is_last):
        slices = spans((1000, 59_900))

        assert settled(slices, start_ms=start, end_ms=MINUTE, is_last=is_last) == (slices, MINUTE)

    def test_of_silence_goes_on_at_its_end(self):
        assert settled([], start_ms=0, end_ms=MINUTE, is_last=False) == ([], MINUTE)


def test_the_sound_of_a_span_is_cut_at_samples():
    pcm = bytes(range(200)) * 320  # two seconds

    assert part_of(pcm, Span(500, 1500)) == pcm[16_000:48_000]
    assert part_of(pcm, Span(10_500, 11_500), start_ms=10_000) == pcm[16_000:48_000]
    assert part_of(pcm, Span(1500, 9000)) == pcm[48_000:]
