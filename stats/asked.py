"""What a page, a download or a client asks figures for: a period and some of the account's services."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from config.accounts.models import Account
from moderation.models import Service
from moderation.operations.moderate import ServiceUnknown
from stats.periods import Period, read_period
from stats.reads import today_in


@dataclass(frozen=True, slots=True)
class Asked:
    """`chosen` is None where all services are meant, and never empty."""

    period: Period
    services: list[Service]
    chosen: list[Service] | None = None

    @property
    def codes(self) -> list[str]:
        return [service.code for service in self.chosen or ()]

    def query(self, **changes) -> str:
        """The same question as the query of an address, with changes; a value of None leaves a part out."""
        first, last = self.period.edges
        parts = {"by": self.period.by, "from": first, "to": last, "service": self.codes} | changes
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def of_period(self, period: Period) -> str:
        first, last = period.edges
        return self.query(by=period.by, **{"from": first, "to": last})


def read_asked(params, *, account: Account, now: datetime) -> Asked:
    """Read a QueryDict; raises RangeInvalid, RangeTooLong or ServiceUnknown."""
    services = list(Service.objects.owned_by(account).for_machine().by_code())
    period = read_period(
        by=params.get("by", ""),
        first=params.get("from", ""),
        last=params.get("to", ""),
        today=today_in(account, now),
        days_most=settings.ASSAY_USAGE_DAYS_MOST,
    )
    return Asked(period, services, choose(services, [code for code in params.getlist("service") if code]))


def choose(services: Iterable[Service], codes: list[str]) -> list[Service] | None:
    if not codes:
        return None
    by_code = {service.code: service for service in services}
    for code in codes:
        if code not in by_code:
            raise ServiceUnknown(field="service", service=code)
    return [by_code[code] for code in dict.fromkeys(codes)]
