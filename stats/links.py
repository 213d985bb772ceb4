"""Addresses of the results behind a figure: exactly as many rows as the figure says, or no address."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from config.accounts.models import Account
from moderation.models import ModerationResult
from moderation.models.content import RiskLevel
from moderation.results_asked import ANY_RISK, MOST_SERVICES, oldest_shown
from stats.asked import SOURCES, Asked
from stats.periods import DAY, HOUR, MONTH, Period, end_of_month, hour_named, midnight
from stats.reads import zone_of

COUNTED = tuple(source for source in SOURCES if source != ModerationResult.Source.TEST)
HIT, CLEAN = {"label": ANY_RISK}, {"level": RiskLevel.NONE.value}


class Links:
    """Results go before their figures do: what is older leads to a finer view of the figures."""

    def __init__(self, *, asked: Asked, account: Account, may_open: bool, now: datetime):
        self.asked, self.zone = asked, zone_of(account)
        self.may_open = may_open and len(asked.named) <= MOST_SERVICES
        self.oldest = oldest_shown(account, now)
        self.results = reverse("admin:moderation_moderationresult_changelist")
        self.page = reverse("admin:stats_usage")
        # Many figures of a page lead to the same time.
        self.known: dict[tuple[str, str], str] = {}

    def of_step(self, on: date, **wanted) -> str:
        """Results of an hour or a day; of a month, the page of its days."""
        by = self.asked.period.by
        if by == MONTH:
            return self.finer(on)
        starts_at = on if by == HOUR else midnight(on, self.zone)
        if not self.are_kept(starts_at):
            return self.finer(on)
        first, last = edges_of_hour(on) if by == HOUR else (on.isoformat(), on.isoformat())
        return self.to_results(first, last, **wanted)

    def finer(self, on: date) -> str:
        """The page of a month's days, of a day's hours."""
        if self.asked.period.by == MONTH:
            return self.to_page(Period(DAY, on, end_of_month(on)))
        return self.to_page(Period(HOUR, on, on)) if self.asked.period.by == DAY else ""

    def of_period(self, **wanted) -> str:
        """Results of all of it; where some of them are gone, the page of the days since then."""
        period, first = self.asked.period, self.first_kept
        if first > period.last:
            return ""
        if first > period.first:
            return f"{self.page}?{self.asked.of_period(Period(DAY, first, period.last), **narrowing(wanted))}"
        return self.to_results(first.isoformat(), period.last.isoformat(), **wanted)

    @property
    def first_kept(self) -> date:
        """The first day of the period of which no result is gone."""
        first = self.asked.period.first
        if self.oldest is None:
            return first
        return max(first, self.oldest.astimezone(self.zone).date() + timedelta(days=1))

    @property
    def are_all_kept(self) -> bool:
        return self.first_kept == self.asked.period.first

    def are_kept(self, starts_at: datetime) -> bool:
        return self.oldest is None or starts_at >= self.oldest

    def to_page(self, period: Period) -> str:
        return f"{self.page}?{self.asked.of_period(period)}"

    def to_results(self, first: str, last: str, **wanted) -> str:
        if not self.may_open:
            return ""
        filters = {
            "from": first,
            "to": last,
            "service": listed(self.asked.codes),
            "content_type": listed(self.asked.content_types),
            "source": listed(self.asked.sources or COUNTED),
        }
        if wanted.keys() & filters.keys():
            return f"{self.results}?{encoded(filters | wanted)}"
        if (first, last) not in self.known:
            self.known[first, last] = f"{self.results}?{encoded(filters)}"
        return f"{self.known[first, last]}&{encoded(wanted)}" if wanted else self.known[first, last]


def encoded(filters: dict[str, str]) -> str:
    return encoded_pairs(tuple(filters.items()))


@lru_cache(maxsize=4096)
def encoded_pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return urlencode([(name, value) for name, value in pairs if value])


def narrowing(wanted: dict) -> dict:
    """What of it the page of figures can be narrowed by as well."""
    return {name: value for name, value in wanted.items() if name in ("service", "content_type", "source")}


def edges_of_hour(hour: datetime) -> tuple[str, str]:
    """As the list of results reads them: a minute is meant whole, a moment with its offset exactly."""
    named = hour_named(hour)
    if len(named) == len("2026-11-21T09:00"):
        return named, f"{hour:%Y-%m-%dT%H}:59"
    ends_at = hour.astimezone(UTC) + timedelta(hours=1) - timedelta(microseconds=1)
    return named, ends_at.astimezone(hour.tzinfo).isoformat()


def listed(values: Iterable[str]) -> str:
    return ",".join(values)
