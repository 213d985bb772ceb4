"""Spans of whole days or months that figures are asked for. Pure but for the errors' texts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid

HOUR, DAY, MONTH = "hour", "day", "month"
GRAINS = (HOUR, DAY, MONTH)
STEPS = (DAY, MONTH)
HOURLY_DAYS_AT_FIRST, DAYS_AT_FIRST, MONTHS_AT_FIRST = 1, 14, 6
MONTHS_MOST = 12


class RangeInvalid(Invalid):
    code = "range_invalid"
    default_message = _("A range is two days like 2026-11-01 or two months like 2026-11, the earlier first.")


class RangeTooLong(Invalid):
    code = "range_too_long"
    default_message = _("The range is too long: ask for less at a time, or by month instead of by day.")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; whole months when counted by month."""

    by: str
    first: date
    last: date

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    @property
    def steps(self) -> list[date]:
        return list(steps_between(self.by, self.first, self.last))

    def steps_in(self, zone: ZoneInfo) -> list[date]:
        """Days or months, or the hours of the account's clock: 23 or 25 of them where it is changed."""
        return hours_between(*self.moments(zone)) if self.by == HOUR else self.steps

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it starts and when it is over on the account's clock."""
        return midnight(self.first, zone), midnight(self.after, zone)

    def step_named(self, on: date) -> str:
        if self.by == HOUR:
            return hour_named(on)
        return f"{on:%Y-%m}" if self.by == MONTH else on.isoformat()

    @property
    def edges(self) -> tuple[str, str]:
        """The range as it is written in addresses and file names."""
        form = "%Y-%m" if self.by == MONTH else "%Y-%m-%d"
        return f"{self.first:{form}}", f"{self.last:{form}}"

    def before(self) -> "Period":
        """As many days or months, right before this one."""
        if self.by == MONTH:
            first = shift_months(self.first, -len(self.steps))
        else:
            first = self.first - (self.after - self.first)
        return replace(self, first=first, last=self.first - timedelta(days=1))

    def by_day(self) -> "Period":
        """The same without hours."""
        return replace(self, by=DAY) if self.by == HOUR else self

    def alike(self) -> "Period":
        """The latest one before this that has the same weekdays; of months those of the year before."""
        if self.by == MONTH:
            years = -(-len(self.steps) // 12)
            first, last = (shift_months(edge, -12 * years) for edge in (self.first, self.last))
            return replace(self, first=first, last=end_of_month(last))
        passed = timedelta(weeks=-(-self.days // 7))
        return replace(self, first=self.first - passed, last=self.last - passed)


def steps_between(by: str, first: date, last: date) -> Iterator[date]:
    step = first
    while step <= last:
        yield step
        step = shift_months(step, 1) if by == MONTH else step + timedelta(days=1)


def hours_between(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """Hours of a clock from one of its moments to another; one that happens twice comes twice."""
    zone, at, hours = starts_at.tzinfo, starts_at.astimezone(UTC), []
    while at < ends_at:
        hour = at.astimezone(zone).replace(minute=0)
        if not hours or hour.astimezone(UTC) != hours[-1].astimezone(UTC):
            hours.append(hour)
        at += timedelta(minutes=30)
    return hours


def hour_named(hour: datetime) -> str:
    """With its distance from UTC only where the clock shows this hour twice."""
    is_twice = hour.replace(fold=0).utcoffset() != hour.replace(fold=1).utcoffset()
    return hour.isoformat(timespec="minutes") if is_twice else f"{hour:%Y-%m-%dT%H:%M}"


def shift_months(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def latest_days(count: int, *, today: date, by: str = DAY) -> Period:
    return Period(by, today - timedelta(days=count - 1), today)


def latest_months(count: int, *, today: date) -> Period:
    this_month = today.replace(day=1)
    return Period(MONTH, shift_months(this_month, 1 - count), end_of_month(this_month))


def end_of_month(month: date) -> date:
    return shift_months(month, 1) - timedelta(days=1)


def read_period(
    *,
    by: str,
    first: str,
    last: str,
    today: date,
    days_most: int,
    months_most: int = MONTHS_MOST,
    hourly_days_most: int = 0,
) -> Period:
    """The period of a request; what is left out is filled in so that it ends today.

    By hour only where `hourly_days_most` says for how many days.
    """
    if by == HOUR and hourly_days_most:
        return read_days(HOUR, first, last, today, at_first=HOURLY_DAYS_AT_FIRST, most=hourly_days_most)
    if by not in ("", DAY, MONTH):
        grains = _("Figures are by hour, by day or by month."), _("Figures are by day or by month.")
        raise RangeInvalid(grains[not hourly_days_most], field="by")
    if by == MONTH:
        return read_months(first, last, today, months_most)
    return read_days(DAY, first, last, today, at_first=DAYS_AT_FIRST, most=days_most)


def read_days(by: str, first: str, last: str, today: date, *, at_first: int, most: int) -> Period:
    last_day = min(read_date(last, field="to") or today, today)
    first_day = read_date(first, field="from") or last_day - timedelta(days=min(at_first, most) - 1)
    require_length((last_day - first_day).days + 1, most=most)
    return Period(by, first_day, last_day)


def read_months(first: str, last: str, today: date, most: int) -> Period:
    last_month = min(read_date(last, field="to") or today, today).replace(day=1)
    given = read_date(first, field="from")
    first_month = given.replace(day=1) if given else shift_months(last_month, 1 - min(MONTHS_AT_FIRST, most))
    months = (last_month.year - first_month.year) * 12 + last_month.month - first_month.month + 1
    require_length(months, most=most)
    return Period(MONTH, first_month, end_of_month(last_month))


def read_date(text: str, *, field: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(f"{text}-01" if len(text) == len("2026-11") else text)
    except ValueError as error:
        raise RangeInvalid(field=field) from error
    if not 1970 <= found.year <= 9000:
        raise RangeInvalid(field=field)
    return found


def require_length(length: int, *, most: int) -> None:
    if length < 1:
        raise RangeInvalid(field="from")
    if length > most:
        raise RangeTooLong(field="from", asked=length, most=most)
