"""Content for people alone, and what they or a team outside decided."""

from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils.translation import gettext as _

from config.accounts.manual_review import require_manual_review
from config.accounts.models import Account
from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from config.wire.registry import GREEN, Call, operation
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.for_people import Source
from moderation.values import NO_RISK
from moderation.wire.asked import author_of, content_of, picture_of
from moderation.wire.recordings import FINISHED, PROCESSING, source_of, task_id_in
from moderation.wire.results import uuid_of
from review.models import Decision, ReviewItem
from review.operations.decisions import ItemCancelled, ItemExpired, decide
from review.operations.submit import Callback, submit
from review.states import State
from review.wire.services import kind_of

Outcome = ModerationResult.Outcome
LEVELS = {Outcome.BLOCK.value: RiskLevel.HIGH.value, Outcome.PASS.value: RiskLevel.NONE.value}
OUTCOMES = dict.fromkeys(RiskLevel.values, Outcome.BLOCK.value) | {RiskLevel.NONE.value: Outcome.PASS.value}


class Found(msgspec.Struct):
    label: str = msgspec.field(default="", name="Label")
    description: str = msgspec.field(default="", name="Description")


class HandedIn(msgspec.Struct):
    """What a team outside hands in has the form in which ManualModerationResult answers."""

    lower: str = msgspec.field(default="", name="taskId")
    upper: str = msgspec.field(default="", name="TaskId")
    level: str = msgspec.field(default="", name="RiskLevel")
    found: list[Found] = msgspec.field(default_factory=list, name="Result")


@operation(GREEN, "ManualModeration", scope="manual:submit", envelope=Envelope.MESSAGE)
def send(call: Call) -> dict:
    require_manual_review(call.account)
    content = content_of(call)
    service = call.parameters.required("Service")
    kind = kind_of(call.account, service)
    item = submit(
        account=call.account,
        content_type=kind,
        source=sent_in(content, kind, call.account),
        service_code=service,
        callback=told_at(content),
        request_id=UUID(call.request_id),
        now=call.now,
        **author_of(content),
    )
    return {"Data": names_of(item)}


def sent_in(content: Parameters, kind: str, account: Account) -> Source:
    if kind == ContentType.TEXT:
        return content.text("content")
    if kind == ContentType.IMAGE:
        return picture_of(content, account, url="url")
    return source_of(content, account)


def told_at(content: Parameters) -> Callback | None:
    """A seed without an address is a mistake that nobody would notice: it is refused."""
    given = Callback(content.text("callback"), content.text("seed"), content.text("cryptType"))
    return given if given != Callback("") else None


@operation(GREEN, "ManualModerationResult", scope="manual:submit", envelope=Envelope.MESSAGE)
def result(call: Call) -> dict:
    require_manual_review(call.account)
    item = item_of(call, task_id_in(content_of(call)))
    if item.state == State.CANCELLED:
        raise ItemCancelled()
    if item.state == State.EXPIRED:
        raise ItemExpired()
    said = list(item.decisions.standing().order_by("round"))
    if not said:
        return {"Code": PROCESSING, "Message": _("People have not decided yet."), "Data": names_of(item)}
    return {"Message": FINISHED, "Data": names_of(item) | words_of(said)}


def words_of(said: list[Decision]) -> dict:
    """What a second person said later is what stands."""
    last = said[-1]
    label = last.label or NO_RISK
    return {
        "RiskLevel": LEVELS[last.outcome],
        "ReviewCount": str(len(said)),
        "Result": [{"Label": label, "Description": last.reason or label_name(label)}],
    }


@operation(GREEN, "ManualCallback", scope="manual:decide", envelope=Envelope.MESSAGE)
def hand_in(call: Call) -> dict:
    """Signed as every call is: its own checksum proves nothing more."""
    require_manual_review(call.account)
    if call.parameters.text("Code", "200") != "200":
        raise invalid("Code", "only a result that people came to is taken, under 200.")
    said = call.parameters.json("Data", HandedIn)
    if said.level not in OUTCOMES:
        raise invalid("Data", f"RiskLevel is one of {', '.join(OUTCOMES)}.")
    item = item_of(call, said.lower or said.upper or call.parameters.required("ReqId"))
    found = next((one for one in said.found if one.label and one.label != NO_RISK), Found())
    decide(
        account=call.account,
        item_id=item.pk,
        reviewer=call.caller.key,
        outcome=OUTCOMES[said.level],
        label=found.label,
        reason=found.description,
        note=call.parameters.text("Msg"),
        now=call.now,
    )
    return {}


def item_of(call: Call, text: str) -> ReviewItem:
    """By the task, or by the request that it came with."""
    number = uuid_of(text)
    items = ReviewItem.objects.owned_by(call.account).manual_tasks()
    found = items.filter(Q(task_id=number) | Q(request_id=number)).order_by("id").first()
    if found is None:
        raise NotFound()
    return found


def names_of(item: ReviewItem) -> dict:
    return {"TaskId": str(item.task_id)} | ({"DataId": item.data_id} if item.data_id else {})
