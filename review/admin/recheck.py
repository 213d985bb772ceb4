"""The Recheck page: everything that people reviewed, for somebody else to look at again."""

from dataclasses import replace

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import register
from review.admin.items_page import ItemsPage
from review.admin.pieces import RECHECK
from review.states import Mode

MANUAL = (Mode.HUMAN_MACHINE.value, Mode.HUMAN_ONLY.value)


def has_manual_review(request) -> bool:
    return request.account is not None and request.account.manual_review_on


@register("recheck/", name="review_recheck")
class Recheck(ItemsPage):
    """There is no such page for an account without the manual review service."""

    kind = RECHECK
    title = _("Recheck")
    ability = "review.recheck"
    act_url = "admin:review_recheck_act"
    batch_pass, batch_block = _("Batch mark as pass"), _("Batch Mark as Block")
    segments = (
        (
            "mode",
            _("Review mode"),
            (
                ("", _("All manual review")),
                (Mode.HUMAN_MACHINE.value, Mode.HUMAN_MACHINE.label),
                (Mode.HUMAN_ONLY.value, Mode.HUMAN_ONLY.label),
                (Mode.AUDIT.value, Mode.AUDIT.label),
            ),
        ),
        (
            "result",
            _("Manual review result"),
            (("", _("All")), ("pass", _("Pass")), ("review", _("Review")), ("block", _("Block"))),
        ),
    )
    fields = ("service", "violation", "recheck", "recheck_violation", "task_id", "data_id")

    def dispatch(self, request, *args, **kwargs):
        if self.is_for(request) and not has_manual_review(request):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def bounded(self, asked):
        return asked if asked.modes else replace(asked, modes=MANUAL)


add_to_sidebar(
    NavItem(
        "review",
        _("Recheck"),
        "review_recheck",
        "rule",
        "review.recheck",
        order=15,
        needs_manual_review=True,
    )
)
