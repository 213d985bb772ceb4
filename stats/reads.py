"""Figures of an account, exact at the moment of asking: each read is one statement over counters and tail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from config.accounts.models import Account
from moderation.models import Service
from stats.facts import facts_within, sums_of, zone_of
from stats.latencies import Latency, latency_of
from stats.models import SUMS, LabelSpan, LatencySpan, RefusalFact, UsageSpan
from stats.models.usage import Source
from stats.periods import Period, latest_days

EVERY = tuple(Source)
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


@dataclass(frozen=True, slots=True)
class LabelRow:
    """How many results of one service carried a label on one day or in one month."""

    on: date
    service_id: int
    label: str
    hits: int


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """Calls of the API that got this answer instead of what they asked for."""

    code: str
    status: int
    count: int


def usage(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
) -> Iterator[UsageRow]:
    """Rows by day or month and service, the earliest first, not held in memory."""
    rows = (
        sums_of(UsageSpan, account, period, services, sources, content_types, coarsest=period.by)
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
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
    until: datetime | None = None,
) -> Figures:
    """The whole period in one; `until` leaves out what began later."""
    rows = sums_of(UsageSpan, account, period, services, sources, content_types, until=until)
    return Figures(**rows.aggregate(**{name: Sum(rows.figure(name), default=0) for name in SUMS}))


def label_shares(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
) -> list[LabelShare]:
    """Labels by how often results carried them, the most frequent first; shares add up to 1."""
    found = list(
        sums_of(LabelSpan, account, period, services, sources, content_types)
        .values("label")
        .added_up("hits")
        .filter(all_hits__gt=0)
        .order_by("-all_hits", "label")
        .values_list("label", "all_hits")
    )
    whole = sum(hits for _label, hits in found)
    return [LabelShare(label, hits, hits / whole) for label, hits in found]


def label_usage(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    sources: Iterable[str] | None = None,
) -> Iterator[LabelRow]:
    """Rows by day or month, service and label, the earliest first."""
    rows = (
        sums_of(LabelSpan, account, period, services, sources, coarsest=period.by)
        .per(period.by, zone_of(account))
        .values("on", "service_id", "label")
        .added_up("hits")
        .filter(all_hits__gt=0)
        .order_by("on", "service_id", "label")
        .values_list("on", "service_id", "label", "all_hits")
    )
    for row in rows.iterator(chunk_size=2000):
        yield LabelRow(*row)


def by_source(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    content_types: Iterable[str] | None = None,
) -> dict[str, Figures]:
    """The most called first. Online tests stand here as a source of their own."""
    return grouped(sums_of(UsageSpan, account, period, services, EVERY, content_types), "source")


def grouped(facts, name: str) -> dict:
    rows = facts.values(name).summed().order_by("-all_calls", name).values_list(name, *SUMMED)
    return {key: Figures(*sums) for key, *sums in rows}


def latency(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
) -> Latency | None:
    """How long the calls took, or None where nothing was called."""
    rows = sums_of(LatencySpan, account, period, services, sources, content_types)
    return latency_of(dict(rows.values("bucket").added_up("calls").values_list("bucket", "all_calls")))


def latency_by_service(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
) -> dict[int, Latency]:
    """By the id of the service, those that were called."""
    buckets = buckets_by_service(sums_of(LatencySpan, account, period, services, sources, content_types))
    return {service_id: latency_of(found) for service_id, found in buckets.items()}


def buckets_by_service(rows) -> dict[int, dict[int, int]]:
    """Calls by the bucket of their time."""
    buckets: dict[int, dict[int, int]] = {}
    counted = rows.values("service_id", "bucket").added_up("calls").filter(all_calls__gt=0)
    for service_id, bucket, calls in counted.values_list("service_id", "bucket", "all_calls"):
        buckets.setdefault(service_id, {})[bucket] = calls
    return buckets


def refusals(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    content_types: Iterable[str] | None = None,
) -> list[RefusalCount]:
    """Calls that were refused or failed, by what they were answered, the most frequent first.

    Of some services: only calls that named one of them.
    """
    rows = (
        facts_within(RefusalFact, account, period, services, content_types)
        .values_list("code", "status")
        .annotate(all_calls=Sum("calls"))
        .order_by("-all_calls", "status", "code")
    )
    return [RefusalCount(*row) for row in rows]


def refusals_by_step(
    *,
    account: Account,
    period: Period,
    services: Iterable[Service] | None = None,
    content_types: Iterable[str] | None = None,
) -> dict[date, dict[int, int]]:
    """By day or month, then by status; there is no entry where nothing was refused."""
    rows = (
        facts_within(RefusalFact, account, period, services, content_types)
        .per(period.by, zone_of(account))
        .values_list("on", "status")
        .annotate(all_calls=Sum("calls"))
        .order_by("on", "status")
    )
    found: dict[date, dict[int, int]] = {}
    for on, status, calls in rows:
        found.setdefault(on, {})[status] = calls
    return found


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
