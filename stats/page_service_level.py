"""How the platform answered: how fast, and what it refused. Beside the figures of the usage page."""

from collections import Counter

from django.db.models import Q, Sum

from config.accounts.models import Account
from moderation.models import ModerationResult
from stats.asked import Asked
from stats.charts.spans import spans
from stats.latencies import latency_of
from stats.models import LatencyFact
from stats.reads import refusals, zone_of

API = ModerationResult.Source.API.value


def service_level(*, account: Account, asked: Asked, calls: int) -> dict:
    now, before = buckets_of(account, asked)
    return {
        "latency": latency_of(together(now)),
        "latency_before": latency_of(together(before)),
        "latencies": latencies_of(asked, {service_id: latency_of(one) for service_id, one in now.items()}),
    } | refused(account=account, asked=asked, calls=calls)


def buckets_of(account: Account, asked: Asked) -> tuple[dict, dict]:
    """Calls by service and bucket of this period and of the earlier one, in one read."""
    zone = zone_of(account)
    in_period, in_earlier = (
        Q(at__gte=starts_at, at__lt=ends_at)
        for starts_at, ends_at in (asked.period.moments(zone), asked.earlier.moments(zone))
    )
    facts = LatencyFact.objects.owned_by(account).of_sources(asked.sources).of_services(asked.chosen)
    wanted = in_period | in_earlier if asked.is_compared else in_period
    rows = facts.filter(wanted).order_by().values_list("service_id", "bucket")
    now, before = {}, {}
    for service_id, bucket, *calls in rows.annotate(
        calls_now=Sum("calls", filter=in_period, default=0),
        calls_before=Sum("calls", filter=in_earlier, default=0),
    ):
        for side, number in zip((now, before), calls, strict=True):
            if number:
                side.setdefault(service_id, {})[bucket] = number
    return now, before


def together(buckets: dict[int, dict[int, int]]) -> Counter:
    return sum(map(Counter, buckets.values()), Counter())


def latencies_of(asked: Asked, found: dict) -> list[tuple]:
    """Service, its latency and where that stands beside the others, the slowest first."""
    by_id = {service.pk: service for service in asked.services}
    rows = sorted(found.items(), key=lambda entry: (-entry[1].p95_ms, entry[0]))
    places = spans((one.p50_ms, one.p95_ms, one.p99_ms) for _service_id, one in rows)
    return [(by_id[service_id], one, place) for (service_id, one), place in zip(rows, places, strict=True)]


def refused(*, account: Account, asked: Asked, calls: int) -> dict:
    """Refusals are answers of the API: of other sources there are none to count."""
    if API not in (asked.sources or (API,)):
        return {"refusals": [], "refused": None, "refused_share": None}
    found = refusals(account=account, period=asked.period, services=asked.chosen)
    whole = sum(one.count for one in found)
    return {
        "refusals": [(one, one.count / whole, tone_of(one.status)) for one in found],
        "refused": whole,
        "refused_share": whole / (whole + calls) if whole else None,
    }


def tone_of(status: int) -> str:
    """Bad is what the installation is to blame for."""
    if status >= 500:
        return "bad"
    return "warn" if status == 429 else "quiet"
