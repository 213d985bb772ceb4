"""Items as the Audit and the Recheck page show them: what they are, how they stand, what may be done."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from config.audit.records import name_of
from moderation.admin.results import console_address, excerpt_of, thumbnail_of
from moderation.catalogue.names import label_name
from moderation.models.content import ContentType
from moderation.values import NO_RISK
from review.items_asked import UNDECIDED
from review.models import Decision, ReviewItem
from review.operations.care import care_policy_of, severe_groups
from review.operations.undo import UNDO_WITHIN
from review.states import Stage, State

AUDIT, RECHECK = "audit", "recheck"
TONES = {"pass": "good", "block": "bad"}
PICTURED = (ContentType.IMAGE, ContentType.VIDEO)


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    item: ReviewItem
    excerpt: str = ""
    picture: str = ""
    is_veiled: bool = False
    labels: list[dict] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    # Why nothing can be done with it here; blank when it can.
    hindrance: str = ""
    # The last word on it, so that nobody overrules what they have not seen.
    seen: int = 0
    # That word, if it is the visitor's own and they may still take it back.
    undoable: int = 0

    @property
    def details(self) -> str:
        return console_address("review_item", self.item.pk)


class Pieces:
    """Turns items into pieces for one visitor of one of the two pages."""

    def __init__(self, page, *, kind: str, now):
        self.user, self.kind, self.now = page.request.user, kind, now
        self.veiled = veiled_groups(page.request.account)
        self.shows_content = page.can("content.view")
        self.may_decide = page.can("review.decide")

    def of(self, items: list[ReviewItem]) -> list[Piece]:
        return [self.piece(item) for item in items]

    def piece(self, item: ReviewItem) -> Piece:
        result = item.result
        shown = result is not None and self.shows_content
        return Piece(
            item=item,
            excerpt=excerpt_of(result) if shown else "",
            picture=thumbnail_of(result) if shown else "",
            is_veiled=item.group in self.veiled,
            labels=labels_of(item),
            tags=self.tags(item),
            hindrance=self.hindrance(item),
            seen=item.standing[0].pk if item.standing else 0,
            undoable=self.undoable(item),
        )

    def undoable(self, item: ReviewItem) -> int:
        last = item.standing[0] if item.standing else None
        is_own = last is not None and last.reviewer_id == self.user.pk
        return last.pk if is_own and item.result and last.decided_at >= self.now - UNDO_WITHIN else 0

    def tags(self, item: ReviewItem) -> list[Tag]:
        if item.standing:
            return [tag_of(decision) for decision in reversed(item.standing)]
        if item.state in UNDECIDED:
            return [Tag(item.get_state_display(), "quiet")]
        if self.is_held(item):
            mine = item.claimed_by_id == self.user.pk
            return [Tag(_("With you") if mine else _("With %(name)s") % {"name": item.claimed_by}, "warn")]
        return [Tag(_("Waiting"), "warn")]

    def is_held(self, item: ReviewItem) -> bool:
        return item.state == State.CLAIMED and item.lease_until >= self.now

    def hindrance(self, item: ReviewItem) -> str:
        if item.result is None:
            return _("Its content is not kept any more.")
        if item.state in UNDECIDED:
            return _("It ended without a decision.")
        if item.state != State.DECIDED:
            return self.hindrance_to_decide(item)
        if self.kind == AUDIT:
            return _("It is decided already.")
        if item.decided_by_id == self.user.pk:
            return _("You decided this yourself: somebody else has to recheck it.")
        return ""

    def hindrance_to_decide(self, item: ReviewItem) -> str:
        if not self.may_decide:
            return _("Your role does not decide.")
        if self.is_held(item) and item.claimed_by_id != self.user.pk:
            return _("%(name)s has it in hand.") % {"name": item.claimed_by}
        return ""


def veiled_groups(account) -> frozenset[str]:
    """Detection types whose pictures are blurred until somebody looks closely."""
    return severe_groups(account).union(care_policy_of(account).blurred)


def labels_of(item: ReviewItem) -> list[dict]:
    """The machine's labels; of a result that is not kept any more, the worst one that the item names."""
    if item.result is None:
        found = [{"label": item.label, "level": item.level, "confidence": None}] if item.label else []
    else:
        found = item.result.labels
    return [{**label, "name": label_name(label["label"])} for label in found if label["label"] != NO_RISK]


def tag_of(decision: Decision) -> Tag:
    said = decision.get_outcome_display()
    if decision.label:
        said = _("%(outcome)s: %(label)s") % {"outcome": said, "label": label_name(decision.label)}
    if decision.stage == Stage.RECHECK:
        said = _("Rechecked: %(decision)s") % {"decision": said}
    return Tag(said, TONES.get(decision.outcome, ""), name_of(decision.decider))
