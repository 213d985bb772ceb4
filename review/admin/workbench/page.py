"""The frame of the page where a reviewer sits. Scripts fill it; without them a form decides one item."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from moderation.models.content import ContentType
from review.admin.workbench.shown import Shower, recordings_of
from review.admin.workbench.words import said_words
from review.cards import card_of
from review.keys import NAMES, keys_of
from review.models import Reviewer
from review.operations.care import care_policy_of
from review.operations.claims import claim
from review.operations.undo import last_decisions
from review.viewing import View, view_of
from review.waiting import figures_of

TABS = (ContentType.IMAGE, ContentType.VIDEO, ContentType.TEXT, ContentType.AUDIO)
VIEWS = {"grid": _("Grid"), "focus": _("Focus"), "case": _("Case")}
TILES = (12, 24, 48, 100)
WAYS = (
    "claim", "beat", "release", "decide", "decide_many", "undo",
    "skip", "escalate", "note", "context", "similar",
)  # fmt: skip


@register("review-queue/", name="review_queue")
class Workbench(ConsolePage):
    title = _("Review queue")
    ability = "review.decide"
    template_name = "review/workbench/page.html"

    def get(self, request):
        now = timezone.now()
        figures = figures_of(request.account, now)
        tab = self.tab(figures)
        reviewer = self.owned(Reviewer).filter(user=request.user).first()
        shower = Shower(request.account)
        plain = self.plain(tab, shower, now)
        return self.render(
            tabs=[(one, figures["waiting"][one]) for one in TABS],
            tab=tab,
            views=VIEWS.items(),
            tiles=TILES,
            names=NAMES,
            plain=plain,
            panel=recordings_of([plain.item]).get(plain.item.result_id) if plain else None,
            settings=self.settings(tab, reviewer, shower, figures, now),
        )

    def tab(self, figures) -> str:
        """The one asked for; else the first in which something waits."""
        asked = self.request.GET.get("tab", "")
        if asked in ContentType.values:
            return asked
        return next((one.value for one in TABS if figures["waiting"][one.value]["count"]), TABS[0].value)

    def plain(self, tab, shower, now):
        held = claim(
            account=self.request.account, reviewer=self.request.user, count=1, content_type=tab, now=now
        )
        return next((card_of(item, shower.categories) for item in held if item.result), None)

    def settings(self, tab, reviewer, shower, figures, now) -> dict:
        """What the scripts need to begin with."""
        asked = self.request.GET
        policy = care_policy_of(self.request.account)
        undoable = last_decisions(account=self.request.account, reviewer=self.request.user, now=now)
        return {
            "urls": {way: reverse(f"admin:review_{way}") for way in WAYS},
            "me": f"{self.request.account.pk}.{self.request.user.pk}",
            "tab": tab,
            "view": asked.get("view") if asked.get("view") in VIEWS else "",
            "queue": int(asked["queue"]) if asked.get("queue", "").isdecimal() else None,
            "author": asked.get("author", ""),
            "data": asked.get("data", ""),
            "keys": keys_of(reviewer),
            "look": look_of(reviewer),
            "categories": shower.legend(),
            "figures": figures,
            "break_minutes": policy.break_minutes,
            "undoable": [
                {"decision": one.pk, "batch": str(one.batch or ""), "count": one.together} for one in undoable
            ],
            "words": said_words(),
        }


def look_of(reviewer: Reviewer | None) -> dict:
    view = view_of(reviewer)
    return view.as_dict() | {"blur": view.blur_px, "usual_blur": View().blur_px}


add_to_sidebar(NavItem("review", _("Review queue"), "review_queue", "gavel", "review.decide", order=10))
