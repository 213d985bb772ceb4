"""How long the account keeps what, and what a change would take away."""

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from config.retention.classes import all_classes
from config.retention.holds import holds_of
from config.retention.models import LegalHold, PurgeReceipt
from config.retention.periods import (
    MOST_DAYS,
    Period,
    RetentionClassUnknown,
    period_named,
    periods,
    set_period,
)
from config.retention.preview import SHOWN_MOST, preview

TABS = (("retention", _("Periods")), ("purge_receipts", _("Receipts")))


@register("retention/", name="retention")
class Retention(ConsolePage):
    title = _("Retention")
    ability = "retention.view"
    template_name = "retention/periods.html"

    def get(self, request):
        newest = {one.name: one for one in self.owned(PurgeReceipt).newest_of_each()}
        holds = holds_of(request.account)
        return self.render(
            rows=[(one, newest.get(one.kept.name)) for one in periods(request.account)],
            standing=self.owned(LegalHold).standing(timezone.now()).count(),
            holds_everything=holds.everything,
            may_manage=self.can("retention.manage"),
            tabs=TABS,
            here="retention",
        )


class DaysForm(forms.Form):
    KINDS = (
        ("default", _("As the installation does")),
        ("own", _("For so many days")),
        ("ever", _("For ever")),
    )

    kind = forms.ChoiceField(label=_("Keep it"), choices=KINDS, widget=forms.RadioSelect)
    days = forms.IntegerField(label=_("Days"), required=False, min_value=1, max_value=MOST_DAYS)

    def clean(self):
        data = super().clean()
        if data.get("kind") == "own" and not data.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say for how many days."))
        return data

    def as_days(self) -> int | None:
        return {"default": None, "ever": 0}.get(self.cleaned_data["kind"], self.cleaned_data["days"])


@register("retention/<slug:name>/", name="retention_change")
class ChangePeriod(ConsolePage):
    """Asks twice: first what it is to be, then, with the figures of what would go, whether it is meant."""

    ability = "retention.manage"
    template_name = "retention/change.html"
    parents = ((_("Retention"), "retention"),)

    def dispatch(self, request, name, **kwargs):
        if request.account is None:
            raise Http404
        try:
            self.period = period_named(request.account, name)
        except RetentionClassUnknown as error:
            raise Http404 from error
        return super().dispatch(request, **kwargs)

    def get_title(self):
        return self.period.kept.title

    def get(self, request):
        return self.ask(DaysForm(initial=initial(self.period)))

    def post(self, request):
        form = DaysForm(request.POST)
        if not form.is_valid():
            return self.ask(form)
        days = form.as_days()
        effective = self.period.default if days is None else days
        is_shorter = effective and (not self.period.days or effective < self.period.days)
        if is_shorter and "sure" not in request.POST:
            return self.ask(form, effective=effective, is_sure_asked=True)
        try:
            set_period(
                account=request.account,
                name=self.period.kept.name,
                days=days,
                actor=request.user,
                now=timezone.now(),
            )
        except PlatformError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self.ask(form)
        self.say(_("%(name)s: changed.") % {"name": self.period.kept.title})
        return self.go("retention")

    def ask(self, form, *, effective: int | None = None, is_sure_asked: bool = False):
        return self.render(
            form=form,
            period=self.period,
            is_sure_asked=is_sure_asked,
            effective=effective,
            previews=self.previews(effective if is_sure_asked else self.period.days),
            most=SHOWN_MOST,
        )

    def previews(self, days: int):
        """Of the class and of those that follow it."""
        name = self.period.kept.name
        kept = [one for one in all_classes() if one.forget and name in (one.name, one.follows)]
        asked = {"account": self.request.account, "now": timezone.now(), "days": days, "most": SHOWN_MOST}
        return [preview(kept=one, **asked) for one in kept]


def initial(period: Period) -> dict:
    kind = "default" if period.own is None else "own" if period.own.days else "ever"
    return {"kind": kind, "days": (period.own.days if period.own else period.default) or None}
