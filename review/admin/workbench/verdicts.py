"""Decisions from the workbench. The browser sends again what it is not sure of: the answer is the same."""

from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from config import request_id
from config.console.pages import register
from config.errors import Invalid, PlatformError, error_body
from moderation.catalogue.names import label_name
from review.admin.workbench.bodies import BatchVerdict, Undo, Verdict, Verdicts, read
from review.admin.workbench.shown import Shower
from review.admin.workbench.work import Endpoint, with_rules
from review.models import Decision
from review.operations.decisions import AlreadyDecided, decide, decide_many
from review.operations.undo import undo


@register("review-queue/decide/", name="review_decide")
class Decide(Endpoint):
    def post(self, request):
        if request.content_type == "application/x-www-form-urlencoded":
            return self.plain(request)
        now = timezone.now()
        return JsonResponse({"results": [self.one(op, now) for op in read(request, Verdicts).ops]})

    def one(self, op: Verdict, now) -> dict:
        try:
            decision = self.decided(op, now)
        except PlatformError as error:
            return {"op": op.op, "status": error.status} | error_body(error, request_id.current())
        return {"op": op.op, "decision": decision.pk, "label": decision.label}

    def decided(self, op: Verdict, now) -> Decision:
        try:
            return decide(
                account=self.request.account,
                item_id=op.item,
                reviewer=self.request.user,
                outcome=op.outcome,
                category=op.category,
                label=op.label,
                reason=op.reason,
                note=op.note,
                handling_ms=op.ms,
                now=now,
            )
        except AlreadyDecided:
            own = self.own(op.item, op)
            if own is None:
                raise
            return own

    def own(self, item_id: int, asked) -> Decision | None:
        """The decision that this very request made when it came the first time."""
        last = self.owned(Decision).filter(item_id=item_id).standing().newest_first().first()
        same = last and last.reviewer_id == self.request.user.pk and last.outcome == asked.outcome
        return last if same and (not asked.category or last.category == asked.category) else None

    def plain(self, request):
        """The form of a browser without scripts: one item, one button."""
        item = request.POST.get("item", "")
        category = request.POST.get("category", "")
        decision = decide(
            account=request.account,
            item_id=int(item) if item.isascii() and item.isdigit() else 0,
            reviewer=request.user,
            outcome="block" if category else request.POST.get("outcome", ""),
            category=category,
            note=request.POST.get("note", ""),
            now=timezone.now(),
        )
        label = decision.label and label_name(decision.label)
        self.say(_("Blocked: %(label)s") % {"label": label} if label else _("Passed"))
        return self.go("review_queue")


@register("review-queue/decide-many/", name="review_decide_many")
class DecideMany(Decide):
    def post(self, request):
        asked, now = read(request, BatchVerdict), timezone.now()
        batch = decide_many(
            account=request.account,
            item_ids=asked.items,
            reviewer=request.user,
            outcome=asked.outcome,
            category=asked.category,
            label=asked.label,
            reason=asked.reason,
            handling_ms=asked.ms,
            now=now,
        )
        batches = {str(batch.id)} if batch.decided else set()
        decided = [decision.item_id for decision in batch.decided]
        refused = {}
        for item_id, error in batch.refused.items():
            own = self.own(item_id, asked) if isinstance(error, AlreadyDecided) else None
            if own is None:
                refused[item_id] = error.as_dict()
            else:
                decided.append(item_id)
                batches |= {str(own.batch)} if own.batch else set()
        return JsonResponse({"batches": sorted(batches), "decided": decided, "refused": refused})


@register("review-queue/undo/", name="review_undo")
class TakeBack(Endpoint):
    """The items wait again, in the reviewer's own hands, and come back with their cards."""

    def post(self, request):
        asked, now = read(request, Undo), timezone.now()
        undone = []
        for batch in asked.batches:
            undone += self.undone({"batch": uuid_of(batch), "decision_ids": None}, now)
        if asked.decisions:
            undone += self.undone({"batch": None, "decision_ids": asked.decisions}, now)
        items = with_rules([decision.item for decision in undone])
        cards = Shower(request.account, asked.view).cards(items) if asked.view else []
        return JsonResponse({"items": [item.pk for item in items], "cards": cards})

    def undone(self, what: dict, now) -> list[Decision]:
        held = self.owned(Decision).filter(undone_by=self.request.user).select_related("item")
        same = {"batch": what["batch"]} if what["batch"] else {"pk__in": what["decision_ids"]}
        before = held.filter(**same)
        if found := list(before):
            return found  # the same request, once more
        return undo(account=self.request.account, actor=self.request.user, now=now, **what)


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(field="batches") from error
