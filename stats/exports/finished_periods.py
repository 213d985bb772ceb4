"""The days, weeks and months that scheduled exports cover. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from stats.periods import shift_months

DAY, WEEK, MONTH = "day", "week", "month"


def period_of(every: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period in which a day lies; weeks begin on Monday."""
    if every == MONTH:
        first = day.replace(day=1)
        return first, shift_months(first, 1) - timedelta(days=1)
    if every == WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    return day, day


def after(every: str, first: date) -> date:
    """The first day of the period that follows."""
    return period_of(every, first)[1] + timedelta(days=1)


def due_at(every: str, first: date, *, hour: int, zone: ZoneInfo) -> datetime:
    """When the period that begins on this day is over, and the hour has come, on the account's clock."""
    return datetime.combine(after(every, first), time(hour), zone)
