from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2Widget

from config.accounts.models import Account
from config.accounts.operations.accounts import change_account, open_account
from config.console.navigation import NavItem, register
from config.console.owned import PlatformAdmin


class AccountForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), widget=UnfoldAdminSelect2Widget, choices=lambda: time_zones(), initial="UTC"
    )

    class Meta:
        model = Account
        fields = ["name", "uid", "time_zone", "is_active", "manual_review_on"]


def time_zones() -> list[tuple[str, str]]:
    names = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name) for name in sorted(names))]


@admin.register(Account)
class AccountAdmin(PlatformAdmin):
    form = AccountForm
    list_display = ["name", "uid", "time_zone", "is_active", "manual_review_on", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "uid"]
    ordering = ["name", "id"]
    fields = ["name", "uid", "time_zone", "is_active", "manual_review_on"]

    def get_readonly_fields(self, request, obj=None):
        return ["uid"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "uid" in form.base_fields:
            form.base_fields["uid"].required = False
            form.base_fields["uid"].help_text = _("Left empty, one is made.")
        return form

    def save_model(self, request, obj, form, change):
        now = timezone.now()
        if not change:
            opened = open_account(
                name=obj.name, uid=obj.uid, time_zone=obj.time_zone, actor=request.user, now=now
            )
            obj.pk, obj.uid, obj.created_at = opened.pk, opened.uid, opened.created_at
        changes = {name: form.cleaned_data[name] for name in self.changed(form, change)}
        if changes:
            change_account(account=obj, changes=changes, actor=request.user, now=now)

    def changed(self, form, change) -> list[str]:
        settled_on_opening = set() if change else {"name", "uid", "time_zone"}
        return [name for name in form.changed_data if name not in settled_on_opening]


register(
    NavItem(
        "administration",
        _("Accounts"),
        "accounts_account_changelist",
        icon="domain",
        platform=True,
        order=80,
    )
)
