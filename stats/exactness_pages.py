"""Whether the figures are right: each day's counters beside its results, what differs, and mending it."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console import notices
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from stats.exactness.checks import check_day
from stats.exactness.repair import repair_day
from stats.models import UsageCheck, UsageDrift
from stats.periods import RangeInvalid, read_date
from stats.reads import today_in

CHECKS_SHOWN, DRIFTS_SHOWN = 62, 100


@register("usage/exactness/", name="stats_exactness")
class ExactnessPage(ConsolePage):
    title = _("Exactness of the figures")
    ability = "stats.view"
    template_name = "stats/exactness.html"
    parents = ((_("Usage statistics"), "stats_usage"),)

    def get(self, request):
        checks = list(self.owned(UsageCheck).order_by("-day")[:CHECKS_SHOWN])
        drifts = self.owned(UsageDrift).select_related("service").newest_first()
        standing = drifts.standing()
        states = [check.state for check in checks]
        return self.render(
            checks=checks,
            exact=states.count(UsageCheck.State.EXACT),
            differing=states.count(UsageCheck.State.DRIFT),
            latest=max((check.checked_at for check in checks), default=None),
            drifts=standing[:DRIFTS_SHOWN],
            figures=standing.count(),
            mended=drifts.exclude(repaired_at=None).order_by("-repaired_at", "-day")[:DRIFTS_SHOWN],
            days=settings.ASSAY_RECOUNTED_DAYS,
            today=today_in(request.account, timezone.now()),
            may_mend=self.can("stats.manage"),
        )


class OneDay(ConsolePage):
    """A form of the page above, sent with one day."""

    http_method_names = ["post"]

    def day(self) -> date:
        asked = read_date(self.request.POST.get("day", ""), field="day")
        if asked is None or asked > today_in(self.request.account, timezone.now()):
            raise RangeInvalid(field="day")
        return asked

    def say_how(self, check: UsageCheck) -> None:
        named = {"day": check.day.isoformat()}
        if check.state == UsageCheck.State.EXACT:
            self.say(_now("%(day)s is exact.") % named)
        elif check.state == UsageCheck.State.DRIFT:
            self.say(_now("%(day)s differs: see below.") % named, messages.WARNING)
        else:
            self.say(_now("What %(day)s should say cannot be told.") % named, messages.WARNING)


@register("usage/exactness/check/", name="stats_exactness_check")
class CheckDay(OneDay):
    ability = "stats.view"

    def post(self, request):
        self.say_how(check_day(account=request.account, day=self.day(), now=timezone.now()))
        return self.go("stats_exactness")


@register("usage/exactness/mend/", name="stats_exactness_mend")
class MendDay(OneDay):
    ability = "stats.manage"

    def post(self, request):
        self.say_how(
            repair_day(account=request.account, day=self.day(), actor=request.user, now=timezone.now())
        )
        return self.go("stats_exactness")


@notices.register(ability="stats.manage")
def figures_that_differ(request):
    days = len(
        UsageDrift.objects.owned_by(request.account).standing().order_by("day").values_list("day").distinct()
    )
    if not days:
        return []
    text = ngettext(
        "The figures of %(n)s day differ from its results.",
        "The figures of %(n)s days differ from their results.",
        days,
    ) % {"n": days}
    return [notices.Notice(text, reverse("admin:stats_exactness"))]


add_to_sidebar(NavItem("usage", _("Exactness"), "stats_exactness", "fact_check", "stats.view", order=90))
