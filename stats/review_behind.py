"""Which items stand behind a figure of review statistics, read from an address."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from moderation.models import Service
from moderation.results_asked import FilterInvalid
from moderation.results_query import Place
from review.items_asked import ItemsAsked, read_items_asked
from review.items_query import newest_items
from review.models import ReviewItem, ReviewQueue
from stats.asked import choose
from stats.facts import zone_of
from stats.periods import DAY, Period, read_date
from stats.reads import today_in
from stats.review_asked import choose_queue
from stats.review_items import LISTS, WorkAsked, items_behind

MACHINE = "machine"
LISTED = {
    "decided": _("Decided items"),
    "passed": _("Items that people passed"),
    "blocked": _("Items that people blocked"),
    "late": _("Items decided late"),
    "rechecked": _("Items rechecked"),
    "overturned": _("Items whose decision was overturned"),
    "relabelled": _("Items whose label a recheck changed"),
    MACHINE: _("What people made of the machine's word"),
}


@dataclass(frozen=True, slots=True)
class BehindAsked:
    """Either what people did in a stretch of days, or what they made of what the machine judged then."""

    what: str
    period: Period
    services: list[Service]
    queue: ReviewQueue | None = None
    work: WorkAsked | None = None
    items: ItemsAsked | None = None
    machine: tuple[str, ...] = ()
    label: str = ""

    @property
    def time(self) -> str:
        """The column in whose order the list stands."""
        return self.work.time if self.work else "created_at"


def read_behind(params, *, account: Account, now: datetime) -> BehindAsked:
    """Read a QueryDict; raises RangeInvalid, ServiceUnknown, QueueUnknown, LabelUnknown or FilterInvalid."""
    period = read_days(params, today_in(account, now))
    every = list(Service.objects.owned_by(account).by_code())
    chosen = choose(every, [code for code in params.getlist("service") if code]) or []
    if params.get("machine"):
        return read_machine(params, account=account, period=period, chosen=chosen)
    what = params.get("what", "")
    if what not in LISTS:
        raise FilterInvalid(
            _("%(name)s takes: %(values)s.") % {"name": "what", "values": ", ".join(LISTS)}, field="what"
        )
    queue = choose_queue(list(ReviewQueue.objects.owned_by(account)), params.get("queue", ""))
    starts_at, ends_at = period.moments(zone_of(account))
    work = WorkAsked(what, starts_at, ends_at, queue and queue.pk, tuple(service.pk for service in chosen))
    return BehindAsked(what, period, chosen, queue, work=work)


def read_days(params, today: date) -> Period:
    last = read_date(params.get("to", ""), field="to") or today
    return Period(DAY, read_date(params.get("from", ""), field="from") or last, last)


def read_machine(params, *, account: Account, period: Period, chosen: list[Service]) -> BehindAsked:
    wanted = {name: params[name] for name in ("machine", "label", "stands_as") if params.get(name)}
    wanted |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    items, faults = read_items_asked(wanted, account=account)
    if faults:
        raise faults[0]
    items = replace(items, service_ids=tuple(service.pk for service in chosen))
    label = params.get("label", "") or params.get("stands_as", "")
    return BehindAsked(MACHINE, period, chosen, items=items, machine=items.machine, label=label)


def behind(
    asked: BehindAsked, *, account: Account, after: Place | None = None, limit: int
) -> list[ReviewItem]:
    """The newest items, or those that follow a place."""
    find, wanted = (items_behind, asked.work) if asked.work else (newest_items, asked.items)
    return list(find(wanted, account=account, after=after, limit=limit))
