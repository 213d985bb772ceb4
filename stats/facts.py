"""The rows that every figure is summed from: those of an account in a period, narrowed as somebody asks."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from config.accounts.models import Account
from moderation.models import Service
from stats.covering import covering
from stats.periods import MONTH, Period


def zone_of(account: Account) -> ZoneInfo:
    return ZoneInfo(account.time_zone)


def facts_within(
    model,
    account: Account,
    period: Period,
    services: Iterable[Service] | None,
    content_types: Iterable[str] | None = None,
):
    starts_at, ends_at = period.moments(zone_of(account))
    facts = model.objects.owned_by(account).between(starts_at, ends_at)
    return facts.of_services(services).of_content_types(content_types).order_by()


def sums_of(
    model,
    account: Account,
    period: Period,
    services: Iterable[Service] | None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
    *,
    coarsest: str = MONTH,
    until: datetime | None = None,
):
    """As few rows as there can be that add up to the same, none of them longer than `coarsest`.

    Without `sources`: all but online tests.
    """
    zone = zone_of(account)
    ends_at = period.moments(zone)[1]
    spans = covering(period.first, min(until, ends_at) if until else ends_at, zone=zone, coarsest=coarsest)
    rows = model.objects.owned_by(account).covering(spans).of_sources(sources).of_services(services)
    return rows.of_content_types(content_types).order_by()
