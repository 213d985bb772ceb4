"""Version 2017-08-23: the Recheck page. What the review team decided, and what the client makes of it."""

from typing import Annotated

import msgspec

from config.accounts.manual_review import require_manual_review
from config.audit.records import name_of
from config.errors import NotFound, PlatformError
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.catalogue.scenes import suggestion_of
from moderation.models.content import ContentType
from moderation.wire.classic_calls import as_uuid
from moderation.wire.classic_sources import is_address
from review.items_query import with_words
from review.models import ReviewItem
from review.operations.recheck import recheck
from review.states import Mode, Stage
from review.wire.classic_items import (
    NAMES,
    OUTCOMES,
    choice,
    codes_for,
    kind_of,
    narrowed,
    page_of,
    read_asked,
    services_of,
)
from review.wire.classic_marks import MarksRefused, block_under

MANUAL = f"{Mode.HUMAN_MACHINE.value},{Mode.HUMAN_ONLY.value}"
MOST_AT_ONCE = 100


class Said(msgspec.Struct, rename="pascal"):
    id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    custom_result: str
    custom_risk_type: str = ""


@operation(CLASSIC_CONSOLE, "GetAuditItemList", scope="results:read", envelope=Envelope.BARE)
def get_audit_item_list(call: Call) -> dict:
    require_manual_review(call.account)
    kind = kind_of(call, "Type")
    task = call.parameters.text("TaskId").strip()
    asked = read_asked(
        call,
        {
            "mode": MANUAL,
            "content_type": kind,
            "result": choice(call, "RcpResult", OUTCOMES),
            "recheck": choice(call, "CustomResult", ("pass", "block")),
            "service": services_of(call, kind),
            "data_id": call.parameters.text("DataId"),
            "task_id": task if as_uuid(task) else "",
        },
    )
    for name, column in (("RcpRiskType", "violations"), ("CustomRiskType", "recheck_violations")):
        if name in call.parameters:
            asked = narrowed(asked, column, codes_for(kind, label=call.parameters.text(name).strip()))
    if task and not as_uuid(task):
        asked = narrowed(asked, "labels", [])
    items, facts = page_of(call, asked)
    return facts | {"Items": [item_told(call, item) for item in items]}


def item_told(call: Call, item: ReviewItem) -> dict:
    told = {
        "Id": item.pk,
        "TaskId": str(item.task_id),
        "DataId": item.data_id,
        "BizType": item.service.code,
        "Type": NAMES[item.content_type],
        "Uid": call.account.uid,
        "Create": shown(item.created_at, call.account),
        "RcpResult": item.outcome,
        "RcpRiskType": item.decided_label,
        "RcpTs": shown(item.decided_at, call.account),
        "CustomResult": item.recheck_outcome,
        "CustomRiskType": item.recheck_label,
        "CustomTs": shown(item.rechecked_at, call.account),
    }
    again = next((one for one in item.standing if one.stage == Stage.RECHECK), None)
    if again is not None:
        told["Operator"] = name_of(again.decider)
    if item.result is not None:
        content, is_text = item.result.content, item.content_type == ContentType.TEXT
        told |= {"Content": content} if is_text else {"Url": content} if is_address(content) else {}
    return {name: value for name, value in told.items() if value}


@operation(CLASSIC_CONSOLE, "GetAuditItemDetail", scope="results:read", envelope=Envelope.BARE)
def get_audit_item_detail(call: Call) -> dict:
    """What the machine had said, where one looked at all."""
    require_manual_review(call.account)
    number = as_uuid(call.parameters.required("TaskId"))
    own = ReviewItem.objects.owned_by(call.account).manual_tasks().filter(task_id=number)
    if kind := kind_of(call, "Type"):
        own = own.filter(content_type=kind)
    item = next(iter(with_words(own)), None) if number else None
    if item is None:
        raise NotFound(field="TaskId")
    if item.mode == Mode.HUMAN_ONLY:
        return {}
    told = {
        "ApiResult": suggestion_of(item.level),
        "ApiRiskType": item.label,
        "ApiTs": shown(item.created_at, call.account),
    }
    return {name: value for name, value in told.items() if value}


@operation(CLASSIC_CONSOLE, "AuditItemSubmit", scope="review:decide", envelope=Envelope.BARE)
def audit_item_submit(call: Call) -> dict:
    """Each on its own: those that are refused are named, and hinder no other."""
    require_manual_review(call.account)
    refused: dict[int, PlatformError] = {}
    said = said_in(call)
    for one in said:
        try:
            say(call, one)
        except PlatformError as error:
            if len(said) == 1:
                raise
            refused[one.id] = error
    if refused:
        raise MarksRefused.of(refused, among=len(said), field="Data")
    return {"Success": True}


def say(call: Call, said: Said) -> None:
    is_block = said.custom_result.lower() == "block"
    recheck(
        account=call.account,
        item_id=said.id,
        reviewer=call.caller.key,
        outcome=said.custom_result.lower(),
        now=call.now,
        **(block_under(call, [said.custom_risk_type] if said.custom_risk_type else []) if is_block else {}),
    )


def said_in(call: Call) -> list[Said]:
    """`Data.1.Id` and so on, as the SDKs write a list of records; or JSON text."""
    records: list | None = (
        call.parameters.json("Data", list, []) if "Data" in call.parameters else numbered(call)
    )
    try:
        said = msgspec.convert(records, list[Said], strict=False)
    except msgspec.ValidationError as error:
        raise invalid(
            "Data", f"records of Id, CustomResult and CustomRiskType are expected ({error})."
        ) from error
    if not 1 <= len(said) <= MOST_AT_ONCE:
        raise invalid("Data", f"1 to {MOST_AT_ONCE} records are expected.")
    return said


def numbered(call: Call) -> list[dict[str, str]]:
    names = ("Id", "CustomResult", "CustomRiskType")
    found = []
    while len(found) <= MOST_AT_ONCE:
        start = f"Data.{len(found) + 1}."
        record = {
            name: call.parameters.text(start + name) for name in names if start + name in call.parameters
        }
        if not record:
            break
        found.append(record)
    return found
