"""The log of deliveries: looked through, looked into, and sent again."""

from urllib.parse import parse_qs, urlencode

import msgspec
from django.db.models import prefetch_related_objects
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.pages import ConsolePage, register
from config.console.paging import id_from
from config.retention.classes import kept_days
from moderation.admin.results import place_in
from moderation.callbacks.dialects import as_sent
from moderation.callbacks.log import EVENTS, newest_deliveries, read_log_filters
from moderation.callbacks.replays import (
    MOST_AT_ONCE,
    count_replayable,
    replay,
    replay_all,
    replay_selected,
)
from moderation.models import Callback, CallbackEndpoint
from moderation.results_query import Place

PAGE = 50
MOST_OFFERED = 200
DELIVERIES = (_("Deliveries"), "moderation_callback_changelist")
State = Callback.State
TABS = (("", _("All")), (State.DUE.value, _("Due")), (State.DEAD.value, _("Dead letters")))
EDGES = (("from", "T00:00"), ("to", "T23:59"))


class LogPage(ConsolePage):
    """What the log and the pages around it read from the address."""

    ability = "callbacks.view"

    def asked(self, params):
        asked, faults = read_log_filters(params, account=self.request.account)
        return asked, [fault.message for fault in faults]

    def fields(self, params) -> dict:
        offered = self.owned(CallbackEndpoint).order_by("is_ad_hoc", "name")[:MOST_OFFERED]
        events = dict(Callback._meta.get_field("event").choices)
        return {
            "values": params,
            "edges": [as_moment(params.get(name, ""), end) for name, end in EDGES],
            "endpoints": offered,
            "events": [(name, events[name]) for name in EVENTS],
            "states": State.choices,
        }


def as_moment(text: str, end: str) -> str:
    """What a field for a moment takes, where the address has a day alone."""
    return text + end if len(text) == len("2026-11-21") else text


# The names are those of a model's pages: links to deliveries stay what they are.
@register("deliveries/", name="moderation_callback_changelist")
class Deliveries(LogPage):
    title = _("Deliveries")
    template_name = "moderation/deliveries.html"

    def get(self, request):
        asked, faults = self.asked(request.GET)
        before = place_in(request.GET.get("before", ""))
        found = newest_deliveries(asked, account=request.account, after=before, limit=PAGE + 1)
        shown = found[:PAGE]
        prefetch_related_objects(shown, "tries")
        return self.render(
            rows=[(callback, last_answer(callback)) for callback in shown],
            faults=faults,
            tabs=self.tabs(),
            query=asked.query,
            is_narrowed=bool(asked.query),
            may_replay=self.can("callbacks.manage"),
            older=self.address(before=Place(shown[-1].created_at, shown[-1].pk)) if len(found) > PAGE else "",
            newest=self.address() if before is not None else "",
            days=kept_days(request.account, "callbacks"),
            **self.fields(request.GET),
        )

    def address(self, **changes) -> str:
        asked = {name: value for name, value in self.request.GET.items() if value} | changes
        if not changes:
            asked.pop("before", None)
        return f"?{urlencode(asked)}"

    def tabs(self) -> list[tuple[str, str, bool]]:
        here = self.request.GET.get("state", "")
        asked = {name: value for name, value in self.request.GET.items() if value}
        asked.pop("before", None)
        tabs = []
        for state, name in TABS:
            query = {key: value for key, value in asked.items() if key != "state"}
            query |= {"state": state} if state else {}
            tabs.append((name, urlencode(query), state == here))
        return tabs


def last_answer(callback: Callback):
    return max(callback.tries.all(), key=lambda tried: tried.number, default=None)


@register("deliveries/<int:callback_id>/", name="moderation_callback_change")
class Delivery(LogPage):
    template_name = "moderation/delivery.html"
    parents = (DELIVERIES,)

    def get_title(self):
        return self.callback.event_id

    def get(self, request, callback_id):
        callback = self.callback = self.one(Callback, pk=callback_id)
        return self.render(
            callback=callback,
            tries=[(tried, as_sent(callback, tried)) for tried in callback.tries.order_by("id")],
            body=formatted(bytes(callback.body)),
            is_form=callback.dialect == CallbackEndpoint.Dialect.VENDOR,
            told_too=self.owned(Callback)
            .filter(subject=callback.subject)
            .exclude(pk=callback.pk)
            .select_related("endpoint")
            .order_by("-pk")[:20],
            may_replay=self.can("callbacks.manage") and callback.state in (State.DELIVERED, State.DEAD),
        )


def formatted(body: bytes) -> str:
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")


@register("callback-replay/<int:callback_id>/", name="moderation_replay")
class Replay(ConsolePage):
    ability = "callbacks.manage"
    http_method_names = ["post"]

    def post(self, request, callback_id):
        callback = replay(callback=self.one(Callback, pk=callback_id), actor=request.user, now=timezone.now())
        self.say(_("%(event)s is due again.") % {"event": callback.event_id})
        return self.go("moderation_callback_change", callback.pk)


def said_count(count: int) -> str:
    return ngettext("%(count)s callback is due again.", "%(count)s callbacks are due again.", count) % {
        "count": count
    }


@register("deliveries/send-again/", name="moderation_replay_selected")
class ReplaySelected(ConsolePage):
    ability = "callbacks.manage"
    http_method_names = ["post"]

    def post(self, request):
        ids = [number for text in request.POST.getlist("callback") if (number := id_from(text)) is not None]
        count = replay_selected(
            account=request.account, callback_ids=ids[:PAGE], actor=request.user, now=timezone.now()
        )
        self.say(said_count(count))
        query = request.POST.get("query", "")
        known = {name: values[0] for name, values in parse_qs(query).items()}
        address = reverse("admin:moderation_callback_changelist")
        return HttpResponseRedirect(f"{address}?{urlencode(known)}" if known else address)


@register("deliveries/send-range-again/", name="moderation_replay_range")
class ReplayRange(LogPage):
    """First how many there are, then all of them."""

    title = _("Send a range again")
    ability = "callbacks.manage"
    template_name = "moderation/replay_range.html"
    parents = (DELIVERIES,)

    def get(self, request):
        asked, faults = self.asked(request.GET)
        count = count_replayable(asked, account=request.account)
        return self.render(
            count=count,
            is_too_many=count > MOST_AT_ONCE,
            most=MOST_AT_ONCE,
            query=asked.query,
            faults=faults,
            may_send=bool(count) and count <= MOST_AT_ONCE and not faults,
            **self.fields(request.GET),
        )

    def post(self, request):
        params = {name: values[0] for name, values in parse_qs(request.POST.get("query", "")).items()}
        asked, faults = self.asked(params)
        if faults:
            self.say(faults[0])
            return self.go("moderation_replay_range")
        count = replay_all(account=request.account, asked=asked, actor=request.user, now=timezone.now())
        self.say(said_count(count))
        return self.go("moderation_callback_changelist")
