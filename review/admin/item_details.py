"""One item with all that is known of it: a panel beside the lists, or a page of its own without a script."""

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.audit.records import name_of
from config.console.pages import ConsolePage, register
from moderation.admin.results import console_address
from moderation.result_reasons import text_of
from review.admin.pieces import AUDIT, RECHECK, Pieces
from review.admin.workbench.shown import recordings_of
from review.items_query import with_words
from review.models import Decision, ItemNote, ReviewItem
from review.similar import precedents, similar_open

LISTS = {AUDIT: (_("Audit"), "review_audit"), RECHECK: (_("Recheck"), "review_recheck")}
MOST_PRECEDENTS = 6


@register("review-items/<int:item_id>/", name="review_item")
class ItemDetails(ConsolePage):
    title = _("Details")
    ability = "review.decide"
    http_method_names = ["get"]

    @cached_property
    def kind(self) -> str:
        asked = self.request.GET.get("on")
        may = asked == RECHECK and self.can("review.recheck") and self.request.account.manual_review_on
        return RECHECK if may else AUDIT

    @property
    def parents(self):
        return (LISTS[self.kind],)

    @property
    def act_url(self) -> str:
        return f"admin:{LISTS[self.kind][1]}_act"

    def get(self, request, item_id):
        item = next(iter(with_words(self.owned(ReviewItem).filter(pk=item_id))), None)
        if item is None:
            raise Http404
        is_panel = "panel" in request.GET
        result, shows_content = item.result, self.can("content.view")
        pieces = Pieces(self, kind=self.kind, now=timezone.now())
        return self.render(
            "review/items/details.html" if is_panel else "review/items/details_page.html",
            piece=pieces.piece(item),
            result=result,
            panel=recordings_of([item]).get(item.result_id) if shows_content else None,
            veils=pieces.veiled,
            shows_content=shows_content,
            text=text_of(result) if result and shows_content else "",
            decisions=self.decisions_of(item),
            notes=self.owned(ItemNote).filter(item=item).select_related("author").order_by("id"),
            same=pieces.of(self.precedents_of(item)),
            similar=len(similar_open(account=request.account, item=item)),
            rules=console_address("moderation_rules", item.service_id) if self.can("policy.view") else "",
            is_panel=is_panel,
            here=request.get_full_path(),
        )

    def decisions_of(self, item):
        """Those undone as well: what a person did is never hidden."""
        made = self.owned(Decision).filter(item=item).select_related("reviewer", "reviewer_key")
        decisions = list(made.order_by("-round"))
        for decision in decisions:
            decision.who = name_of(decision.decider)
        return decisions

    def precedents_of(self, item) -> list[ReviewItem]:
        """What was decided on the same and on similar content, with the words of lists."""
        found = precedents(account=self.request.account, item=item, count=MOST_PRECEDENTS)
        places = {one.pk: place for place, one in enumerate(found)}
        rows = with_words(self.owned(ReviewItem).filter(pk__in=places))
        return sorted(rows, key=lambda one: places[one.pk])
