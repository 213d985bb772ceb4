from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from stats.periods import (
    DAY,
    HOUR,
    MONTH,
    Period,
    RangeInvalid,
    RangeTooLong,
    latest_days,
    latest_months,
    read_period,
)

TODAY = date(2026, 11, 21)


def read(by="", first="", last=""):
    return read_period(by=by, first=first, last=last, today=TODAY, days_most=62, hourly_days_most=3)


class TestReadPeriod:
    def test_without_anything_it_is_the_last_two_weeks(self):
        assert read() == Period(DAY, date(2026, 11, 8), TODAY)

    def test_by_month_it_is_the_last_six(self):
        assert read(MONTH) == Period(MONTH, date(2026, 6, 1), date(2026, 11, 30))

    def test_by_hour_it_is_today(self):
        assert read(HOUR) == Period(HOUR, TODAY, TODAY)

    def test_not_by_hour_where_nothing_finer_than_days_is_known(self):
        with pytest.raises(RangeInvalid):
            read_period(by=HOUR, first="", last="", today=TODAY, days_most=62)

    def test_a_month_is_taken_whole(self):
        assert read(MONTH, "2026-02-14", "2026-02") == Period(MONTH, date(2026, 2, 1), date(2026, 2, 28))

    def test_the_future_is_left_out(self):
        assert read(DAY, "2026-11-20", "2027-01-01").last == TODAY

    def test_two_months_fit_by_day(self):
        assert len(read(DAY, "2026-09-21", "2026-11-21").steps) == 62

    @pytest.mark.parametrize(
        "by, first, last",
        [
            (DAY, "2026-09-20", "2026-11-21"),
            (MONTH, "2025-11", "2026-11"),
            (HOUR, "2026-11-18", "2026-11-21"),
        ],
        ids=["63 days", "13 months", "4 days by hour"],
    )
    def test_more_is_refused(self, by, first, last):
        with pytest.raises(RangeTooLong):
            read(by, first, last)

    @pytest.mark.parametrize(
        "by, first, last",
        [
            ("week", "", ""),
            (DAY, "yesterday", ""),
            (DAY, "2026-13-01", ""),
            (DAY, "2026-11-20", "2026-11-19"),
            (DAY, "2026-12-01", ""),
            (MONTH, "2026-11", "2026-10"),
            (DAY, "0001-01-01", "0001-01-02"),
            (DAY, "9999-12-31", "9999-12-31"),
            (DAY, "２０２６-11-01", ""),
        ],
    )
    def test_nonsense_is_refused(self, by, first, last):
        with pytest.raises(RangeInvalid):
            read(by, first, last)


class TestPeriod:
    def test_names_each_step(self):
        assert latest_days(3, today=TODAY).steps == [date(2026, 11, day) for day in (19, 20, 21)]
        assert latest_months(3, today=TODAY).steps == [date(2026, month, 1) for month in (9, 10, 11)]

    def test_knows_the_one_before_it(self):
        assert latest_days(7, today=TODAY).before() == Period(DAY, date(2026, 11, 8), date(2026, 11, 14))
        assert latest_months(2, today=TODAY).before() == Period(MONTH, date(2026, 8, 1), date(2026, 9, 30))

    def test_knows_the_one_of_the_same_weekdays(self):
        two_weeks, a_month = latest_days(14, today=TODAY), latest_days(30, today=TODAY)

        assert two_weeks.alike() == two_weeks.before()
        assert a_month.alike() == Period(DAY, date(2026, 9, 18), date(2026, 10, 17))
        assert a_month.alike().first.weekday() == a_month.first.weekday()
        assert Period(HOUR, TODAY, TODAY).alike() == Period(HOUR, date(2026, 11, 14), date(2026, 11, 14))

    def test_knows_the_same_months_of_the_year_before(self):
        assert Period(MONTH, date(2024, 2, 1), date(2024, 2, 29)).alike() == Period(
            MONTH, date(2023, 2, 1), date(2023, 2, 28)
        )
        assert Period(MONTH, date(2025, 1, 1), date(2026, 1, 31)).alike().last < date(2025, 1, 1)

    def test_begins_and_ends_at_the_account_s_midnight(self):
        starts_at, ends_at = latest_days(1, today=TODAY).moments(ZoneInfo("Asia/Shanghai"))

        assert starts_at.astimezone(UTC) == datetime(2026, 11, 20, 16, tzinfo=UTC)
        assert ends_at.astimezone(UTC) == datetime(2026, 11, 21, 16, tzinfo=UTC)

    def test_a_day_on_which_clocks_change_has_its_own_length(self):
        starts_at, ends_at = Period(DAY, date(2026, 3, 29), date(2026, 3, 29)).moments(
            ZoneInfo("Europe/Berlin")
        )

        assert (ends_at.astimezone(UTC) - starts_at.astimezone(UTC)).total_seconds() == 23 * 3600

    @pytest.mark.parametrize(
        "zone, day, hours",
        [
            ("UTC", date(2026, 11, 21), 24),
            ("Asia/Kathmandu", date(2026, 11, 21), 24),
            ("Europe/Berlin", date(2026, 3, 29), 23),
            ("Europe/Berlin", date(2026, 10, 25), 25),
        ],
    )
    def test_its_hours_are_those_of_the_clock(self, zone, day, hours):
        period, zone = Period(HOUR, day, day), ZoneInfo(zone)
        steps = period.steps_in(zone)

        assert len({step.astimezone(UTC) for step in steps}) == len(steps) == hours
        assert steps[0] == period.moments(zone)[0]
        assert len({period.step_named(step) for step in steps}) == hours
        assert {step.minute for step in steps} == {0}
