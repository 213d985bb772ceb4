"""Review statistics in the console: the page, its download, and the items behind a figure."""

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import Invalid
from moderation.admin.results import place_in
from moderation.catalogue.names import label_name
from moderation.results_query import Place
from stats.review_asked import read_review_asked
from stats.review_behind import LISTED, BehindAsked, behind, read_behind
from stats.review_content import page_content
from stats.review_report import export_review

PAGE = 50


@register("review-statistics/", name="stats_review")
class ReviewStatistics(ConsolePage):
    title = _("Review statistics")
    ability = "stats.view"
    template_name = "stats/review/statistics.html"

    def get(self, request):
        now, fault = timezone.now(), ""
        try:
            asked = read_review_asked(request.GET, account=request.account, now=now)
        except Invalid as error:
            # A refusal would send the person away from the form that is to be corrected.
            asked = read_review_asked(QueryDict(), account=request.account, now=now)
            fault = str(error.message)
        content = page_content(
            account=request.account, asked=asked, may_open=self.can("results.view"), now=now
        )
        return self.render(**content, fault=fault)


@register("review-statistics/export/", name="stats_review_export")
class ReviewStatisticsExport(ConsolePage):
    ability = "stats.view"
    http_method_names = ["get"]

    def get(self, request):
        now = timezone.now()
        return export_review(
            account=request.account,
            asked=read_review_asked(request.GET, account=request.account, now=now),
            kind=request.GET.get("format", "csv"),
            of=request.GET.get("of", "queues"),
            actor=request.user,
            now=now,
        )


@register("review-statistics/items/", name="stats_review_items")
class ItemsBehind(ConsolePage):
    """The items behind one figure. What they are about is on the page of each, for those who may see it."""

    title = _("Items behind a figure")
    ability = "results.view"
    parents = ((_("Review statistics"), "stats_review"),)
    template_name = "stats/review/items.html"

    @cached_property
    def asked(self) -> BehindAsked:
        return read_behind(self.request.GET, account=self.request.account, now=timezone.now())

    def get_title(self):
        return LISTED[self.asked.what]

    def get(self, request):
        before = place_in(request.GET.get("before", ""))
        found = behind(self.asked, account=request.account, after=before, limit=PAGE + 1)
        items, shown = found[:PAGE], (before.shown if before else 0)
        last = items[-1] if items else None
        return self.render(
            asked=self.asked,
            label=self.asked.label and label_name(self.asked.label),
            rows=[(item, label_name(item.label) if item.label else "", said(item)) for item in items],
            time=self.asked.time,
            first=shown + 1,
            shown=shown + len(items),
            newest=self.query(before=None) if before else "",
            older=self.query(before=str(Place(getattr(last, self.asked.time), last.pk, shown + len(items))))
            if len(found) > PAGE
            else "",
            may_open=self.can("review.decide"),
        )

    def query(self, before: str | None) -> str:
        query = self.request.GET.copy()
        query.pop("before", None)
        if before:
            query["before"] = before
        return query.urlencode()


def said(item) -> list[tuple[str, str, str]]:
    """What people said of it: a word, its tone and the label, the recheck last."""
    words = [(item.outcome, item.decided_label)]
    if item.recheck_outcome:
        words.append((item.recheck_outcome, item.recheck_label))
    tones = {"pass": "good", "block": "bad"}
    names = {"pass": _("Pass"), "block": _("Block")}
    return [(names[outcome], tones[outcome], label_name(label) if label else "") for outcome, label in words]


add_to_sidebar(
    NavItem(
        "usage",
        _("Review statistics"),
        "stats_review",
        "analytics",
        "stats.view",
        order=20,
        covers=("stats_review_items",),
    )
)
