"""What the buttons of the Audit and the Recheck page do: decide, recheck, undo, with and without a script."""

from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from config.accounts.manual_review import require_manual_review
from config.console.pages import ConsolePage, register
from config.console.refusals import wants_json
from config.errors import PlatformError
from review.admin.done import read, refusals, sentence, standing_of
from review.admin.pieces import AUDIT, RECHECK, Pieces
from review.categories import categories_of
from review.items_query import with_words
from review.models import Decision, ReviewItem
from review.operations.chosen import NothingChosen
from review.operations.decisions import decide, decide_many
from review.operations.escalation import add_note
from review.operations.recheck import recheck, recheck_many
from review.operations.undo import undo
from review.states import State


@dataclass(slots=True)
class Done:
    decisions: list[Decision] = field(default_factory=list)
    refused: dict[int, PlatformError] = field(default_factory=dict)
    # What undoes it: ids of decisions made alone, and of batches.
    tokens: list[str] = field(default_factory=list)


class ItemsAction(ConsolePage):
    """A POST of a page of items: it answers with the changed items to a script, else goes back there."""

    http_method_names = ["post"]
    kind = AUDIT
    list_url = "review_audit"
    seen = None

    def back(self) -> str:
        asked = self.request.POST.get("back", "")
        if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
            return asked
        return reverse(f"admin:{self.list_url}")

    def answer(self, done: Done, said: str, item_ids: list[int]):
        hindered = refusals(done.refused)
        if wants_json(self.request):
            items = with_words(self.owned(ReviewItem).filter(pk__in=item_ids))
            return JsonResponse(
                {
                    "said": said,
                    "refused": hindered,
                    "tokens": ",".join(done.tokens),
                    "pieces": {piece.item.pk: self.drawn(piece) for piece in self.pieces_of(items)},
                }
            )
        if hindered:
            self.say(hindered, messages.WARNING)
        return HttpResponseRedirect(with_done(self.back(), done.tokens))

    def pieces_of(self, items):
        return Pieces(self, kind=self.kind, now=timezone.now()).of(items)

    def drawn(self, piece) -> str:
        return render_to_string(
            "review/items/piece.html", {"piece": piece, "page": self}, request=self.request
        )


class ActOnItems(ItemsAction):
    """Passes or blocks: the item of the button pressed, or all that are ticked."""

    def post(self, request):
        ids, outcome = self.asked()
        self.seen = seen_in(request.POST.get(outcome, ""))
        if outcome == "block" and not (request.POST.get("category") or request.POST.get("label")):
            return self.ask_for_category(ids)
        done = self.act(ids, outcome)
        if not done.decisions and len(ids) == 1 and done.refused:
            raise next(iter(done.refused.values()))
        return self.answer(done, sentence(done.decisions), ids)

    def asked(self) -> tuple[list[int], str]:
        posted = self.request.POST
        for outcome in ("pass", "block"):
            if posted.get(outcome):
                return ids_in([posted[outcome].partition("-")[0]]), outcome
        return ids_in(posted.getlist("items")), posted.get("outcome", "")

    def ask_for_category(self, ids: list[int]):
        """Without a script the dialog is a page of its own."""
        items = with_words(self.owned(ReviewItem).filter(pk__in=ids))
        kinds = {item.content_type for item in items}
        return self.render(
            "review/items/block.html",
            pieces=self.pieces_of(items),
            categories=categories_of(self.request.account, kinds.pop() if len(kinds) == 1 else ""),
            act_url=self.request.path,
            back=self.back(),
            pressed=self.request.POST.get("block", ""),
        )

    def act(self, ids: list[int], outcome: str) -> Done:
        raise NotImplementedError

    def terms(self, outcome: str) -> dict:
        """What the operations are told beside the items."""
        posted, is_block = self.request.POST, outcome == "block"
        return {
            "account": self.request.account,
            "reviewer": self.request.user,
            "outcome": outcome,
            "category": posted.get("category", "") if is_block else "",
            "label": posted.get("label", "") if is_block else "",
            "reason": posted.get("reason", "") if is_block else "",
            "note": posted.get("note", ""),
            "now": timezone.now(),
        }


def seen_in(text: str) -> int | None:
    """The decision that stood beside the button pressed: 17-93 is item 17 with decision 93."""
    _item, _dash, seen = text.partition("-")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None


def run(one, many, ids: list[int], terms: dict, done: Done) -> None:
    """One item by the operation for one, several as one batch that one undo takes back."""
    if len(ids) == 1:
        try:
            decision = one(item_id=ids[0], **terms)
        except PlatformError as error:
            done.refused[ids[0]] = error
        else:
            done.decisions.append(decision)
            done.tokens.append(str(decision.pk))
    elif ids:
        batch = many(item_ids=ids, **terms)
        done.decisions += batch.decided
        done.refused |= batch.refused
        if batch.decided:
            done.tokens.append(str(batch.id))


@register("audit-results/act/", name="review_audit_act")
class ActOnAudit(ActOnItems):
    title = _("Block")
    ability = "review.decide"
    parents = ((_("Audit"), "review_audit"),)

    def act(self, ids, outcome):
        done = Done()
        run(decide, decide_many, ids, self.terms(outcome), done)
        return done


@register("recheck/act/", name="review_recheck_act")
class ActOnRecheck(ActOnItems):
    """What is decided is rechecked; what still waits is decided."""

    title = _("Block")
    ability = "review.recheck"
    kind, list_url = RECHECK, "review_recheck"
    parents = ((_("Recheck"), "review_recheck"),)

    def act(self, ids, outcome):
        require_manual_review(self.request.account)
        decided = set(
            self.owned(ReviewItem).filter(pk__in=ids, state=State.DECIDED).values_list("pk", flat=True)
        )
        done, terms = Done(), self.terms(outcome)
        run(partial(recheck, seen=self.seen), recheck_many, [pk for pk in ids if pk in decided], terms, done)
        run(decide, decide_many, [pk for pk in ids if pk not in decided], terms, done)
        return done


class OfEitherList(ItemsAction):
    """An action that both lists have: the form says from which it came."""

    ability = "review.decide"

    def dispatch(self, request, *args, **kwargs):
        if request.POST.get("kind") == RECHECK:
            self.kind, self.list_url = RECHECK, "review_recheck"
        return super().dispatch(request, *args, **kwargs)


@register("review-items/<int:item_id>/note/", name="review_item_note")
class NoteOnItem(OfEitherList):
    def post(self, request, item_id):
        text, now = request.POST.get("note", ""), timezone.now()
        add_note(account=request.account, item_id=item_id, author=request.user, text=text, now=now)
        return self.answer(Done(), "", [item_id])


@register("review-items/undo/", name="review_items_undo")
class UndoOnItems(OfEitherList):
    """Takes back what the message just offered to undo, or one decision that stands beside an item."""

    def post(self, request):
        tokens = [token for token in request.POST.get("tokens", "").split(",") if token]
        ids, batches = read(tokens)
        item_ids = [decision.item_id for decision in standing_of(request, tokens)]
        terms = {"account": request.account, "actor": request.user, "now": timezone.now()}
        undone = undo(decision_ids=ids, batch=None, **terms) if ids else []
        for batch in batches:
            undone += undo(decision_ids=None, batch=batch, **terms)
        said = _("Taken back: %(what)s") % {"what": sentence(undone)} if undone else _("Nothing to undo.")
        if not wants_json(request):
            self.say(said)
        return self.answer(Done(), str(said), item_ids)


def ids_in(texts: list[str]) -> list[int]:
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    ids = list(dict.fromkeys(ids))
    if not ids:
        raise NothingChosen()
    return ids


def with_done(address: str, tokens: list[str]) -> str:
    """The page to go back to, told what was done on it."""
    split = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(split.query) if name != "done"]
    if tokens:
        query.append(("done", ",".join(tokens)))
    return f"{split.path}?{urlencode(query)}" if query else split.path
