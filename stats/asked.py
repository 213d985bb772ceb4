"""What a page, a download or a client asks figures for: a period and some of the account's services."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from moderation.models import ModerationResult, Service
from moderation.models.content import ContentType
from moderation.operations.moderate import ServiceUnknown
from moderation.results_asked import FilterInvalid
from stats.periods import DAY, HOUR, MONTH, Period, read_period
from stats.reads import today_in

# Of what people alone look at, nothing is counted here.
SOURCES = tuple(source for source in ModerationResult.Source if source != ModerationResult.Source.MANUAL)
BEFORE, ALIKE, NOTHING = "before", "alike", "nothing"
COMPARISONS = (BEFORE, ALIKE, NOTHING)


@dataclass(frozen=True, slots=True)
class Asked:
    """`named` are the services asked for by name; an empty tuple asks for every value."""

    period: Period
    services: list[Service]
    named: tuple[Service, ...] = ()
    content_types: tuple[str, ...] = ()
    asked_sources: tuple[str, ...] = ()
    compared_with: str = BEFORE

    @property
    def chosen(self) -> list[Service] | None:
        """The services that are meant; None where it is all of them."""
        if not self.named and not self.content_types:
            return None
        kinds = self.content_types or ContentType.values
        return [one for one in self.named or self.services if one.content_type in kinds]

    @property
    def earlier(self) -> Period:
        """The period that this one is compared with."""
        return self.period.alike() if self.compared_with == ALIKE else self.period.before()

    @property
    def is_compared(self) -> bool:
        return self.compared_with != NOTHING

    @property
    def sources(self) -> tuple[str, ...] | None:
        """None where usage proper is meant, which leaves online tests out."""
        return self.asked_sources or None

    @property
    def codes(self) -> list[str]:
        return [service.code for service in self.named]

    @property
    def narrowing(self) -> dict:
        """What the reads of figures are narrowed by."""
        return {"period": self.period, "services": self.chosen, "sources": self.sources}

    def query(self, **changes) -> str:
        """The same question as the query of an address, with changes; a value of None leaves a part out."""
        first, last = self.period.edges
        parts = {
            "by": self.period.by,
            "from": first,
            "to": last,
            "service": self.codes,
            "content_type": self.content_types,
            "source": self.asked_sources,
            "compare": None if self.compared_with == BEFORE else self.compared_with,
        } | changes
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def of_period(self, period: Period, **changes) -> str:
        first, last = period.edges
        return self.query(by=period.by, **{"from": first, "to": last}, **changes)


def limits() -> dict[str, int]:
    """How much is shown at a time: days by hour, days by day, months by month."""
    return {
        HOUR: settings.ASSAY_USAGE_HOURLY_DAYS_MOST,
        DAY: settings.ASSAY_USAGE_DAYS_MOST,
        MONTH: settings.ASSAY_USAGE_MONTHS_MOST,
    }


def read_asked(params, *, account: Account, now: datetime, days_most: int | None = None) -> Asked:
    """Read a QueryDict; raises RangeInvalid, RangeTooLong, ServiceUnknown or FilterInvalid."""
    services, most = list(Service.objects.owned_by(account).for_machine().by_code()), limits()
    period = read_period(
        by=params.get("by", ""),
        first=params.get("from", ""),
        last=params.get("to", ""),
        today=today_in(account, now),
        days_most=days_most or most[DAY],
        hourly_days_most=most[HOUR],
        months_most=most[MONTH],
    )
    return Asked(
        period=period,
        services=services,
        named=tuple(choose(services, several(params, "service")) or ()),
        content_types=read_choices(params, "content_type", ContentType.values),
        asked_sources=read_choices(params, "source", SOURCES),
        compared_with=read_comparison(params),
    )


def several(params, name: str) -> tuple[str, ...]:
    """Repeated, or with commas between them, as the filters of results take them."""
    given = (part.strip() for text in params.getlist(name) for part in text.split(","))
    return tuple(dict.fromkeys(part for part in given if part))


def read_comparison(params) -> str:
    asked = params.get("compare") or BEFORE
    if asked not in COMPARISONS:
        raise FilterInvalid(
            _("%(name)s takes: %(values)s.") % {"name": "compare", "values": ", ".join(COMPARISONS)},
            field="compare",
        )
    return asked


def choose(services: Iterable[Service], codes: Iterable[str]) -> list[Service] | None:
    if not codes:
        return None
    by_code = {service.code: service for service in services}
    for code in codes:
        if code not in by_code:
            raise ServiceUnknown(field="service", service=code)
    return [by_code[code] for code in dict.fromkeys(codes)]


def read_choices(params, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
    asked = several(params, name)
    if not set(asked) <= set(allowed):
        raise FilterInvalid(
            _("%(name)s takes: %(values)s.") % {"name": name, "values": ", ".join(allowed)}, field=name
        )
    return asked
