"""How the platform answered: how fast, and what it refused. Beside the figures of the usage page."""

from collections import Counter

from config.accounts.models import Account
from moderation.models import ModerationResult
from stats.asked import Asked
from stats.charts.spans import spans
from stats.facts import sums_of
from stats.latencies import latency_of
from stats.models import LatencySpan
from stats.reads import buckets_by_service, latency, refusals

API = ModerationResult.Source.API.value


def service_level(*, account: Account, asked: Asked, calls: int) -> dict:
    now = buckets_by_service(sums_of(LatencySpan, account, asked.period, asked.chosen, asked.sources))
    earlier = asked.narrowing | {"period": asked.earlier}
    before = latency(account=account, **earlier) if asked.is_compared else None
    return {
        "latency": latency_of(together(now)),
        "latency_before": before,
        "latencies": latencies_of(asked, {service_id: latency_of(one) for service_id, one in now.items()}),
    } | refused(account=account, asked=asked, calls=calls)


def together(buckets: dict[int, dict[int, int]]) -> Counter:
    found = Counter()
    for one in buckets.values():
        found.update(one)
    return found


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
