"""A recording as a line: stretches in percent, flagged moments, the order of a contact sheet."""

import base64
from random import Random

import pytest

from moderation.media_timeline import (
    Found,
    Moment,
    by_label,
    clock,
    contact_order,
    line_of,
    peaks_in,
    wave_path,
)


def seen(at: float, level: str = "none", label: str = "", score: float = 90.0, **facts) -> Moment:
    found = (Found(label, level, score),) if label else ()
    return Moment(int(at * 1000), level, found=found, **facts)


def said(start: float, end: float, level: str = "none", label: str = "") -> Moment:
    found = (Found(label, level, 90.0),) if label else ()
    return Moment(int(start * 1000), level, int(end * 1000), found=found)


class TestALine:
    def test_joins_neighbours_that_are_alike(self):
        frames = [seen(0), seen(1), seen(2, "high", "porn"), seen(3, "high", "porn"), seen(4)]

        line = line_of(frames, [], duration_ms=5000)

        assert [(mark.at_ms, mark.end_ms, mark.level) for mark in line.frames] == [
            (0, 2000, "none"),
            (2000, 4000, "high"),
            (4000, 5000, "none"),
        ]
        assert [(mark.left, mark.width) for mark in line.frames] == [(0, 40), (40, 40), (80, 20)]

    def test_keeps_apart_what_carries_other_labels(self):
        line = line_of([seen(0, "high", "porn"), seen(1, "high", "ad")], [], duration_ms=2000)

        assert [mark.found[0].label for mark in line.frames] == ["porn", "ad"]

    def test_knows_every_flagged_moment_of_frames_and_speech_once_in_their_order(self):
        frames = [seen(0), seen(3, "medium", "ad"), seen(4)]
        slices = [said(1, 2, "high", "abuse"), said(3, 5, "low", "ad"), said(6, 7)]

        assert line_of(frames, slices, duration_ms=8000).flagged == [1000, 3000]

    def test_tells_where_the_scene_is_cut(self):
        frames = [seen(0), seen(2, kind="cut"), seen(3, kind="second")]

        assert line_of(frames, [], duration_ms=4000).cuts == [50]

    def test_of_a_length_that_nobody_told_ends_behind_what_is_known(self):
        assert line_of([seen(9)], [said(8, 12)], duration_ms=0).duration_ms == 12_000
        assert line_of([seen(9)], [], duration_ms=9400).duration_ms == 9400
        assert line_of([], [], duration_ms=0).duration_ms > 0

    def test_of_what_is_out_of_order_is_the_same(self):
        frames = [seen(0), seen(1, "high", "porn"), seen(2)]

        assert line_of(frames[::-1], [], duration_ms=3000) == line_of(frames, [], duration_ms=3000)

    @pytest.mark.parametrize("seed", range(25))
    def test_never_leaves_its_own_length(self, seed):
        dice = Random(seed)
        longest = dice.choice([1, 900, 60_000, 7_200_000])
        frames = [
            Moment(dice.randrange(longest), dice.choice(["none", "low", "high"]))
            for _ in range(dice.randrange(40))
        ]
        line = line_of(frames, [], duration_ms=dice.randrange(longest))

        for mark in line.frames:
            assert mark.left >= 0 and mark.left + mark.width <= 100.001
            assert mark.width > 0
        assert len(line.ticks) <= 10
        assert all(0 <= place <= 100 for place, _time in line.ticks)


class TestAContactSheet:
    def test_begins_with_the_worst_and_the_surest_then_follows_time(self):
        frames = [
            seen(5),
            seen(1, "medium", "ad", 80),
            seen(4, "high", "porn", 91),
            seen(0),
            seen(2, "high", "porn", 97),
        ]

        flagged, others = contact_order(frames)

        assert [frame.at_ms for frame in flagged] == [2000, 4000, 1000]
        assert [frame.at_ms for frame in others] == [0, 5000]


def test_labels_are_listed_with_every_moment_the_worst_first():
    frames = [seen(0, "medium", "ad", 70), seen(1), seen(2, "high", "porn", 95), seen(3)]
    line = line_of(frames, [said(5, 6, "medium", "ad")], duration_ms=7000)

    assert [(one.label, one.level, one.moments) for one in by_label(line)] == [
        ("porn", "high", [2000]),
        ("ad", "medium", [0, 5000]),
    ]


@pytest.mark.parametrize(
    "ms, shown",
    [(0, "0:00.0"), (59_950, "0:59.9"), (61_200, "1:01.2"), (3_723_400, "1:02:03.4"), (-5, "0:00.0")],
)
def test_a_moment_is_written_as_on_a_clock(ms, shown):
    assert clock(ms) == shown


class TestPeaks:
    def test_come_as_numbers_or_as_bytes_in_base64(self):
        assert peaks_in([0, 255, 300]) == [0, 255, 255]
        assert peaks_in(base64.b64encode(bytes([0, 7])).decode()) == [0, 7]
        assert peaks_in(None) == peaks_in("?") == []

    def test_become_an_outline_as_wide_as_they_are_many(self):
        assert wave_path([255, 0], height=100) == "M0.5 0V100M1.5 49.5V50.5"
