"""Figures of an account, exact at the moment of asking: each read is one statement over counters and tail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum

from config.accounts.models import Account
from moderation.models import Service
from stats.models import SUMS, LabelFact, UsageFact
from stats.periods import Period, latest_days

SUMMED = [f"all_{name}" for name in SUMS]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was called, and what came of it."""

    calls: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    took_us: int = 0

    @property
    def hits(self) -> int:
        return self.high + self.medium + self.low

    @property
    def clean(self) -> int:
        return self.calls - self.hits

    @property
    def hit_share(self) -> float | None:
        """From 0 to 1, or None where nothing was called."""
        return self.hits / self.calls if self.calls else None

    @property
    def mean_ms(self) -> float | None:
        return self.took_us / self.calls / 1000 if self.calls else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in SUMS))


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One service on one day or in one month. There is no row where nothing was called."""

    on: date
    service_id: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class LabelShare:
    label: str
    hits: int
    share: float


def zone_of(account: Account) -> ZoneInfo:
    return ZoneInfo(account.time_zone)


def facts_of(model, account: Account, period: Period, services):
    starts_at, ends_at = period.moments(zone_of(account))
    return (
        model.objects.owned_by(account).counted().between(starts_at, ends_at).of_services(services).order_by()
    )


def usage(
    *, account: Account, period: Period, services: Iterable[Service] | None = None
) -> Iterator[UsageRow]:
    """Rows by day or month and service, the earliest first, not held in memory."""
    rows = (
        facts_of(UsageFact, account, period, services)
        .per(period.by, zone_of(account))
        .values("on", "service_id")
        .summed()
        .order_by("on", "service_id")
    )
    for on, service_id, *sums in rows.values_list("on", "service_id", *SUMMED).iterator(chunk_size=2000):
        yield UsageRow(on, service_id, Figures(*sums))


def total(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    until: datetime | None = None,
) -> Figures:
    """The whole period in one; `until` leaves out what began later."""
    facts = facts_of(UsageFact, account, period, services)
    if until is not None:
        facts = facts.filter(at__lt=until)
    sums = facts.aggregate(**{name: Sum(name, default=0) for name in SUMS})
    return Figures(**sums)


def label_shares(
    *, account: Account, period: Period, services: Iterable[Service] | None = None
) -> list[LabelShare]:
    """Labels by how often results carried them, the most frequent first; shares add up to 1."""
    found = list(
        facts_of(LabelFact, account, period, services)
        .values_list("label")
        .annotate(all_hits=Sum("hits"))
        .order_by("-all_hits", "label")
    )
    whole = sum(hits for _label, hits in found)
    return [LabelShare(label, hits, hits / whole) for label, hits in found]


def by_step(period: Period, rows: Iterable[UsageRow]) -> dict[date, Figures]:
    """Every day or month of the period with all services together, also those without calls."""
    figures = dict.fromkeys(period.steps, Figures())
    for row in rows:
        figures[row.on] += row.figures
    return figures


def by_service(rows: Iterable[UsageRow]) -> dict[int, Figures]:
    figures: dict[int, Figures] = {}
    for row in rows:
        figures[row.service_id] = figures.get(row.service_id, Figures()) + row.figures
    return figures


def lately(*, account: Account, days: int, now: datetime) -> dict[date, Figures]:
    """The last days up to today, which comes last."""
    period = latest_days(days, today=now.astimezone(zone_of(account)).date())
    return by_step(period, usage(account=account, period=period))


def today_in(account: Account, now: datetime) -> date:
    return now.astimezone(zone_of(account)).date()


def since_the_start(account: Account, period: Period, now: datetime) -> datetime | None:
    """Up to when the period before is comparable, while this one still runs; None once it is over."""
    zone = zone_of(account)
    starts_at, ends_at = period.moments(zone)
    if now >= ends_at:
        return None
    return period.before().moments(zone)[0] + (now - starts_at)
