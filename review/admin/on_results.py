"""What review brings to the pages of results: the feedback menu, decisions, and the feedback given."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.roles import can
from config.audit.records import name_of
from config.console.dashboard import Panel
from moderation.models.content import RiskLevel
from moderation.results_hooks import Entry, Menu, menus, panels, veilers
from review.admin.pieces import veiled_groups
from review.models import Decision, Feedback

Kind = Feedback.Kind


def feedback_menu(request, results) -> Menu:
    """Whoever sees results sees what was said of them; the menu is for those who may say it."""
    given: dict[int, list[Feedback]] = {}
    for feedback in Feedback.objects.owned_by(request.account).open().filter(result__in=results):
        given.setdefault(feedback.result_id, []).append(feedback)
    may_give = can(request.user, request.account, "results.feedback")
    back = request.get_full_path()
    entries = {}
    for result in results:
        standing = {one.kind: one for one in given.get(result.pk, ())}
        notes = tuple((one.get_kind_display(), "warn") for one in standing.values())
        links = tuple(links_for(result, standing, back)) if may_give else ()
        if notes or links:
            entries[result.pk] = Entry(notes, links)
    return Menu(_("Feedback"), entries)


def links_for(result, standing, back):
    for kind in Kind if result.is_judged else ():
        if kind == Kind.FALSE_POSITIVE and result.level == RiskLevel.NONE:
            continue  # nothing was found that could be wrong
        name = _("Withdraw: %(kind)s") % {"kind": kind.label} if kind in standing else kind.label
        query = urlencode({"kind": kind.value, "back": back})
        yield name, f"{reverse('admin:review_feedback', args=[result.pk])}?{query}"


def decisions_panel(request, result) -> Panel | None:
    decisions = list(
        Decision.objects.owned_by(request.account)
        .filter(item__result=result)
        .select_related("reviewer", "reviewer_key")
        .order_by("-round")
    )
    item = getattr(result, "review_item", None)
    if item is None:
        return None
    for decision in decisions:
        decision.by = name_of(decision.decider)
    return Panel(
        title=_("Human review"),
        template="review/decisions_of_result.html",
        context={"decisions": decisions, "item": item},
    )


def feedback_panel(request, result) -> Panel | None:
    history = list(
        Feedback.objects.owned_by(request.account)
        .filter(result=result)
        .select_related("given_by", "given_by_key", "withdrawn_by", "withdrawn_by_key")
        .newest_first()
    )
    if not history:
        return None
    return Panel(
        title=_("Feedback"),
        template="review/feedback_of_result.html",
        context={"history": history, "may_give": can(request.user, request.account, "results.feedback")},
    )


menus.append(feedback_menu)
panels.extend([decisions_panel, feedback_panel])
veilers.append(veiled_groups)
