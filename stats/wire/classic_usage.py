"""Usage as version 1.0 counts it, by what is suggested for the content."""

from collections import defaultdict
from datetime import date

from config.wire.envelopes import Envelope
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.models.content import ContentType
from stats.reads import Figures, usage
from stats.wire.periods_asked import BIZ_TYPE, asked_of

# What version 1.0 calls speech.
KINDS = {ContentType.AUDIO.value: "voice"}


@operation(CLASSIC_CONSOLE, "DescribeOpenApiUsage", scope="stats:read", envelope=Envelope.BARE)
def describe_open_api_usage(call: Call) -> dict:
    """A row a day and service. The service stands for the scene, as in callbacks of this form."""
    asked = asked_of(call, service=BIZ_TYPE)
    services = {service.pk: service for service in asked.services}
    rows = [
        {
            "Date": row.on.isoformat(),
            "ResourceType": kind_of(services[row.service_id].content_type),
            "Scene": services[row.service_id].code,
        }
        | counts(row.figures)
        for row in usage(account=call.account, **asked.narrowing)
    ]
    return {"OpenApiUsageList": rows, "TotalCount": len(rows)}


@operation(CLASSIC_CONSOLE, "DescribeOpenApiRcpStats", scope="stats:read", envelope=Envelope.BARE)
def describe_open_api_rcp_stats(call: Call) -> dict:
    """A row a day and kind of content."""
    asked = asked_of(call, service=BIZ_TYPE)
    kinds = {service.pk: service.content_type for service in asked.services}
    found: dict[tuple[date, str], Figures] = defaultdict(Figures)
    for row in usage(account=call.account, **asked.narrowing):
        found[row.on, kinds[row.service_id]] += row.figures
    rows = [
        {"Date": on.isoformat(), "ResourceType": kind_of(kind)} | counts(figures)
        for (on, kind), figures in sorted(found.items())
    ]
    return {"StatList": rows, "TotalCount": len(rows)}


def kind_of(content_type: str) -> str:
    return KINDS.get(content_type, content_type)


def counts(figures: Figures) -> dict:
    return {
        "TotalCount": figures.calls,
        "BlockCount": figures.high,
        "ReviewCount": figures.medium + figures.low,
        "PassCount": figures.clean,
    }
