from dataclasses import replace

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.errors import Invalid
from stats.asked import read_asked
from stats.chart_files import CHARTS, chart_answer
from stats.exports.usage_report import export_usage
from stats.page_content import page_content


@register("usage/", name="stats_usage")
class UsagePage(ConsolePage):
    """Calls and hits of the account, as figures, as charts, and as tables for those who would rather read."""

    title = _("Usage statistics")
    ability = "stats.view"
    template_name = "stats/usage.html"

    def get(self, request):
        now, fault = timezone.now(), ""
        try:
            asked = read_asked(request.GET, account=request.account, now=now)
        except Invalid as error:
            # A refusal would send the person away from the form that is to be corrected.
            asked, fault = read_asked(QueryDict(), account=request.account, now=now), str(error.message)
        content = page_content(
            account=request.account, asked=asked, may_open=self.can("results.view"), now=now
        )
        return self.render(**content, fault=fault)


@register("usage/charts/<slug:name>.svg", name="stats_usage_chart")
class UsageChart(ConsolePage):
    """One chart of the page as a file of its own."""

    ability = "stats.view"
    http_method_names = ["get"]

    def get(self, request, name):
        if name not in CHARTS:
            raise Http404
        now = timezone.now()
        return chart_answer(
            name=name,
            account=request.account,
            asked=read_asked(request.GET, account=request.account, now=now),
            theme=request.GET.get("theme", ""),
            now=now,
        )


@register("usage/export/", name="stats_usage_export")
class UsageExport(ConsolePage):
    ability = "stats.view"
    http_method_names = ["get"]

    def get(self, request):
        now = timezone.now()
        asked = read_asked(request.GET, account=request.account, now=now)
        return export_usage(
            account=request.account,
            asked=replace(asked, period=asked.period.by_day()),
            kind=request.GET.get("format", "csv"),
            columns=request.GET.getlist("column"),
            actor=request.user,
            now=now,
        )
