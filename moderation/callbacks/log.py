"""The log of deliveries: what it is narrowed by, read from an address of the console or the API.

Newest first and merged from streams, as lists of results are (`moderation.results_query`): by endpoint if one
is asked for, by state and event in any case.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import PlatformError
from moderation.models import Callback, CallbackEndpoint
from moderation.results_asked import FilterInvalid, Reading
from moderation.results_query import Place
from moderation.streams import newest_of_streams

NAMES = ("endpoint", "event", "state", "event_id", "request_id", "data_id", "from", "to")
EVENTS = (*CallbackEndpoint.Event.values, CallbackEndpoint.TEST_EVENT)


@dataclass(frozen=True, slots=True)
class AskedOfLog:
    """An empty tuple asks for every value. `nothing`: a filter that no callback can pass."""

    query: str = ""
    endpoint_id: int | None = None
    events: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    event_id: str = ""
    request_id: UUID | None = None
    data_id: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nothing: bool = False


def read_log_filters(params, *, account: Account) -> tuple[AskedOfLog, list[PlatformError]]:
    reading = Reading(params, account)
    asked = AskedOfLog(
        query=urlencode({name: reading.text(name) for name in NAMES if reading.text(name)}),
        endpoint_id=endpoint_id(reading),
        events=reading.choices("event", EVENTS),
        states=reading.choices("state", Callback.State.values),
        event_id=reading.text("event_id"),
        request_id=reading.request_id(),
        data_id=reading.text("data_id"),
        starts_at=reading.moment("from"),
        ends_at=reading.moment("to", is_end=True),
        nothing=reading.nothing,
    )
    return asked, reading.faults


def endpoint_id(reading: Reading) -> int | None:
    text = reading.text("endpoint")
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    mine = CallbackEndpoint.objects.owned_by(reading.account)
    if is_number and mine.filter(pk=int(text)).exists():
        return int(text)
    reading.refuse(FilterInvalid(_("There is no such endpoint."), field="endpoint"))
    return None


def deliveries(asked: AskedOfLog, *, account: Account):
    """What passes the filters, in no order yet."""
    rows = Callback.objects.owned_by(account)
    if asked.nothing:
        return rows.none()
    if asked.endpoint_id:
        rows = rows.filter(endpoint=asked.endpoint_id)
    if asked.events:
        rows = rows.filter(event__in=asked.events)
    if asked.states:
        rows = rows.filter(state__in=asked.states)
    if asked.event_id:
        # The index of event ids begins with the endpoint.
        mine = CallbackEndpoint.objects.owned_by(account)
        rows = rows.filter(event_id=asked.event_id, endpoint__in=mine)
    if asked.request_id:
        rows = rows.filter(subject__in=(f"result:{asked.request_id}", f"task:{asked.request_id}"))
    if asked.data_id:
        rows = rows.filter(data_id=asked.data_id)
    if asked.starts_at:
        rows = rows.filter(created_at__gte=asked.starts_at)
    if asked.ends_at:
        rows = rows.filter(created_at__lt=asked.ends_at)
    return rows


def newest_deliveries(
    asked: AskedOfLog, *, account: Account, after: Place | None = None, limit: int
) -> list[Callback]:
    """The newest that pass the filters, or those that follow a place."""
    if asked.nothing:
        return []
    if after is not None:
        asked = replace(asked, ends_at=after.end_of(asked.ends_at))
    is_few = asked.event_id or asked.request_id or asked.data_id
    if is_few or not (asked.endpoint_id or asked.events or asked.states):
        rows = after_place(deliveries(asked, account=account), after)
        return list(rows.newest_first().select_related("endpoint")[:limit])
    facets = {
        "state": list(asked.states or Callback.State.values),
        "event": list(asked.events or EVENTS),
    }
    conditions = [
        ("row.account_id = %s", account.pk),
        ("row.endpoint_id = %s", asked.endpoint_id),
        ("row.created_at >= %s", asked.starts_at),
        ("row.created_at < %s", asked.ends_at),
    ]
    ids = newest_of_streams(Callback._meta.db_table, facets, conditions, after=after, limit=limit)
    return list(
        Callback.objects.owned_by(account).filter(pk__in=ids).newest_first().select_related("endpoint")
    )


def after_place(rows, place: Place | None):
    """The first condition alone is what an index can begin at."""
    if place is None:
        return rows
    return rows.filter(created_at__lte=place.created_at).exclude(
        created_at=place.created_at, pk__gte=place.id
    )
