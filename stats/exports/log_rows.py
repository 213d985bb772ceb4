"""The audit log and the log of callbacks as tables."""

from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource

from config.audit.models import AuditRecord
from moderation.callbacks.log import NAMES, deliveries, read_log_filters
from moderation.models import Callback
from stats.exports.kind import Columns, Kind, Table, Wish, column, local, table_of
from stats.exports.list_asked import ListReading
from stats.exports.result_rows import spelled
from stats.models import Export


class AuditResource(Resource):
    """With what the chain is made of, so that a copy can be held against it."""

    times = ("time",)
    number = column(_("Number"), lambda entry: entry.number)
    time = column(_("Time"), lambda entry: local(entry.at, entry.zone))
    actor = column(_("Actor"), lambda entry: entry.actor_name)
    action = column(_("Action"), lambda entry: entry.action)
    subject = column(_("Subject"), lambda entry: entry.subject)
    body = column(_("What changed"), lambda entry: entry.body)
    request_id = column(_("Request id"), lambda entry: entry.request_id)
    previous_hash = column(_("Hash before"), lambda entry: entry.previous_hash)
    hash = column(_("Hash"), lambda entry: entry.hash)


def read_audit(params, *, account, now):
    reading = ListReading(params, account)
    reading.want("action", "action", reading.text("action"))
    reading.want("actor", "actor_name", reading.text("actor"))
    reading.want_period("at")
    return reading.asked()


def open_audit(wish: Wish) -> Table:
    asked, _faults = read_audit(wish.params, account=wish.account, now=wish.at)
    rows = asked.narrow(AuditRecord.objects.owned_by(wish.account)).newest_first()
    return table_of(Columns(AuditResource(), wish.account), rows, most=wish.most)


class CallbackResource(Resource):
    times = ("time", "finished")
    time = column(_("Time"), lambda callback: local(callback.created_at, callback.zone))
    event_id = column(_("Event id"), lambda callback: callback.event_id)
    event = column(_("Event"), lambda callback: callback.event)
    endpoint = column(_("Callback endpoint"), lambda callback: callback.endpoint.name)
    url = column(_("Address"), lambda callback: callback.endpoint.url)
    subject = column(_("Subject"), lambda callback: callback.subject)
    data_id = column(_("Data id"), lambda callback: callback.data_id)
    state = column(_("State"), lambda callback: spelled(Callback.State, callback.state))
    attempts = column(_("Attempts"), lambda callback: callback.attempts)
    status = column(_("Last status"), lambda callback: getattr(last_try(callback), "status", None))
    error = column(_("Last error"), lambda callback: getattr(last_try(callback), "error_code", ""))
    finished = column(_("Finished"), lambda callback: local(callback.finished_at, callback.zone))


def last_try(callback: Callback):
    return max(callback.tries.all(), key=lambda tried: tried.number, default=None)


def read_callbacks(params, *, account, now):
    return read_log_filters(params, account=account)


def open_callbacks(wish: Wish) -> Table:
    asked, _faults = read_callbacks(wish.params, account=wish.account, now=wish.at)
    rows = deliveries(asked, account=wish.account).select_related("endpoint").defer("body")
    columns = Columns(CallbackResource(), wish.account)
    return table_of(columns, rows.prefetch_related("tries").order_by("-id"), most=wish.most)


AUDIT = Kind(
    Export.Kind.AUDIT,
    "audit.view",
    "audit:read",
    read_audit,
    open_audit,
    ("action", "actor", "from", "to"),
)
CALLBACKS = Kind(
    Export.Kind.CALLBACKS, "callbacks.view", "callbacks:read", read_callbacks, open_callbacks, NAMES
)
