from datetime import datetime, time

import msgspec
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import can
from config.console.filters import day_from
from config.console.owned import OwnedAdmin, ReadOnlyMixin
from config.console.pages import ConsolePage, register
from config.errors import Invalid
from moderation.callbacks.endpoints import rotate_secret, send_test
from moderation.callbacks.replays import replay, replay_dead_since
from moderation.models import Callback, CallbackEndpoint

ENDPOINTS = (_("Callback endpoints"), "moderation_callbackendpoint_changelist")


@admin.register(CallbackEndpoint)
class EndpointAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "callbacks.view"
    list_display = ["shown_name", "url", "told_of", "dialect", "is_enabled", "health"]
    list_display_links = None
    list_select_related = ["service"]
    ordering = ["name"]
    change_list_template = "moderation/endpoint_list.html"

    def changelist_view(self, request, extra_context=None):
        may_edit = can(request.user, request.account, "callbacks.manage")
        return super().changelist_view(request, {"may_edit": may_edit} | (extra_context or {}))

    @admin.display(description=_("Name"), ordering="name")
    def shown_name(self, endpoint):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:moderation_endpoint", args=[endpoint.pk]), endpoint.name
        )

    @admin.display(description=_("Service"))
    def told_of(self, endpoint):
        return endpoint.service.name if endpoint.service else _("all services")

    @admin.display(description=_("Health"))
    def health(self, endpoint):
        if endpoint.disabled_reason:
            return _("switched off: %(reason)s") % {"reason": endpoint.get_disabled_reason_display()}
        if endpoint.failing_since:
            since = timezone.localtime(endpoint.failing_since).strftime("%Y-%m-%d %H:%M")
            return _("failing since %(time)s") % {"time": since}
        return _("good")


@admin.register(Callback)
class DeliveryAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "callbacks.view"
    is_keyset = True
    list_display = ["created", "event", "endpoint", "state", "attempts", "last_answer", "event_id"]
    list_display_links = ["created"]
    list_filter = ["state", "event", "endpoint"]
    search_fields = ["event_id__exact", "request_id__exact"]
    search_help_text = _("Event id or request id, in full")
    list_select_related = ["endpoint"]
    change_form_template = "moderation/delivery.html"

    @admin.display(description=_("Time"))
    def created(self, callback):
        return timezone.localtime(callback.created_at).strftime("%Y-%m-%d %H:%M:%S")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("tries")

    @admin.display(description=_("Last answer"))
    def last_answer(self, callback):
        last = max(callback.tries.all(), key=lambda tried: tried.number, default=None)
        return last and (last.status or last.error_code)

    def render_change_form(self, request, context, *args, **kwargs):
        callback = context["original"]
        context["tries"] = callback.tries.order_by("id")
        context["body"] = msgspec.json.format(bytes(callback.body), indent=2).decode()
        context["may_replay"] = can(request.user, request.account, "callbacks.manage")
        return super().render_change_form(request, context, *args, **kwargs)


@register("callback-replay/<int:callback_id>/", name="moderation_replay")
class Replay(ConsolePage):
    ability = "callbacks.manage"
    http_method_names = ["post"]

    def post(self, request, callback_id):
        callback = replay(callback=self.one(Callback, pk=callback_id), actor=request.user, now=timezone.now())
        self.say(_("%(event)s is due again.") % {"event": callback.event_id})
        return self.go("moderation_callback_change", callback.pk)


class EndpointStep(ConsolePage):
    """Something done to one endpoint by a button of its page."""

    ability = "callbacks.manage"
    http_method_names = ["post"]
    parents = (ENDPOINTS,)

    def post(self, request, endpoint_id):
        return self.act(self.one(CallbackEndpoint, pk=endpoint_id))


@register("callback-endpoint-test/<int:endpoint_id>/", name="moderation_endpoint_test")
class SendTest(EndpointStep):
    def act(self, endpoint):
        callback = send_test(endpoint=endpoint, actor=self.request.user, now=timezone.now())
        self.say(_("A test was sent: its attempts are shown here."))
        return self.go("moderation_callback_change", callback.pk)


@register("callback-endpoint-rotate/<int:endpoint_id>/", name="moderation_endpoint_rotate")
class RotateSecret(EndpointStep):
    title = _("New secret")

    def act(self, endpoint):
        issued = rotate_secret(endpoint=endpoint, actor=self.request.user, now=timezone.now())
        return self.render("moderation/endpoint_secret.html", issued=issued)


@register("callback-endpoint-replay/<int:endpoint_id>/", name="moderation_endpoint_replay")
class ReplayGivenUp(EndpointStep):
    def act(self, endpoint):
        day = day_from(self.request.POST.get("since"))
        if day is None:
            raise Invalid(_("Say from which day on."), field="since")
        since = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
        count = replay_dead_since(endpoint=endpoint, since=since, actor=self.request.user, now=timezone.now())
        self.say(_("Callbacks that are due again: %(count)s.") % {"count": count})
        return self.go("moderation_callback_changelist")
