"""Outside providers: platform admins describe them and switch them on, accounts consent per service."""

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as navigate
from config.console.pages import ConsolePage, register
from config.errors import NotFound, PlatformError
from moderation.admin.engine_files import JsonField, MappingField, in_lines, refuse
from moderation.detectors.http_provider.presets import PRESETS
from moderation.models import Provider, ProviderConsent, Service
from moderation.models.content import ContentType
from moderation.operations.label_mappings import mapping_of, written_mapping
from moderation.operations.providers import (
    EDITABLE,
    change_provider,
    consent,
    create_provider,
    delete_provider,
    headers_of,
    switch_provider,
)

PROVIDERS = (_("Outside providers"), "moderation_providers")
KINDS = [(kind.value, kind.label) for kind in (ContentType.TEXT, ContentType.IMAGE)]


class ProviderForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    url = forms.CharField(label=_("Address"), max_length=500)
    method = forms.ChoiceField(label=_("Method"), choices=Provider.Method)
    content_types = forms.MultipleChoiceField(
        label=_("Looks at"), choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    seconds = forms.FloatField(label=_("Seconds it may take"), min_value=0.2, max_value=30, initial=5)
    headers = forms.CharField(
        label=_("Headers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "as-code", "autocomplete": "off"}),
        help_text=_("One a line: Name: value. They are kept encrypted and never shown again."),
    )
    template = JsonField(
        label=_("Request"),
        help_text=_(
            "JSON with {text}, {image_base64}, {image_url}, {service} and {language} in its strings."
        ),
    )
    answer = JsonField(
        label=_("Answer"),
        help_text=_("Where the scores stand (at: a JSON Pointer) and how: form is map, list or values."),
    )
    mapping = MappingField(
        label=_("Mapping"),
        required=False,
        help_text=_("One a line: the provider's label = labels of the catalogue, with commas between."),
    )

    def clean_headers(self) -> dict[str, str]:
        found = {}
        for line in filter(None, map(str.strip, self.cleaned_data["headers"].splitlines())):
            name, colon, value = line.partition(":")
            if not colon:
                raise forms.ValidationError(_("Write each header as Name: value."))
            found[name.strip()] = value.strip()
        return found

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in EDITABLE}


class NewProviderForm(ProviderForm):
    slug = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("In results and mappings it is called http: and this code."),
    )
    field_order = ["slug"]


class ChangeProviderForm(ProviderForm):
    new_headers = forms.BooleanField(
        label=_("Replace the headers by these"),
        required=False,
        help_text=_("Otherwise those that are kept stay."),
    )
    field_order = ["name", "url", "method", "content_types", "seconds", "headers", "new_headers"]


class ProviderPage(ConsolePage):
    platform = True
    parents = (PROVIDERS,)

    def by(self) -> dict:
        return {"account": self.request.account, "actor": self.request.user, "now": timezone.now()}

    def provider(self, slug: str) -> Provider:
        found = Provider.objects.filter(slug=slug).first()
        if found is None:
            raise Http404
        return found


@register("providers/", name="moderation_providers")
class Providers(ProviderPage):
    title = _("Outside providers")
    parents = ()
    template_name = "moderation/providers.html"

    def get(self, request):
        rows = Provider.objects.order_by("slug").prefetch_related("consents")
        return self.render(
            providers=[(provider, mapping_of(provider.engine)) for provider in rows],
            presets=PRESETS.values(),
        )


@register("providers/new/", name="moderation_provider_new")
class NewProvider(ProviderPage):
    title = _("Describe a provider")
    template_name = "moderation/provider_new.html"

    def get(self, request):
        preset = PRESETS.get(request.GET.get("preset", ""), PRESETS["generic"])
        values = {
            "slug": preset.code,
            "name": preset.name,
            "url": preset.url,
            "content_types": preset.content_types,
            "headers": "\n".join(preset.headers),
            "template": in_lines(preset.template),
            "answer": in_lines(preset.answer),
            "mapping": written_mapping(preset.mapping),
        }
        return self.render(form=NewProviderForm(initial=values))

    def post(self, request):
        form = NewProviderForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                provider = create_provider(
                    slug=data["slug"],
                    values=form.values(),
                    headers=data["headers"],
                    mapping=data["mapping"],
                    **self.by(),
                )
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("The provider is described. It is switched off, and nothing is sent to it."))
                return self.go("moderation_provider", provider.slug)
        return self.render(form=form, status=400)


@register("providers/<slug:slug>/", name="moderation_provider")
class OneProvider(ProviderPage):
    template_name = "moderation/provider.html"

    def dispatch(self, request, slug):
        if request.user.is_superuser:
            self.found = self.provider(slug)
        return super().dispatch(request)

    def get_title(self):
        return self.found.name

    def get(self, request):
        values = {name: getattr(self.found, name) for name in EDITABLE} | {
            "template": in_lines(self.found.template),
            "answer": in_lines(self.found.answer),
            "mapping": written_mapping(mapping_of(self.found.engine)),
        }
        return self.show(ChangeProviderForm(initial=values))

    def show(self, form):
        return self.render(
            form=form,
            provider=self.found,
            headers=sorted(headers_of(self.found)),
            consents=self.found.consents.count(),
            status=400 if form.errors else 200,
        )

    def post(self, request):
        form = ChangeProviderForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                change_provider(
                    provider=self.found,
                    values=form.values(),
                    headers=data["headers"] if data["new_headers"] else None,
                    mapping=data["mapping"],
                    **self.by(),
                )
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("Saved."))
                return self.go("moderation_provider", self.found.slug)
        return self.show(form)


@register("providers/<slug:slug>/switch/", name="moderation_provider_switch")
class SwitchProvider(ProviderPage):
    http_method_names = ["post"]

    def post(self, request, slug):
        is_on = request.POST.get("is_on") == "on"
        switch_provider(
            provider=self.provider(slug),
            is_on=is_on,
            confirmed=request.POST.get("confirmed") == "yes",
            **self.by(),
        )
        self.say(_("The provider is switched on.") if is_on else _("The provider is switched off."))
        return self.go("moderation_provider", slug)


@register("providers/<slug:slug>/delete/", name="moderation_provider_delete")
class DeleteProvider(ProviderPage):
    http_method_names = ["post"]

    def post(self, request, slug):
        delete_provider(provider=self.provider(slug), **self.by())
        self.say(_("Deleted."))
        return self.go("moderation_providers")


@register("outside/", name="moderation_outside")
class Outside(ConsolePage):
    """What of this account's content goes to whom."""

    title = _("Content that leaves this host")
    ability = "policy.view"
    template_name = "moderation/outside.html"

    def get(self, request):
        given = set(self.owned(ProviderConsent).values_list("provider_id", "service_id"))
        services = list(self.owned(Service).for_machine().by_code())
        rows = [
            (
                provider,
                [
                    (service, (provider.pk, service.pk) in given)
                    for service in services
                    if service.content_type in provider.content_types
                ],
            )
            for provider in Provider.objects.order_by("slug")
            if provider.is_on or any(pk == provider.pk for pk, _service in given)
        ]
        return self.render(rows=rows, may_publish=self.can("policy.publish"))

    def post(self, request):
        self.require("policy.publish")
        provider = Provider.objects.filter(slug=request.POST.get("provider", "")).first()
        if provider is None:
            raise NotFound()
        wanted = set(request.POST.getlist("services"))
        for service in self.owned(Service).for_machine().by_code():
            if service.content_type in provider.content_types:
                consent(
                    provider=provider,
                    service=service,
                    is_given=str(service.pk) in wanted,
                    actor=request.user,
                    now=timezone.now(),
                )
        self.say(_("Saved."))
        return self.go("moderation_outside")


navigate(
    NavItem(
        "administration",
        _("Outside providers"),
        "moderation_providers",
        icon="cloud_upload",
        platform=True,
        order=86,
        covers=("moderation_provider", "moderation_provider_new"),
    ),
    NavItem("machine", _("Leaves this host"), "moderation_outside", "cloud_upload", "policy.view", order=45),
)
