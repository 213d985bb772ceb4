"""Texts: the plain operation, which answers in words between commas, and the finer one."""

from uuid import UUID

import msgspec

from config.accounts.models import Account
from config.wire.envelopes import Envelope
from config.wire.parameters import Parameters
from config.wire.registry import GREEN, Call, operation
from moderation.models import ModerationResult
from moderation.operations.moderate import moderate_text
from moderation.values import Level, Source
from moderation.wire import asked
from moderation.wire.results import (
    confidence_of,
    description_of,
    evidence_of,
    manual_task_of,
    tell_of_uncovered,
    vocabulary_hits,
    words_of,
)

CONTACT = "contact."


def moderated(call: Call) -> tuple[Parameters, ModerationResult]:
    service = call.parameters.required("Service")
    content = asked.content_of(call)
    result = moderate_text(
        account=call.account,
        revisions=call.caller.revisions,
        service_code=service.strip(),
        content=content.text("content"),
        **asked.author_of(content),
        request_id=UUID(call.request_id),
        now=call.now,
    )
    tell_of_uncovered(call, [result])
    return content, result


@operation(GREEN, "TextModeration", scope="texts:moderate", envelope=Envelope.MESSAGE)
def plain(call: Call) -> dict:
    content, result = moderated(call)
    manual = manual_task_of([result])
    return {
        "Data": asked.echoed(content, accountId="accountId", dataId="dataId", deviceId="deviceId")
        | plain_verdict(result, call.account)
        | ({"manualTaskId": manual["ManualTaskId"]} if manual else {})
    }


def plain_verdict(result: ModerationResult, account: Account) -> dict:
    """No label means no risk here: clients ask whether there is one at all."""
    said = ", ".join(description_of(label, result.uncovered) for label in result.labels)
    if result.level == Level.NONE:
        return {"labels": "", "reason": "", "descriptions": said}
    return {
        "labels": ",".join(label["label"] for label in result.labels),
        "reason": msgspec.json.encode(reason_of(result, account)).decode(),
        "descriptions": said,
    }


def reason_of(result: ModerationResult, account: Account) -> dict:
    seen = list(evidence_of(result.labels, Source.ENGINE))
    numbers = [one for one in seen if one.get("raw", "").startswith(CONTACT)]
    hits = vocabulary_hits(result.labels, account)
    facts = {
        "riskTips": [description_of(label) for label in result.labels],
        "riskWords": words_of(one for one in seen if one not in numbers),
        "adNums": words_of(numbers),
        "customizedWords": [word for _id, _name, words in hits for word in words],
        "customizedLibs": [name for _id, name, _words in hits],
    }
    return {"riskLevel": result.level} | {
        name: ",".join(dict.fromkeys(words)) for name, words in facts.items() if words
    }


@operation(GREEN, "TextModerationPlus", scope="texts:moderate", envelope=Envelope.MESSAGE)
def finer(call: Call) -> dict:
    content, result = moderated(call)
    scores = [label["confidence"] for label in result.labels if label["confidence"] is not None]
    return {
        "Data": asked.echoed(content, AccountId="accountId", DataId="dataId")
        | {
            "RiskLevel": result.level,
            "Result": [fine_verdict(label, result, call.account) for label in result.labels],
        }
        | ({"Score": float(max(scores))} if scores else {})
        | manual_task_of([result])
    }


def fine_verdict(label: dict, result: ModerationResult, account: Account) -> dict:
    found = list(evidence_of([label], Source.ENGINE, Source.VOCABULARY))
    parts = {
        "RiskWords": ",".join(words_of(found)),
        "RiskPositions": [position_of(one) for one in found if "start" in one and one.get("text")],
        "CustomizedHit": [
            {"LibName": name, "KeyWords": ",".join(words)}
            for _id, name, words in vocabulary_hits([label], account)
        ],
    }
    verdict = {"Label": label["label"], "Description": description_of(label, result.uncovered)}
    return verdict | confidence_of(label) | {name: part for name, part in parts.items() if part}


def position_of(one: dict) -> dict:
    """In characters of the text as it was sent, the end not included."""
    return {"RiskWord": one["text"], "StartPos": one["start"], "EndPos": one["end"]}
