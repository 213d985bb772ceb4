from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.audit.records import name_of
from config.console import dashboard
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.owned import OwnedAdmin, ReadOnlyMixin
from moderation.catalogue.names import label_name
from review.models import Decision
from review.waiting import COUNT_CAP, waiting_in


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
    NavItem("review", _("Decisions"), "review_decision_changelist", "history", "results.view", order=20),
)
