"""Video Review: the recordings of the media library, how they stand, and what may be done with them."""

from dataclasses import replace

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from moderation.admin.results import EDGES, as_moment, place_in
from moderation.assets_asked import NAMES, NONE, newest_assets, read_assets_asked, searched_back_to
from moderation.models import MediaAsset
from moderation.models.media import RECORDINGS
from moderation.results_query import Place
from moderation.titles import LOOKED_THROUGH
from review.admin.media_done import done_in
from review.admin.media_rows import reasons_for, rows_of

PAGE = 25
WITHOUT = (NONE, "--")
FIELDS = (
    ("state", _("State"), MediaAsset.State.choices),
    ("review_status", _("Automated review status"), MediaAsset.ReviewStatus.choices),
    ("automated", _("Automated review result"), (WITHOUT, *MediaAsset.Automated.choices)),
    ("final", _("Final review result"), (WITHOUT, *MediaAsset.Final.choices)),
)
TABS = (("", _("All")), *reversed(RECORDINGS))


@register("video-review/", name="media_review")
class VideoReview(ConsolePage):
    title = _("Video Review")
    ability = "content.view"
    template_name = "review/media/list.html"

    def get(self, request):
        asked, faults = read_assets_asked(self.params, account=request.account)
        before = place_in(request.GET.get("before", ""))
        found = newest_assets(asked, account=request.account, after=before, limit=PAGE + 1)
        assets, has_older = found[:PAGE], len(found) > PAGE
        shown = (before.shown if before else 0) + len(assets)
        last = assets[-1] if has_older else None
        further = None if has_older else searched_back_to(asked, account=request.account, after=before)
        further = further and replace(further, shown=shown)
        return self.render(
            rows=rows_of(request.account, assets),
            faults=[fault.message for fault in faults],
            tabs=self.tabs(),
            fields=[(name, title, offered, request.GET.get(name, "")) for name, title, offered in FIELDS],
            values=request.GET,
            edges=[as_moment(self.params.get(name, ""), end) for name, end in EDGES],
            is_custom=any(self.params.get(name) for name, _end in EDGES),
            is_narrowed=any(self.params.get(name) for name in NAMES if name != "content_type"),
            searched_to=further,
            further=self.query_with("before", str(further)) if further else "",
            looked_through=LOOKED_THROUGH,
            done=done_in(request),
            reasons=reasons_for(request.account),
            here=self.here(),
            may_decide=self.can("review.decide"),
            may_manage=self.can("media.manage"),
            first=shown - len(assets) + 1,
            shown=shown,
            newest=self.query_without("before") if before else None,
            older=self.query_with("before", str(Place(last.created_at, last.pk, shown))) if last else "",
        )

    @cached_property
    def params(self):
        """What is asked for: of all times, whatever stands in the fields of a range."""
        params = self.request.GET.copy()
        if params.get("time") == "all":
            for name, _end in EDGES:
                params.pop(name, None)
        return params

    def tabs(self) -> list[tuple[str, str, bool]]:
        here = self.request.GET.get("content_type", "")
        return [(name, self.query_with("content_type", kind), kind == here) for kind, name in TABS]

    def here(self) -> str:
        query = self.query_without()
        return f"{self.request.path}?{query}" if query else self.request.path

    def query_without(self, *names: str) -> str:
        query = self.request.GET.copy()
        for name in ("done", *names):
            query.pop(name, None)
        return query.urlencode()

    def query_with(self, name: str, value: str) -> str:
        query = self.request.GET.copy()
        for gone in ("done", "before", name):
            query.pop(gone, None)
        if value:
            query[name] = value
        return query.urlencode()


add_to_sidebar(
    NavItem(
        "media",
        _("Video Review"),
        "media_review",
        "movie",
        "content.view",
        order=10,
        covers=("media_details", "media_manual"),
    )
)
