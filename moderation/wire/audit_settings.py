"""What the account's own people are shown for audit, and where their results are told."""

from django.db import transaction

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid, missing
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.callbacks.own_seeds import audit_endpoint, set_audit_endpoint
from moderation.operations.audit_range import audit_levels, audited_levels
from moderation.values import Level
from moderation.wire.callback_schemes import CHANGING, levels_suggested, seed_shown, suggestions_of
from moderation.wire.callbacks import READING
from moderation.wire.result_filters import SUGGESTED

PUBLISHING = "services:write"


@operation(CLASSIC_CONSOLE, "DescribeAuditSetting", scope="services:read", envelope=Envelope.BARE)
def describe_audit_setting(call: Call) -> dict:
    shown = suggestions_of(audited_levels(call.account))
    answer = {"AuditRange": {word: word in shown for word in SUGGESTED}}
    endpoint = audit_endpoint(call.account) if READING in call.caller.scopes else None
    if endpoint is None:
        return answer
    seed = seed_shown(endpoint, caller=call.caller, now=call.now)
    return answer | {"Callback": endpoint.url} | ({"Seed": seed} if seed else {})


@operation(CLASSIC_CONSOLE, "UpdateAuditRange", scope=PUBLISHING, envelope=Envelope.BARE)
def update_audit_range(call: Call) -> dict:
    call.parameters.required("AuditRange")
    change_range(call)
    return {}


@operation(CLASSIC_CONSOLE, "UpdateAuditSetting", scope=CHANGING, envelope=Envelope.BARE)
@transaction.atomic
def update_audit_setting(call: Call) -> dict:
    """What is left out stays as it is."""
    given = call.parameters
    if "AuditRange" in given:
        call.caller.require(PUBLISHING)
        range_asked(call)
    if "Callback" in given or "Seed" in given:
        url = given.text("Callback")
        if not url and audit_endpoint(call.account) is None:
            raise missing("Callback")
        set_audit_endpoint(
            account=call.account, url=url, seed=given.text("Seed"), actor=call.caller.key, now=call.now
        )
    if "AuditRange" in given:
        change_range(call)
    return {}


def change_range(call: Call) -> None:
    audit_levels(account=call.account, levels=range_asked(call), actor=call.caller.key, now=call.now)


def range_asked(call: Call) -> list[Level]:
    asked = call.parameters.json("AuditRange")
    if not set(asked) <= set(SUGGESTED) or not all(isinstance(one, bool) for one in asked.values()):
        raise invalid("AuditRange", 'a form like {"block": true, "review": true, "pass": false} is expected.')
    words = [word for word, wanted in asked.items() if wanted]
    return [Level(level) for level in levels_suggested(words, "AuditRange")]
