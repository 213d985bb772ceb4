"""What a scheduled export covers, and when it is due."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from stats.exports.finished_periods import after, due_at, period_of


@pytest.mark.parametrize(
    "every, day, first, last",
    [
        ("day", "2026-11-21", "2026-11-21", "2026-11-21"),
        ("week", "2026-11-21", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-22", "2026-11-16", "2026-11-22"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("month", "2026-11-21", "2026-11-01", "2026-11-30"),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_period_is_whole(every, day, first, last):
    found = period_of(every, date.fromisoformat(day))

    assert found == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_periods_follow_each_other_without_a_gap(every):
    first, _last = period_of(every, date(2026, 1, 1))
    for _number in range(40):
        _first, last = period_of(every, first)
        following = after(every, first)
        assert (following - last).days == 1
        assert period_of(every, following)[0] == following
        first = following


@pytest.mark.parametrize(
    "every, first, hour, zone, due",
    [
        ("day", date(2026, 11, 21), 6, "UTC", datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ("day", date(2026, 11, 21), 0, "Asia/Shanghai", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("month", date(2026, 11, 1), 9, "Asia/Kolkata", datetime(2026, 12, 1, 3, 30, tzinfo=UTC)),
        # The night in which clocks go forward has no such hour.
        ("day", date(2026, 3, 28), 2, "Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("day", date(2026, 10, 24), 2, "Europe/Berlin", datetime(2026, 10, 25, 0, tzinfo=UTC)),
    ],
)
def test_it_is_due_when_the_period_is_over_on_the_accounts_clock(every, first, hour, zone, due):
    assert due_at(every, first, hour=hour, zone=ZoneInfo(zone)).astimezone(UTC) == due
