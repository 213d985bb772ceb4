"""The list of endpoints, and what is done to one of them by a button."""

from datetime import datetime, time

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.accounts.roles import can
from config.console import notices
from config.console.filters import day_from
from config.console.notices import Notice
from config.console.owned import OwnedAdmin, ReadOnlyMixin
from config.console.pages import ConsolePage, register
from config.errors import Invalid
from moderation.callbacks.endpoints import pause_endpoint, resume_endpoint, rotate_secret, send_test
from moderation.callbacks.replays import replay_dead_since
from moderation.models import CallbackEndpoint

ENDPOINTS = (_("Callback endpoints"), "moderation_callbackendpoint_changelist")


class FromCalls(admin.SimpleListFilter):
    """Endpoints that calls brought along may be very many: they are shown to those who ask for them."""

    title = _("From calls")
    parameter_name = "from_calls"

    def lookups(self, request, model_admin):
        return [("shown", _("Shown as well"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "shown" else queryset.set_up()


@admin.register(CallbackEndpoint)
class EndpointAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "callbacks.view"
    list_display = ["shown_name", "url", "told_of", "dialect", "is_enabled", "health"]
    list_display_links = None
    list_filter = [FromCalls]
    list_select_related = ["service"]
    ordering = ["name"]
    change_list_template = "moderation/endpoint_list.html"

    def changelist_view(self, request, extra_context=None):
        shown = {
            "may_edit": can(request.user, request.account, "callbacks.manage"),
            "shows_those_from_calls": request.GET.get("from_calls") == "shown",
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    @admin.display(description=_("Name"), ordering="name")
    def shown_name(self, endpoint):
        address = reverse("admin:moderation_endpoint", args=[endpoint.pk])
        return format_html('<a href="{}">{}</a>', address, endpoint.name)

    @admin.display(description=_("Service"))
    def told_of(self, endpoint):
        if endpoint.is_ad_hoc:
            return _("calls that name it")
        return endpoint.service.name if endpoint.service else _("all services")

    @admin.display(description=_("Health"))
    def health(self, endpoint):
        return health_of(endpoint)


def health_of(endpoint: CallbackEndpoint) -> str:
    if endpoint.disabled_reason:
        return _("switched off: %(reason)s") % {"reason": endpoint.get_disabled_reason_display()}
    if endpoint.paused_at:
        return _("paused since %(time)s") % {"time": written(endpoint.paused_at)}
    if endpoint.failing_since:
        return _("failing since %(time)s") % {"time": written(endpoint.failing_since)}
    return _("good")


def written(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


@notices.register(ability="callbacks.manage")
def switched_off(request):
    off = CallbackEndpoint.objects.owned_by(request.account).set_up().switched_off_by_us()
    names = list(off.order_by("name").values_list("pk", "name")[:21])
    if not names:
        return []
    if len(names) == 1:
        [(pk, name)] = names
        text = _("Callbacks to %(name)s were switched off: nothing is told there.") % {"name": name}
        return [Notice(text, reverse("admin:moderation_endpoint", args=[pk]), "bad")]
    count = f"{len(names) - 1}+" if len(names) == 21 else len(names)
    text = ngettext(
        "%(count)s callback endpoint was switched off: nothing is told there.",
        "%(count)s callback endpoints were switched off: nothing is told there.",
        len(names),
    ) % {"count": count}
    return [Notice(text, f"admin:{ENDPOINTS[1]}", "bad")]


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


@register("callback-endpoint-pause/<int:endpoint_id>/", name="moderation_endpoint_pause")
class Pause(EndpointStep):
    def act(self, endpoint):
        pause_endpoint(endpoint=endpoint, actor=self.request.user, now=timezone.now())
        self.say(_("Paused: what happens now is kept, and sent when it goes on."))
        return self.go("moderation_endpoint", endpoint.pk)


@register("callback-endpoint-resume/<int:endpoint_id>/", name="moderation_endpoint_resume")
class Resume(EndpointStep):
    def act(self, endpoint):
        resume_endpoint(endpoint=endpoint, actor=self.request.user, now=timezone.now())
        self.say(_("It goes on: what was kept is being sent."))
        return self.go("moderation_endpoint", endpoint.pk)


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
