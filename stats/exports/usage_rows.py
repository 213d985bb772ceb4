"""The usage report: a row per service and day or month in which it was called, more columns on request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from moderation.models import ModerationResult, Service
from moderation.models.content import ContentType
from stats.asked import Asked, read_asked
from stats.exports.kind import Kind, Table, Wish
from stats.exports.result_rows import spelled
from stats.facts import sums_of, zone_of
from stats.models import Export, LabelSpan, UsageSpan
from stats.periods import HOUR, MONTH, Period, end_of_month
from stats.reads import SUMMED, Figures

PIECE_DAYS = 31
# What is filled in are names of our own columns, and a query of ours with its own values.
TOLD = """
    SELECT {key}, string_agg(label || ' ' || all_hits, ', ' ORDER BY all_hits DESC, label)
    FROM ({inner}) AS found GROUP BY {key}
"""
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
class UsageWanted:
    query: str
    asked: Asked
    nothing: bool = False

    @property
    def period(self) -> Period:
        return self.asked.period


def read_usage(params, *, account, now):
    asked = read_usage_asked(params, account=account, now=now)
    return UsageWanted(asked.query(compare=None), asked, nothing=asked.chosen == []), []


def read_usage_asked(params, *, account: Account, now: datetime) -> Asked:
    """As the page reads it, for longer ranges than are shown there."""
    return read_asked(params, account=account, now=now, days_most=settings.ASSAY_USAGE_EXPORT_DAYS_MOST)


def require_columns(columns: Sequence[str], known: Iterable[str], asked) -> list[str]:
    """In the order of the file, whatever the order in which they were asked for."""
    known = list(known)
    if "labels" in columns and asked.period.by == HOUR:
        raise ColumnUnknown(_("Labels are counted by day: ask for them by day or by month."), field="columns")
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
    """The earliest first. With the column "source" each source has a row of its own.

    Read a month at a time: what is sorted and held is small, however long the range is.
    """
    key = ("on", "service_id", "source") if "source" in columns else ("on", "service_id")
    services = Service.objects.owned_by(account).in_bulk()
    for piece in pieces(asked.period):
        labels = labels_of(account, asked, piece, key) if "labels" in columns else {}
        facts = stepped(UsageSpan, account, asked, piece).values(*key).summed().order_by(*key)
        for values in facts.values_list(*key, *SUMMED):
            place, figures = values[: len(key)], Figures(*values[len(key) :])
            service = services[place[1]]
            row = [account.uid, service.code, figures.calls, piece.step_named(place[0])]
            yield row + [cell(name, service, place, figures, labels) for name in columns]


def pieces(period: Period) -> Iterator[Period]:
    """The same days, or the same months, in order."""
    first = period.first
    while first <= period.last:
        last = end_of_month(first) if period.by == MONTH else first + timedelta(days=PIECE_DAYS - 1)
        yield Period(period.by, first, min(last, period.last))
        first = last + timedelta(days=1)


def cell(name: str, service: Service, place: tuple, figures: Figures, labels: dict[tuple, str]):
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
            return labels.get(place, "")
    return getattr(figures, name)


def stepped(model, account: Account, asked: Asked, period: Period):
    """What was tried online does not count, unless it is what is asked for."""
    rows = sums_of(model, account, period, asked.chosen, asked.sources, coarsest=period.by)
    return rows.per(period.by, zone_of(account))


def labels_of(account: Account, asked, period: Period, key: tuple[str, ...]) -> dict[tuple, str]:
    """The labels of each row in words, the most frequent first."""
    facts = stepped(LabelSpan, account, asked, period)
    try:
        inner, values = facts.values(*key, "label").added_up("hits").query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(TOLD.format(key=", ".join(f'"{name}"' for name in key), inner=inner), values)
        # What Django makes a day of comes as the midnight of the account's clock.
        return {(on.date(), *rest): told for on, *rest, told in cursor}


def open_usage(wish: Wish) -> Table:
    """Never cut: whoever pays by it must not miss a row."""
    asked = read_usage_asked(wish.params, account=wish.account, now=wish.at)
    return Table(headers(wish.columns), usage_rows(wish.account, asked, wish.columns))


USAGE = Kind(Export.Kind.USAGE, "stats.view", "stats:read", read_usage, open_usage, FILTERS, columns=COLUMNS)
