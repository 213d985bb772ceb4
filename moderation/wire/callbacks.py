"""Message notification schemes: where results are told, and the seed that proves who tells them."""

from config.wire.envelopes import Envelope
from config.wire.registry import CONSOLE, Call, operation
from moderation.callbacks.endpoints import HUMAN_EVENTS, change_endpoint, create_endpoint, retire_endpoint
from moderation.models import CallbackEndpoint
from moderation.models.callbacks import every_level
from moderation.models.content import RiskLevel
from moderation.wire.callback_schemes import (
    CHANGING,
    Dialect,
    changed_at,
    crypt_of,
    levels_suggested,
    local,
    scheme,
    schemes,
    seed_shown,
)
from moderation.wire.numbered_pages import page_asked

Event = CallbackEndpoint.Event
EVENTS = [Event.RESULT_CREATED.value, Event.TASK_FAILED.value, *HUMAN_EVENTS]
ALL, READING = "all", "callbacks:read"
MOST_LISTED = 1000


@operation(CONSOLE, "CreateCallback", scope=CHANGING, envelope=Envelope.BARE)
def create_callback(call: Call) -> dict:
    given = call.parameters
    issued = create_endpoint(
        account=call.account,
        name=given.required("Name"),
        url=given.required("Url"),
        dialect=Dialect.VENDOR.value,
        crypt=crypt_of(given.text("CryptType", "SHA256")),
        events=EVENTS,
        levels=levels_of(call),
        actor=call.caller.key,
        now=call.now,
    )
    return {"Data": issued.endpoint.pk}


@operation(CONSOLE, "ModifyCallback", scope=CHANGING, envelope=Envelope.BARE)
def modify_callback(call: Call) -> dict:
    """What is left out stays as it is."""
    given = call.parameters
    changes = {own: given.text(name) for own, name in (("name", "Name"), ("url", "Url")) if name in given}
    if "CryptType" in given:
        changes["crypt"] = crypt_of(given.text("CryptType"))
    if "Scope" in given:
        changes["levels"] = levels_of(call)
    endpoint = scheme(call, given.number("Id"))
    change_endpoint(endpoint=endpoint, changes=changes, actor=call.caller.key, now=call.now)
    return {"Data": True}


@operation(CONSOLE, "DeleteCallback", scope=CHANGING, envelope=Envelope.BARE)
def delete_callback(call: Call) -> dict:
    endpoint = scheme(call, call.parameters.number("Id"))
    retire_endpoint(endpoint=endpoint, actor=call.caller.key, now=call.now)
    return {"Data": True}


@operation(CONSOLE, "ListCallback", scope=READING, envelope=Envelope.BARE)
def list_callback(call: Call) -> dict:
    return {"Data": bodies(call, schemes(call)[:MOST_LISTED])}


@operation(CONSOLE, "QueryCallbackByPage", scope=READING, envelope=Envelope.BARE)
def query_callback_by_page(call: Call) -> dict:
    page, found = page_asked(call), schemes(call)
    items = bodies(call, found[page.first : page.first + page.size])
    return page.facts(total=found.count()) | {"Items": items}


@operation(CONSOLE, "QueryCallback", scope=READING, envelope=Envelope.BARE)
def query_callback(call: Call) -> dict:
    (body,) = bodies(call, [scheme(call, call.parameters.number("Id"))])
    return body


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
        "Scope": ALL if set(endpoint.levels) == set(every_level()) else ",".join(endpoint.levels),
        "Uid": call.account.uid,
        "GmtCreate": local(endpoint.created_at, call),
        "GmtModified": local(changed, call),
    } | ({"Seed": seed} if seed else {})


def levels_of(call: Call) -> list[str]:
    """`Scope`: all, risk levels, or what is suggested for the content."""
    words = [one.lower() for one in call.parameters.several("Scope")]
    if not words or ALL in words:
        return every_level()
    levels = [one for one in words if one in RiskLevel.values]
    suggested = [one for one in words if one not in levels]
    return sorted({*levels, *levels_suggested(suggested, "Scope")})
