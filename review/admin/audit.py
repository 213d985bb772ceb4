"""The Audit page: what the machine said, for the account's own people to look at."""

from dataclasses import replace
from datetime import timedelta

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import register
from config.retention.classes import kept_days
from review.admin.items_page import ItemsPage
from review.admin.pieces import AUDIT
from review.states import Mode


@register("audit-results/", name="review_audit")
class Audit(ItemsPage):
    """Results of the levels that the rules of each service send here, for as long as they are kept."""

    kind = AUDIT
    title = _("Audit")
    ability = "review.decide"
    act_url = "admin:review_audit_act"
    batch_pass, batch_block = _("Batch Mark Pass"), _("Batch Mark Block")
    segments = (
        (
            "result",
            _("State"),
            (
                ("", _("Waiting")),
                ("pass", _("Passed")),
                ("block", _("Blocked")),
                ("review,pass,block", _("All")),
            ),
        ),
    )
    fields = ("service", "level", "label", "data_id", "request_id")

    @cached_property
    def kept_days(self) -> int:
        return kept_days(self.request.account, "audit_items")

    def presets(self):
        return {"result": "review"}

    def bounded(self, asked):
        kept_since = self.now - timedelta(days=self.kept_days) if self.kept_days else None
        since = max(filter(None, (asked.starts_at, kept_since)), default=None)
        return replace(asked, modes=(Mode.AUDIT.value,), starts_at=since)


add_to_sidebar(
    NavItem(
        "review", _("Audit"), "review_audit", "fact_check", "review.decide", order=5, covers=("review_item",)
    )
)
