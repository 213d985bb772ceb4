from django.contrib import admin
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.audit.records import name_of
from config.console import dashboard
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.owned import OwnedAdmin, ReadOnlyMixin
from config.console.pages import ConsolePage, register
from config.console.refusals import wants_json
from moderation.catalogue.names import label_name
from review.cards import card_of, categories_for
from review.models import Decision, ReviewItem
from review.operations.claims import claim, release
from review.operations.decisions import decide

BATCH = 12
COUNT_CAP = 1000


def waiting_in(account, now) -> tuple[int, object]:
    """How many items are free, counted up to a cap, and since when the oldest waits."""
    free = ReviewItem.objects.owned_by(account).free(now)
    oldest = free.order_by("id").values_list("created_at", flat=True).first()
    return free.order_by()[:COUNT_CAP].count(), oldest


@register("review-queue/", name="review_queue")
class Queue(ConsolePage):
    """The reviewer's desk: a batch of items in hand, decided with a key each."""

    title = _("Review queue")
    ability = "review.decide"
    template_name = "review/queue.html"

    def get(self, request):
        now = timezone.now()
        items = claim(account=request.account, reviewer=request.user, count=BATCH, now=now)
        kinds = {item.content_type for item in items}
        categories = {kind: categories_for(kind) for kind in kinds}
        waiting, oldest = waiting_in(request.account, now)
        return self.render(
            cards=[card_of(item, categories[item.content_type]) for item in items],
            waiting=waiting,
            waiting_capped=waiting == COUNT_CAP,
            oldest=oldest,
        )


@register("review-decide/", name="review_decide")
class Decide(ConsolePage):
    ability = "review.decide"
    http_method_names = ["post"]

    def post(self, request):
        label = request.POST.get("label", "")
        item_id = request.POST.get("item", "")
        decision = decide(
            account=request.account,
            item_id=int(item_id) if item_id.isascii() and item_id.isdigit() else 0,
            reviewer=request.user,
            outcome="block" if label else request.POST.get("outcome", ""),
            label=label,
            note=request.POST.get("note", ""),
            now=timezone.now(),
        )
        said = _("Blocked: %(label)s") % {"label": label_name(label)} if label else _("Passed")
        if wants_json(request):
            return JsonResponse({"decision": decision.pk, "outcome": decision.outcome, "said": str(said)})
        self.say(said)
        return self.go("review_queue")


@register("review-release/", name="review_release")
class Release(ConsolePage):
    ability = "review.decide"
    http_method_names = ["post"]

    def post(self, request):
        release(account=request.account, reviewer=request.user, now=timezone.now())
        return HttpResponse(status=204)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "results.view"
    is_keyset = True
    list_display = ["decided", "by", "stage", "outcome", "shown_label", "undone", "service", "request_id"]
    list_display_links = None
    list_filter = ["outcome", "stage"]
    list_select_related = ["reviewer", "reviewer_key", "item__service"]

    @admin.display(description=_("Time"))
    def decided(self, decision):
        return timezone.localtime(decision.decided_at).strftime("%Y-%m-%d %H:%M:%S")

    @admin.display(description=_("Reviewer"))
    def by(self, decision):
        return name_of(decision.decider)

    @admin.display(description=_("Label"))
    def shown_label(self, decision):
        return label_name(decision.label) if decision.label else None

    @admin.display(description=_("Undone"))
    def undone(self, decision):
        undone_at = decision.undone_at
        return timezone.localtime(undone_at).strftime("%Y-%m-%d %H:%M:%S") if undone_at else None

    @admin.display(description=_("Service"))
    def service(self, decision):
        return decision.item.service.name

    @admin.display(description=_("Request id"))
    def request_id(self, decision):
        return decision.item.request_id


@dashboard.register(ability="review.decide", order=20)
def waiting_card(request):
    waiting, oldest = waiting_in(request.account, timezone.now())
    return dashboard.Card(
        title=_("Waiting for review"),
        value=f"{waiting}+" if waiting == COUNT_CAP else waiting,
        note=_("oldest since %(time)s") % {"time": timezone.localtime(oldest).strftime("%m-%d %H:%M")}
        if oldest
        else "",
        link="admin:review_queue",
        tone="warn" if waiting else "good",
    )


add_to_sidebar(
    NavItem("review", _("Review queue"), "review_queue", "gavel", "review.decide", order=10),
    NavItem("review", _("Decisions"), "review_decision_changelist", "history", "results.view", order=20),
)
