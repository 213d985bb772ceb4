from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.admin.callbacks import ENDPOINTS
from moderation.callbacks.endpoints import (
    HUMAN_EVENTS,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
)
from moderation.models import CallbackEndpoint, Service
from moderation.models.callbacks import every_level, every_mode
from moderation.models.content import RiskLevel


class EndpointForm(forms.ModelForm):
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=CallbackEndpoint.Event, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.MultipleChoiceField(
        label=_("Machine results of these risk levels"),
        choices=RiskLevel,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    modes = forms.MultipleChoiceField(
        label=_("People's decisions in these modes"),
        choices=CallbackEndpoint.Mode,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = CallbackEndpoint
        fields = ["name", "url", "service", "dialect", "crypt", "events", "levels", "modes", "is_enabled"]

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.owned_by(account).shown_to(account).by_code()
        self.fields["service"].empty_label = _("all services")
        if self.instance.pk is None:
            del self.fields["is_enabled"]
        if self.instance.is_ad_hoc:
            self.fields = {"is_enabled": self.fields["is_enabled"]}

    def _post_clean(self):
        """The operations judge the values and write them, not the form."""


class EndpointPage(ConsolePage):
    ability = "callbacks.manage"
    template_name = "moderation/endpoint.html"
    parents = (ENDPOINTS,)
    endpoint = None

    def show(self, form, *, error=None):
        if error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return self.render(
            form=form,
            endpoint=self.endpoint,
            now=timezone.now(),
            status=error.status if error else 400 if form.errors else 200,
        )


@register("callback-endpoint-add/", name="moderation_endpoint_add")
class AddEndpoint(EndpointPage):
    title = _("Add callback endpoint")

    def get(self, request):
        first = {"events": HUMAN_EVENTS, "levels": every_level(), "modes": every_mode()}
        return self.show(EndpointForm(account=request.account, initial=first))

    def post(self, request):
        form = EndpointForm(request.POST, account=request.account)
        if not form.is_valid():
            return self.show(form)
        try:
            issued = create_endpoint(
                account=request.account, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except PlatformError as error:
            return self.show(form, error=error)
        return self.render("moderation/endpoint_secret.html", issued=issued)


@register("callback-endpoint/<int:endpoint_id>/", name="moderation_endpoint")
class ChangeEndpoint(EndpointPage):
    def get_title(self):
        return self.endpoint.name

    def get(self, request, endpoint_id):
        self.endpoint = self.one(CallbackEndpoint, pk=endpoint_id)
        return self.show(EndpointForm(instance=self.endpoint, account=request.account))

    def post(self, request, endpoint_id):
        self.endpoint = self.one(CallbackEndpoint, pk=endpoint_id)
        form = EndpointForm(request.POST, instance=self.endpoint, account=request.account)
        if not form.is_valid():
            return self.show(form)
        try:
            change_endpoint(
                endpoint=self.endpoint, changes=form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except PlatformError as error:
            return self.show(form, error=error)
        self.say(_("Saved."))
        return self.go("moderation_callbackendpoint_changelist")


@register("callback-endpoint-delete/<int:endpoint_id>/", name="moderation_endpoint_delete")
class DeleteEndpoint(ConsolePage):
    ability = "callbacks.manage"
    http_method_names = ["post"]

    def post(self, request, endpoint_id):
        endpoint = self.one(CallbackEndpoint, pk=endpoint_id)
        delete_endpoint(endpoint=endpoint, actor=request.user, now=timezone.now())
        self.say(_("Deleted."))
        return self.go("moderation_callbackendpoint_changelist")
