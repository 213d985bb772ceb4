"""What stands beside an item: its past, its like, its author's others; and what is said about it."""

from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from config.console.pages import register
from review.admin.workbench.bodies import Said, read
from review.admin.workbench.shown import CONTENT, Shower
from review.admin.workbench.work import Endpoint, with_rules
from review.models import ItemNote, ReviewItem
from review.operations.escalation import add_note, escalate
from review.operations.skips import skip
from review.similar import precedents, similar_open

OTHERS = 6


class Beside(Endpoint):
    http_method_names = ["get"]

    def item(self) -> ReviewItem:
        asked = self.request.GET.get("item", "")
        item = self.one(ReviewItem, pk=int(asked) if asked.isdecimal() else 0)
        if item.result is None:
            raise Http404
        return item

    def similar(self, item: ReviewItem):
        """Of the open items like it those that no colleague has in hand."""
        who = {"account": self.request.account, "reviewer": self.request.user}
        return similar_open(item=item, now=timezone.now(), **who)


@register("review-queue/context/", name="review_context")
class Context(Beside):
    """Earlier decisions on the same and similar content, the author's other items, and notes."""

    def get(self, request):
        item = self.item()
        similar = self.similar(item)
        past = precedents(account=request.account, item=item)
        context = {
            "item": item,
            "similar": len(similar),
            "precedents": past,
            "others": self.others(item),
            "notes": list(self.owned(ItemNote).filter(item=item).select_related("author").order_by("id")),
        }
        return JsonResponse(
            {
                "item": item.pk,
                "similar": len(similar),
                "html": render_to_string("review/workbench/context.html", context, request),
            }
        )

    def others(self, item: ReviewItem) -> list[ReviewItem]:
        """The author's newest other items; without an author, those of the same data id."""
        rows = self.owned(ReviewItem).exclude(pk=item.pk).filter(result__isnull=False)
        if item.author_id:
            rows = rows.filter(author_id=item.author_id)
        elif item.data_id:
            rows = rows.filter(data_id=item.data_id)
        else:
            return []
        return list(rows.newest_first().select_related("result")[:OTHERS])


@register("review-queue/similar/", name="review_similar")
class Similar(Beside):
    """Open items of the same or similar content, and the three to look at before all are decided alike."""

    def get(self, request):
        found = self.similar(self.item())
        shown = with_rules(list(found.shown))
        shower = Shower(request.account, "focus")
        shower.pieces = (CONTENT,)
        return JsonResponse({"items": [item.pk for item in found.items], "shown": shower.cards(shown)})


@register("review-queue/skip/", name="review_skip")
class SkipItem(Endpoint):
    def post(self, request):
        said = read(request, Said)
        skip(
            account=request.account,
            item_id=said.item,
            reviewer=request.user,
            reason=said.text,
            now=timezone.now(),
        )
        return JsonResponse({"item": said.item})


@register("review-queue/escalate/", name="review_escalate")
class EscalateItem(Endpoint):
    def post(self, request):
        said = read(request, Said)
        escalate(
            account=request.account,
            item_id=said.item,
            reviewer=request.user,
            note=said.text,
            now=timezone.now(),
        )
        return JsonResponse({"item": said.item})


@register("review-queue/note/", name="review_note")
class NoteItem(Endpoint):
    def post(self, request):
        said = read(request, Said)
        add_note(
            account=request.account,
            item_id=said.item,
            author=request.user,
            text=said.text,
            now=timezone.now(),
        )
        return JsonResponse({"item": said.item})
