"""Today's figures on the dashboard."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console import dashboard
from moderation.models.content import RiskLevel
from stats import wording
from stats.charts.columns import Column, column_chart
from stats.page_charts import day_named, told, words
from stats.reads import Figures, lately

DAYS = 14


@dashboard.register(ability="stats.view", order=10)
def todays_usage(request):
    days = lately(account=request.account, days=DAYS, now=timezone.now())
    *_earlier, yesterday, today = days.values()
    return [
        dashboard.Card(
            title=_("Calls today"),
            value=wording.count(today.calls),
            note=_("yesterday %(n)s") % {"n": wording.count(yesterday.calls)},
            link="admin:stats_usage",
        ),
        dashboard.Card(
            title=_("Hit share today"),
            value=wording.percent(today.hit_share),
            note=_("yesterday %(n)s") % {"n": wording.percent(yesterday.hit_share)},
            link="admin:stats_usage",
        ),
        dashboard.Panel(
            title=_("The last %(n)s days") % {"n": DAYS},
            template="stats/lately.html",
            context={"columns": chart(days), "levels": levels(today), "whole": sum(days.values(), Figures())},
            link="admin:stats_usage",
        ),
    ]


def chart(days):
    said = words()
    columns = [
        Column(f"{on:%m-%d}", one.hits, one.clean, told(day_named(on), one, said)) for on, one in days.items()
    ]
    return column_chart(columns, spell=said.figures.count, width=560, height=170)


def levels(figures: Figures) -> list[tuple[str, int]]:
    counts = {
        RiskLevel.HIGH: figures.high,
        RiskLevel.MEDIUM: figures.medium,
        RiskLevel.LOW: figures.low,
        RiskLevel.NONE: figures.clean,
    }
    return [(level.value, number) for level, number in counts.items()]
