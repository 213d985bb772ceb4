"""The rows that every figure is summed from: those of an account in a period, narrowed as somebody asks."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from config.accounts.models import Account
from moderation.models import Service
from stats.periods import Period


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


def facts_of(
    model,
    account: Account,
    period: Period,
    services: Iterable[Service] | None,
    sources: Iterable[str] | None = None,
    content_types: Iterable[str] | None = None,
):
    """Without `sources`: all but online tests."""
    return facts_within(model, account, period, services, content_types).of_sources(sources)
