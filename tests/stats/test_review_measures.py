import pytest

from stats.review_measures import FEWEST, Share, times_of
from stats.review_trend import Step, trend


class TestShare:
    def test_of_enough_has_a_number_and_its_interval(self):
        share = Share(18, 20)

        assert share.value == 0.9
        assert share.interval == pytest.approx((0.69896, 0.97214), abs=1e-5)

    def test_of_too_few_has_neither(self):
        share = Share(FEWEST - 1, FEWEST - 1)

        assert (share.is_enough, share.value, share.interval) == (False, None, None)

    @pytest.mark.parametrize("part", [0, 20])
    def test_an_interval_stays_between_nothing_and_everything(self, part):
        low, high = Share(part, 20).interval

        assert 0 <= low <= part / 20 <= high <= 1 and high - low > 0.1


class TestTimes:
    def test_are_right_to_within_a_fifth(self):
        """A thousand decisions of 1 to 50 seconds, by bucket as the database puts them."""
        took = [1000 + 49 * number for number in range(1000)]
        buckets = {}
        for milliseconds in took:
            bucket = 0
            while 2 ** ((bucket + 1) / 4) <= milliseconds:
                bucket += 1
            buckets[bucket] = buckets.get(bucket, 0) + 1

        times = times_of(buckets)

        assert times.median_ms == pytest.approx(took[500], rel=0.05)
        assert times.p90_ms == pytest.approx(took[900], rel=0.05)

    def test_of_too_few_are_not_told(self):
        assert times_of({40: FEWEST - 1}).median_ms is None


class TestTrend:
    STEPS = [Step("11-20", 3, 1, 8, "", ""), Step("11-21", 0, 0, 0, "", "")]

    def test_what_was_blocked_stands_under_what_was_passed(self):
        first, _last = trend(self.STEPS).columns

        assert first.passed_height == pytest.approx(3 * first.blocked_height, abs=0.05)
        assert first.passed_y + first.passed_height == pytest.approx(first.blocked_y, abs=0.05)

    def test_has_room_for_what_came_in(self):
        drawn = trend(self.STEPS)

        assert drawn.levels[-1][1] == "8"
        assert drawn.columns[0].opened_y == drawn.top

    def test_of_many_steps_names_those_that_have_room_the_last_one_always(self):
        drawn = trend([Step(f"11-{number:02}", 1, 1, 1, "") for number in range(62)])

        named = [column.step.name for column in drawn.columns if column.is_named]
        assert named[-1] == "11-61" and 10 < len(named) < 31

    def test_of_nothing_still_stands(self):
        assert trend([]).columns == [] and trend(self.STEPS[1:]).levels[-1][1] == "1"
