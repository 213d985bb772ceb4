"""Legal holds: which stand, who placed them and why; placing and releasing them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.console.paging import id_from
from config.errors import PlatformError
from config.retention.holds import LONGEST_REASON, LONGEST_VALUE, place_hold, release_hold
from config.retention.models import LegalHold

PAGE = 50
PARENTS = ((_("Legal holds"), "legal_holds"),)


@register("holds/", name="legal_holds")
class LegalHolds(ConsolePage):
    title = _("Legal holds")
    ability = "retention.view"
    template_name = "retention/holds.html"

    def get(self, request):
        now, before = timezone.now(), id_from(request.GET.get("before", ""))
        rows = self.owned(LegalHold).newest_first()
        shows_all = request.GET.get("show") == "all"
        if not shows_all:
            rows = rows.standing(now)
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows[: PAGE + 1])
        return self.render(
            holds=[(one, one.stands(now)) for one in found[:PAGE]],
            older=found[PAGE - 1].pk if len(found) > PAGE else "",
            shows_all=shows_all,
            may_manage=self.can("retention.manage"),
        )


class HoldForm(forms.Form):
    scope = forms.ChoiceField(label=_("What is held"), choices=LegalHold.Scope.choices)
    value = forms.CharField(
        label=_("Id"),
        required=False,
        max_length=LONGEST_VALUE,
        help_text=_("Of the author, the content, the request or the recording. Empty for the whole account."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day, on the account's clock. Empty: until somebody releases it."),
    )

    def as_asked(self, account) -> dict:
        data = self.cleaned_data
        day, zone = data.pop("until"), ZoneInfo(account.time_zone)
        return data | {"until": datetime.combine(day, time.max, zone) if day else None}


@register("holds/new/", name="legal_hold_new")
class NewHold(ConsolePage):
    title = _("New legal hold")
    ability = "retention.manage"
    template_name = "console/form_page.html"
    parents = PARENTS

    def get(self, request):
        return self.ask(HoldForm())

    def post(self, request):
        form = HoldForm(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            place_hold(
                account=request.account,
                actor=request.user,
                now=timezone.now(),
                **form.as_asked(request.account),
            )
        except PlatformError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self.ask(form)
        self.say(_("The hold stands: nothing that it is on is purged or erased."))
        return self.go("legal_holds")

    def ask(self, form):
        return self.render(form=form, submit=_("Place the hold"), back="admin:legal_holds")


@register("holds/<int:hold_id>/release/", name="legal_hold_release")
class ReleaseHold(ConsolePage):
    title = _("Release legal hold")
    ability = "retention.manage"
    template_name = "console/confirm.html"
    parents = PARENTS

    def get(self, request, hold_id):
        hold = self.one(LegalHold, pk=hold_id)
        return self.render(
            subject=f"{hold.get_scope_display()} {hold.value}".strip(),
            question=_(
                "What was held may be purged and erased from the next moment on, and does not come back."
            ),
            submit=_("Release the hold"),
            is_dangerous=True,
            back="admin:legal_holds",
        )

    def post(self, request, hold_id):
        release_hold(account=request.account, hold_id=hold_id, actor=request.user, now=timezone.now())
        self.say(_("The hold is released."))
        return self.go("legal_holds")
