"""Review items by API: the lists of the Audit and the Recheck page, and what their buttons do."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.accounts.manual_review import require_manual_review
from config.api import OwnedAPIView, answers, page_size, read_body
from config.errors import NotFound
from moderation.api.results import place_of
from moderation.models.content import ContentType, RiskLevel
from moderation.results_query import Place
from review.api.item_bodies import (
    ItemPageShape,
    ItemShape,
    NewRulingShape,
    RuledShape,
    decision_body,
    item_body,
    whole_item_body,
)
from review.items_asked import CATEGORY, MACHINE, NOT_RECHECKED, OUTCOMES, RESULTS, read_items_asked
from review.items_query import newest_items, with_words
from review.models import Decision, ReviewItem
from review.operations.chosen import NothingChosen
from review.operations.decisions import decide, decide_many
from review.operations.recheck import recheck, recheck_many
from review.states import Mode

LABELS = f"Codes of labels, or `{CATEGORY}<code>` of a block category; several by commas."


def several(*values) -> str:
    return f"{', '.join(values)}; several by commas."


class Items(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="list_review_items",
        summary="List review items, newest first",
        description="What waits for people and what they decided, in all three modes.",
        parameters=[
            OpenApiParameter("content_type", str, description=several(*ContentType.values)),
            OpenApiParameter("mode", str, description=several(*Mode.values)),
            OpenApiParameter("result", str, description="`review` waits. " + several(*RESULTS)),
            OpenApiParameter("recheck", str, description=several(NOT_RECHECKED, *OUTCOMES)),
            OpenApiParameter("level", str, description="The machine's. " + several(*RiskLevel.values)),
            OpenApiParameter("service", str, description="Codes of services; several by commas."),
            OpenApiParameter("label", str, description="The machine's worst label; several by commas."),
            OpenApiParameter("violation", str, description="Decided on as. " + LABELS),
            OpenApiParameter("recheck_violation", str, description="Rechecked as. " + LABELS),
            OpenApiParameter("stands_as", str, description="What holds in the end is a block as. " + LABELS),
            OpenApiParameter(
                "machine", str, description="What people made of the machine's word. " + several(*MACHINE)
            ),
            OpenApiParameter("task_id", str),
            OpenApiParameter("data_id", str, description="Your id of the content."),
            OpenApiParameter("request_id", str),
            OpenApiParameter(
                "from", str, description="First day or moment. Without an offset: the account's time zone."
            ),
            OpenApiParameter("to", str, description="Last day, minute or moment, included."),
            OpenApiParameter("limit", int, description="Items a page, 1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: ItemPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        asked, faults = read_items_asked(request.query_params, account=self.account)
        if faults:
            raise faults[0]
        size, after = page_size(request), place_of(request.query_params.get("cursor"))
        found = newest_items(asked, account=self.account, after=after, limit=size + 1)
        page, more = found[:size], len(found) > size
        last = str(Place(page[-1].created_at, page[-1].pk)) if more else None
        return Response({"items": [item_body(item) for item in page], "next": last})


class OneItem(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="read_review_item",
        summary="Read a review item with everything decided on it, what was undone too",
        responses=answers({200: ItemShape}, 401, 403, 404, 429),
    )
    def get(self, request, item_id):
        item = next(iter(with_words(self.owned(ReviewItem).filter(pk=item_id))), None)
        if item is None:
            raise NotFound()
        made = self.owned(Decision).filter(item=item).select_related("reviewer", "reviewer_key")
        return Response(whole_item_body(item, made.order_by("round")))


class NewRuling(msgspec.Struct):
    items: list[int]
    outcome: str
    category: str = ""
    label: str = ""
    reason: str = ""
    note: str = ""


class Rulings(OwnedAPIView):
    """One item is answered or refused as a whole; of several each on its own, all under one batch."""

    scopes = {"POST": "review:decide"}
    one = many = None

    def rule(self, request):
        asked = read_body(request, NewRuling)
        ids = list(dict.fromkeys(asked.items))
        if not ids:
            raise NothingChosen(field="items")
        terms = {name: getattr(asked, name) for name in ("outcome", "category", "label", "reason", "note")}
        terms |= {"account": self.account, "reviewer": self.caller.key, "now": timezone.now()}
        if len(ids) == 1:
            decision = type(self).one(item_id=ids[0], **terms)
            return Response({"batch": None, "decided": [decision_body(decision)], "refused": []})
        batch = type(self).many(item_ids=ids, **terms)
        refused = [{"item": pk, "error": error.as_dict()} for pk, error in batch.refused.items()]
        return Response(
            {
                "batch": str(batch.id) if batch.decided else None,
                "decided": [decision_body(decision) for decision in batch.decided],
                "refused": refused,
            }
        )


BLOCK_TWO = OpenApiExample(
    "Two at once",
    value={"items": [17, 18], "outcome": "block", "category": "ad", "reason": "Contact details"},
    request_only=True,
)
REFUSALS = (400, 401, 403, 404, 409, 413, 429)


class Decisions(Rulings):
    one, many = staticmethod(decide), staticmethod(decide_many)

    @extend_schema(
        operation_id="decide_review_items",
        summary="Decide items that wait: pass, or block under a category or a label",
        description="Up to 500 items. The decision is the key's. Clients are told by callback, and"
        " samples follow.",
        request=NewRulingShape,
        responses=answers({200: RuledShape}, *REFUSALS),
        examples=[BLOCK_TWO],
    )
    def post(self, request):
        return self.rule(request)


class Rechecks(Rulings):
    """A part of the manual review service."""

    one, many = staticmethod(recheck), staticmethod(recheck_many)

    @extend_schema(
        operation_id="recheck_review_items",
        summary="Recheck items that are decided: pass, or block under a category or a label",
        description="Up to 500 items; never by whom decided first. Clients are told by callback,"
        " samples follow.",
        request=NewRulingShape,
        responses=answers({200: RuledShape}, *REFUSALS),
        examples=[BLOCK_TWO],
    )
    def post(self, request):
        require_manual_review(self.account)
        return self.rule(request)
