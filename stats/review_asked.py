"""What review statistics are asked for: a period, some of the account's services, one of its queues."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from moderation.models import Service
from review.models import ReviewQueue
from stats.asked import choose
from stats.periods import DAY, MONTH, Period, RangeInvalid, read_period
from stats.reads import today_in


class QueueUnknown(Invalid):
    code = "queue_unknown"
    default_message = _("The account has no such review queue.")


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """`chosen` and `queue` are None where all are meant."""

    period: Period
    services: list[Service]
    queues: list[ReviewQueue] = field(default_factory=list)
    chosen: list[Service] | None = None
    queue: ReviewQueue | None = None

    @property
    def codes(self) -> list[str]:
        return [service.code for service in self.chosen or ()]

    def query(self, **changes) -> str:
        """The same question as the query of an address, with changes; a value of None leaves a part out."""
        first, last = self.period.edges
        asked = {"by": self.period.by, "from": first, "to": last, "service": self.codes}
        parts = asked | {"queue": self.queue and self.queue.pk} | changes
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def of_period(self, period: Period) -> str:
        first, last = period.edges
        return self.query(by=period.by, **{"from": first, "to": last})


def read_review_asked(
    params, *, account: Account, now: datetime, days_most: int | None = None
) -> ReviewAsked:
    """Read a QueryDict; raises RangeInvalid, RangeTooLong, ServiceUnknown or QueueUnknown."""
    if params.get("by", "") not in ("", DAY, MONTH):
        raise RangeInvalid(_("Figures are by day or by month."), field="by")
    services = list(Service.objects.owned_by(account).by_code())
    queues = list(ReviewQueue.objects.owned_by(account).in_order())
    period = read_period(
        by=params.get("by", ""),
        first=params.get("from", ""),
        last=params.get("to", ""),
        today=today_in(account, now),
        days_most=days_most or settings.ASSAY_USAGE_DAYS_MOST,
    )
    return ReviewAsked(
        period,
        services,
        queues,
        chosen=choose(services, [code for code in params.getlist("service") if code]),
        queue=choose_queue(queues, params.get("queue", "")),
    )


def choose_queue(queues: list[ReviewQueue], asked: str) -> ReviewQueue | None:
    if not asked:
        return None
    found = next((queue for queue in queues if str(queue.pk) == asked), None)
    if found is None:
        raise QueueUnknown(field="queue", queue=asked)
    return found
