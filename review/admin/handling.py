"""How long the work takes, for leads. By kinds of work: no page of ours lists people by speed."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from review.charts import spread_of
from review.handling import BY, DEFAULT_DAYS, LEAST, MOST, NAMES, handling_times

RANGES = (7, 30, 90)


@register("handling-time/", name="handling_time")
class HandlingTime(ConsolePage):
    title = _("Handling time")
    ability = "review.lead"
    template_name = "review/care/handling.html"

    def get(self, request):
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, RANGES) else DEFAULT_DAYS
        now = timezone.now()
        whole, parts = handling_times(account=request.account, by=BY, days=days, now=now)
        most_ms = max((row.upper for rows in parts.values() for row in rows if not row.is_too_few), default=0)
        return self.render(
            whole=whole,
            parts=[(NAMES[by], [(row, spread(row, most_ms)) for row in rows]) for by, rows in parts.items()],
            days=days,
            ranges=RANGES,
            least=LEAST,
            most=MOST,
            is_most=whole.n == MOST,
        )


def spread(row, most: float):
    return None if row.is_too_few else spread_of(row.lower, row.median, row.upper, most=most)


add_to_sidebar(
    NavItem("review", _("Handling time"), "handling_time", "timer", "review.lead", order=75),
)
