"""Review items as the workbench's scripts take them: facts to act on, and safe pieces of page to show."""

from django.template.loader import render_to_string
from django.urls import reverse

from config.accounts.models import Account
from moderation.media_panel import Panel, panels_of_results
from moderation.models.content import ContentType
from moderation.values import Rules
from review.cards import Card, Choice, card_of, fitting_for
from review.categories import categories_of
from review.models import BlockCategory, ReviewItem
from review.operations.care import care_policy_of

CONTENT, TILE, SIDE = "content", "tile", "side"
PIECES = {"grid": (TILE, CONTENT, SIDE), "focus": (CONTENT, SIDE), "case": (CONTENT, SIDE)}


class Shower:
    """Shows the items of one request: what they share is asked for once."""

    def __init__(self, account: Account, view: str = "focus"):
        self.categories: list[BlockCategory] = list(categories_of(account))
        self.blurred = frozenset(care_policy_of(account).blurred)
        self.pieces = PIECES.get(view, PIECES["focus"])
        self.rules: dict[int, Rules] = {}

    def cards(self, items: list[ReviewItem]) -> list[dict]:
        items = [item for item in items if item.result is not None]
        panels = recordings_of(items)
        return [self.card(item, panels.get(item.result_id)) for item in items]

    def card(self, item: ReviewItem, panel: Panel | None = None) -> dict:
        card = card_of(item, self.categories)
        groups = card.groups or ([item.group] if item.group else [])
        if panel is not None:
            groups = list(dict.fromkeys([*groups, *sorted(panel.groups)]))
        return {
            "id": item.pk,
            "type": item.content_type,
            "level": item.level,
            "author": item.author_id,
            "data": item.data_id,
            "groups": groups,
            "severe": not self.blurred.isdisjoint(groups),
            "delay": self.rules_of(item).send_delay,
            "agree": agreement(card),
            "order": [choice.code for choice in card.choices],
            "machine": [choice.code for choice in card.choices if choice.by_machine],
            "pieces": {name: self.piece(name, card, panel) for name in self.pieces},
        }

    def rules_of(self, item: ReviewItem) -> Rules:
        service = item.result.service
        if service.pk not in self.rules:
            self.rules[service.pk] = service.current_version.rules
        return self.rules[service.pk]

    def piece(self, name: str, card: Card, panel: Panel | None) -> str:
        shown = {"card": card, "item": card.item, "panel": panel, "preload": "none"}
        return render_to_string(f"review/workbench/{name}.html", shown)

    def legend(self) -> list[dict]:
        """The account's categories for the keys: those of each kind of content, in the account's order."""
        return [
            {
                "code": one.code,
                "name": one.shown_name,
                "reasons": one.reasons,
                "severe": one.is_severe,
                "types": [kind for kind in ContentType.values if one in fitting_for([one], kind)],
            }
            for one in self.categories
        ]


def recordings_of(items: list[ReviewItem]) -> dict[int, Panel]:
    """What players show of those items that are recordings, by the id of the result."""
    items = [item for item in items if item.result is not None and item.result.is_recording]
    if not items:
        return {}
    return panels_of_results(
        items[0].account,
        [item.result for item in items],
        addresses={
            item.result_id: reverse("admin:review_media", args=[item.pk])
            for item in items
            if item.result.media.get("key")
        },
        strip_only=True,
    )


def agreement(card: Card) -> dict | None:
    if not card.was_judged:
        return None
    choice: Choice | None = card.agrees_with
    if choice:
        return {"outcome": "block", "category": choice.code, "name": choice.name}
    if card.reasons:
        # Found, but under nothing that the account blocks: the machine's own label says what it is.
        worst = card.reasons[0]
        return {"outcome": "block", "label": worst.code.removesuffix("_lib"), "name": worst.name}
    return {"outcome": "pass"}
