"""A time is made of as few sums as possible."""

import random
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from stats.covering import OPEN, TAIL, covering
from stats.periods import DAY, HOUR, MONTH, Period
from tests.factories import NOW

UTC = ZoneInfo("UTC")


def parts(first, last, coarsest):
    ends_at = Period(DAY, first, last).moments(UTC)[1]
    spans = covering(first, ends_at, zone=UTC, coarsest=coarsest)[2:]
    return [(one.grain, f"{one.starts_at:%Y-%m-%d}", f"{one.ends_at:%Y-%m-%d}", one.sign) for one in spans]


class TestCovering:
    def test_a_day_is_its_own(self):
        assert parts(date(2026, 11, 20), date(2026, 11, 20), MONTH) == [(DAY, "2026-11-20", "2026-11-21", 1)]

    def test_of_a_month_the_fewer_days_are_told(self):
        assert parts(date(2026, 9, 20), date(2026, 11, 20), MONTH) == [
            (DAY, "2026-09-20", "2026-10-01", 1),
            (DAY, "2026-11-21", "2026-12-01", -1),
            (MONTH, "2026-10-01", "2026-12-01", 1),
        ]

    def test_a_year_is_months(self):
        assert parts(date(2026, 1, 1), date(2026, 12, 31), MONTH) == [(MONTH, "2026-01-01", "2027-01-01", 1)]

    def test_days_alone_are_never_months(self):
        assert parts(date(2026, 1, 1), date(2026, 12, 31), DAY) == [(DAY, "2026-01-01", "2027-01-01", 1)]

    def test_what_ends_within_a_day_has_hours(self):
        spans = covering(date(2026, 11, 1), NOW.replace(hour=7), zone=UTC, coarsest=DAY)
        assert [one.grain for one in spans] == [TAIL, OPEN, HOUR, DAY]
        assert spans[2].starts_at == spans[3].ends_at

    @pytest.mark.parametrize("seed", range(20))
    def test_each_day_counts_once(self, seed):
        dice = random.Random(seed)
        first = date(2026, 1, 1) + timedelta(days=dice.randint(0, 500))
        last = first + timedelta(days=dice.randint(0, 200))
        days = Counter()
        for _grain, one, after, sign in parts(first, last, MONTH):
            day = date.fromisoformat(one)
            while day < date.fromisoformat(after):
                days[day] += sign
                day += timedelta(days=1)
        assert {day for day, times in days.items() if times} == {
            first + timedelta(days=n) for n in range((last - first).days + 1)
        }
        assert set(days.values()) <= {0, 1}
