"""The usage report: a row per service and day or month in which it was called, more columns on request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from moderation.models import ModerationResult, Service
from moderation.models.content import ContentType
from moderation.results_asked import Reading
from stats.asked import choose
from stats.exports.kind import Kind, Table, Wish
from stats.exports.result_rows import spelled
from stats.models import Export, LabelFact, UsageFact
from stats.periods import Period, read_period
from stats.reads import SUMMED, Figures, today_in, zone_of

FILTERS = ("by", "from", "to", "service", "content_type", "source")
COLUMNS = {
    "service_name": _("Service name"),
    "content_type": _("Content type"),
    "source": _("Source"),
    "hits": _("Hits"),
    "high": _("High risk"),
    "medium": _("Medium risk"),
    "low": _("Low risk"),
    "hit_share": _("Hit share"),
    "mean_ms": _("Mean milliseconds"),
    "labels": _("Labels with hits"),
}


class ColumnUnknown(Invalid):
    code = "export_column_unknown"
    default_message = _("This export has no such column.")


@dataclass(frozen=True, slots=True)
class UsageAsked:
    """`chosen` is None where all services are meant; an empty tuple asks for every value."""

    query: str
    period: Period
    services: Sequence[Service]
    chosen: list[Service] | None = None
    sources: tuple[str, ...] = ()
    nothing: bool = False


def read_usage(params, *, account, now):
    return read_usage_asked(params, account=account, now=now), []


def read_usage_asked(params, *, account: Account, now) -> UsageAsked:
    """Read a QueryDict; raises RangeInvalid, RangeTooLong, ServiceUnknown or FilterInvalid."""
    period = read_period(
        by=params.get("by", ""),
        first=params.get("from", ""),
        last=params.get("to", ""),
        today=today_in(account, now),
        days_most=settings.ASSAY_USAGE_EXPORT_DAYS_MOST,
    )
    reading = Reading(params, account)
    kinds = reading.choices("content_type", ContentType.values)
    sources = reading.choices("source", ModerationResult.Source.values)
    if reading.faults:
        raise reading.faults[0]
    services = list(Service.objects.owned_by(account).for_machine().by_code())
    chosen = choose(services, [code for code in params.getlist("service") if code])
    if kinds:
        chosen = [one for one in (services if chosen is None else chosen) if one.content_type in kinds]
    first, last = period.edges
    asked = {"by": period.by, "from": first, "to": last, "service": params.getlist("service")}
    asked |= {"content_type": ",".join(kinds), "source": ",".join(sources)}
    query = urlencode({name: value for name, value in asked.items() if value}, doseq=True)
    return UsageAsked(query, period, services, chosen, sources, nothing=chosen == [])


def require_columns(columns: Sequence[str], known: Iterable[str]) -> list[str]:
    """In the order of the file, whatever the order in which they were asked for."""
    known = list(known)
    for name in columns:
        if name not in known:
            raise ColumnUnknown(field="columns", column=name, columns=known)
    return [name for name in known if name in columns]


def headers(columns: Sequence[str] = ()) -> list[str]:
    """The first four are the report; what is asked for besides stands behind them."""
    return [
        _now("Account UID"),
        _now("Service"),
        _now("Usage"),
        _now("Date"),
        *(str(COLUMNS[c]) for c in columns),
    ]


def usage_rows(account: Account, asked, columns: Sequence[str] = ()) -> Iterator[list]:
    """The earliest first. With the column "source" each source has a row of its own."""
    key = ("on", "service_id", "source") if "source" in columns else ("on", "service_id")
    facts = facts_of(UsageFact, account, asked).values(*key).summed().order_by(*key)
    labels = Labels(account, asked, key) if "labels" in columns else None
    services = Service.objects.owned_by(account).in_bulk()
    for values in facts.values_list(*key, *SUMMED).iterator(chunk_size=2000):
        place, figures = values[: len(key)], Figures(*values[len(key) :])
        service = services[place[1]]
        row = [account.uid, service.code, figures.calls, asked.period.step_named(place[0])]
        yield row + [cell(name, service, place, figures, labels) for name in columns]


def cell(name: str, service: Service, place: tuple, figures: Figures, labels: "Labels | None"):
    match name:
        case "service_name":
            return service.shown_name
        case "content_type":
            return spelled(ContentType, service.content_type)
        case "source":
            return spelled(ModerationResult.Source, place[2])
        case "hit_share":
            return round(figures.hit_share, 6)
        case "mean_ms":
            return round(figures.mean_ms, 3)
        case "labels":
            return labels.of(place)
    return getattr(figures, name)


def facts_of(model, account: Account, asked):
    """What was tried online does not count, unless it is what is asked for."""
    zone = zone_of(account)
    facts = model.objects.owned_by(account).between(*asked.period.moments(zone)).of_services(asked.chosen)
    sources = getattr(asked, "sources", ())
    facts = facts.filter(source__in=sources) if sources else facts.counted()
    return facts.order_by().per(asked.period.by, zone)


class Labels:
    """The labels of each row, read beside the rows in the same order: never more than one row's at a time."""

    def __init__(self, account: Account, asked, key: tuple[str, ...]):
        rows = facts_of(LabelFact, account, asked).values(*key, "label").annotate(all_hits=Sum("hits"))
        rows = rows.order_by(*key, "-all_hits", "label").values_list(*key, "label", "all_hits")
        size = len(key)
        self.groups = groupby(rows.iterator(chunk_size=2000), lambda row: row[:size])
        self.place, self.found = next(self.groups, (None, ()))

    def of(self, place: tuple) -> str:
        while self.place is not None and self.place < place:
            self.place, self.found = next(self.groups, (None, ()))
        if self.place != place:
            return ""
        told = ", ".join(f"{label} {hits}" for *_place, label, hits in self.found)
        self.place, self.found = next(self.groups, (None, ()))
        return told


def count_rows(account: Account, asked, columns: Sequence[str] = ()) -> int:
    key = ("on", "service_id", "source") if "source" in columns else ("on", "service_id")
    return facts_of(UsageFact, account, asked).values(*key).distinct().count()


def open_usage(wish: Wish) -> Table:
    """Never cut: whoever pays by it must not miss a row."""
    asked = read_usage_asked(wish.params, account=wish.account, now=wish.at)
    rows = usage_rows(wish.account, asked, wish.columns)
    return Table(headers(wish.columns), rows, count_rows(wish.account, asked, wish.columns))


USAGE = Kind(Export.Kind.USAGE, "stats.view", "stats:read", read_usage, open_usage, FILTERS, columns=COLUMNS)
