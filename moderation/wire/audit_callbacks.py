"""Callbacks of version 1.0: which kinds of results are told, and of which suggestions."""

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid, missing
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.callbacks.endpoints import HUMAN_EVENTS, create_endpoint
from moderation.models import CallbackEndpoint
from moderation.models.callbacks import every_level, every_mode
from moderation.wire.callback_schemes import (
    CHANGING,
    Dialect,
    changed_at,
    crypt_of,
    levels_suggested,
    local,
    schemes,
    seed_shown,
    suggestions_of,
)
from moderation.wire.callbacks import MOST_LISTED, READING

Event, Mode = CallbackEndpoint.Event, CallbackEndpoint.Mode
MACHINE, OWN_PEOPLE, REVIEW_TEAM = "machineScan", "selfAudit", "aliyunAudit"
MODES = {OWN_PEOPLE: [Mode.AUDIT.value], REVIEW_TEAM: [Mode.HUMAN_MACHINE.value, Mode.HUMAN_ONLY.value]}
TYPES = (MACHINE, *MODES)
WITH_OFFSET = "%Y-%m-%d %H:%M:%S %z"


@operation(CLASSIC_CONSOLE, "CreateAuditCallback", scope=CHANGING, envelope=Envelope.BARE)
def create_audit_callback(call: Call) -> dict:
    given = call.parameters
    levels = levels_suggested(given.several("CallbackSuggestions"), "CallbackSuggestions")
    issued = create_endpoint(
        account=call.account,
        name=given.required("Name"),
        url=given.required("Url"),
        dialect=Dialect.VENDOR.value,
        crypt=crypt_of(given.text("CryptType", "SHA256")),
        levels=levels or every_level(),
        actor=call.caller.key,
        now=call.now,
        **told_of(types_asked(call)),
    )
    return bodies(call, [issued.endpoint])[0]


@operation(CLASSIC_CONSOLE, "DescribeAuditCallbackList", scope=READING, envelope=Envelope.BARE)
def describe_audit_callback_list(call: Call) -> dict:
    found = bodies(call, schemes(call)[:MOST_LISTED])
    return {"CallbackList": found, "TotalCount": len(found)}


def types_asked(call: Call) -> list[str]:
    types = call.parameters.several("CallbackTypes")
    if not types:
        raise missing("CallbackTypes")
    if not set(types) <= set(TYPES):
        raise invalid("CallbackTypes", f"these are expected: {', '.join(TYPES)}.")
    return types


def told_of(types: list[str]) -> dict[str, list[str]]:
    events = [Event.RESULT_CREATED.value, Event.TASK_FAILED.value] if MACHINE in types else []
    modes = [mode for kind in types for mode in MODES.get(kind, ())]
    if modes:
        events += HUMAN_EVENTS
    return {"events": events, "modes": modes or every_mode()}


def types_of(endpoint: CallbackEndpoint) -> list[str]:
    types = [MACHINE] if Event.RESULT_CREATED in endpoint.events else []
    if set(HUMAN_EVENTS) & set(endpoint.events):
        types += [kind for kind, modes in MODES.items() if set(modes) & set(endpoint.modes)]
    return types


def bodies(call: Call, endpoints) -> list[dict]:
    endpoints = list(endpoints)
    changed = changed_at(endpoints, call)
    return [body_of(call, endpoint, changed[endpoint.pk]) for endpoint in endpoints]


def body_of(call: Call, endpoint: CallbackEndpoint, changed) -> dict:
    seed = seed_shown(endpoint, caller=call.caller, now=call.now)
    return {
        "Id": endpoint.pk,
        "Name": endpoint.name,
        "Url": endpoint.url,
        "CryptType": endpoint.crypt.upper(),
        "CallbackTypes": types_of(endpoint),
        "CallbackSuggestions": suggestions_of(endpoint.levels),
        "CreateTime": local(endpoint.created_at, call, WITH_OFFSET),
        "ModifiedTime": local(changed, call, WITH_OFFSET),
    } | ({"Seed": seed} if seed else {})
