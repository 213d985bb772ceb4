from datetime import UTC, datetime, time

from django import forms
from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import ApiKey
from config.accounts.operations.keys import issue_key, revoke_key, rotate_key
from config.accounts.scopes import SCOPES
from config.console.navigation import NavItem, register
from config.console.pages import ConsolePage
from config.console.pages import register as page
from config.errors import PlatformError

PARENTS = ((_("API keys"), "api_keys"),)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Who uses it: two keys of one name may live at a time.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=SCOPES.items, initial=list(SCOPES), widget=forms.CheckboxSelectMultiple
    )
    calls_per_minute = forms.IntegerField(
        label=_("Calls per minute"), min_value=1, max_value=1_000_000, initial=6000
    )
    expires_on = forms.DateField(
        label=_("Expires after"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day on which it works, in UTC. Empty: never."),
    )
    ip_allow_list = forms.CharField(
        label=_("Allowed addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "203.0.113.7\n10.0.0.0/8"}),
        help_text=_("One address or network a line. Empty: from everywhere."),
    )

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.now().date():
            raise forms.ValidationError(_("This day is over."))
        return day

    def as_asked(self) -> dict:
        data = self.cleaned_data
        day = data["expires_on"]
        return {
            "name": data["name"],
            "scopes": data["scopes"],
            "calls_per_minute": data["calls_per_minute"],
            "expires_at": datetime.combine(day, time.max, UTC) if day else None,
            "ip_allow_list": data["ip_allow_list"].split(),
        }


def refuse(form: forms.Form, error: PlatformError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


@page("keys/", name="api_keys")
class Keys(ConsolePage):
    title = _("API keys")
    ability = "keys.view"
    template_name = "console/keys.html"

    def get(self, request):
        now = timezone.now()
        rows = list(self.owned(ApiKey).newest_first()[:200])
        for key in rows:
            key.is_live = key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
            key.has_all_scopes = set(key.scopes) >= set(SCOPES)
        return self.render(keys=rows, may_manage=self.can("keys.manage"))


class KeyPage(ConsolePage):
    ability = "keys.manage"
    parents = PARENTS

    def show_once(self, issued, title):
        self.title = title
        return self.render("console/key_issued.html", issued=issued, public_url=settings.ASSAY_PUBLIC_URL)


@page("keys/new/", name="api_key_new")
class NewKey(KeyPage):
    title = _("New API key")
    template_name = "console/form_page.html"

    def get(self, request):
        return self.ask(KeyForm())

    def ask(self, form):
        return self.render(form=form, submit=_("Create key"), back="admin:api_keys")

    def post(self, request):
        form = KeyForm(request.POST)
        if form.is_valid():
            try:
                issued = issue_key(
                    account=request.account, actor=request.user, now=timezone.now(), **form.as_asked()
                )
                return self.show_once(issued, _("Key created"))
            except PlatformError as error:
                refuse(form, error)
        return self.ask(form)


class OneKey(KeyPage):
    template_name = "console/confirm.html"
    question = ""
    submit = ""
    is_dangerous = False

    def dispatch(self, request, pk, **kwargs):
        self.key = get_object_or_404(ApiKey.objects.owned_by(request.account), pk=pk)
        return super().dispatch(request, **kwargs)

    def get(self, request):
        return self.render(
            subject=str(self.key),
            question=self.question,
            submit=self.submit,
            is_dangerous=self.is_dangerous,
            back="admin:api_keys",
        )


@page("keys/<int:pk>/rotate/", name="api_key_rotate")
class RotateKey(OneKey):
    title = _("Rotate API key")
    question = _("A second key of this name is made now. The old one goes on for 24 hours, then it ends.")
    submit = _("Make the new key")

    def post(self, request):
        issued = rotate_key(key=self.key, actor=request.user, now=timezone.now())
        return self.show_once(issued, _("Key rotated"))


@page("keys/<int:pk>/revoke/", name="api_key_revoke")
class RevokeKey(OneKey):
    title = _("Revoke API key")
    question = _("Calls with this key are refused from the next second on. This cannot be undone.")
    submit = _("Revoke key")
    is_dangerous = True

    def post(self, request):
        revoke_key(key=self.key, actor=request.user, now=timezone.now())
        self.say(_("The key %(key)s is revoked.") % {"key": self.key})
        return self.go("api_keys")


register(
    NavItem(
        "integration",
        _("API keys"),
        "api_keys",
        icon="key",
        ability="keys.view",
        order=10,
        covers=("api_key_new", "api_key_rotate", "api_key_revoke"),
    )
)
