"""Where what happens to recordings of the media library is told."""

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.message_callback import (
    Wanted,
    delete_message_callback,
    has_key,
    message_callback_of,
    set_message_callback,
)
from moderation.models import CallbackEndpoint

APP = "app-1000000"
Event = CallbackEndpoint.Event
EVENTS = {
    "AIComplete": Event.MEDIA_REVIEWED.value,
    "CreateAuditComplete": Event.MEDIA_AUDITED.value,
}
ALIKE = {"AIMediaAuditComplete": "AIComplete"}
ALL = "ALL"
SWITCHES = {"on": True, "off": False, "": None}


@operation(VOD, "SetMessageCallback", scope="callbacks:write", envelope=Envelope.BARE)
def change(call: Call) -> dict:
    read = call.parameters
    require_app(call)
    if read.text("CallbackType", "HTTP").upper() != "HTTP":
        raise invalid("CallbackType", "HTTP is expected: there are no message queues here.")
    wanted = Wanted(
        url=read.required("CallbackURL"),
        events=events_of(call),
        is_keyed=switch_of(call),
        key=read.text("AuthKey"),
    )
    set_message_callback(account=call.account, wanted=wanted, actor=call.caller.key, now=call.now)
    return {}


@operation(VOD, "GetMessageCallback", scope="callbacks:read", envelope=Envelope.BARE)
def told(call: Call) -> dict:
    require_app(call)
    endpoint = message_callback_of(call.account)
    names = [name for name, event in EVENTS.items() if event in endpoint.events]
    return {
        "MessageCallback": {
            "AppId": APP,
            "CallbackType": "HTTP",
            "CallbackURL": endpoint.url,
            "EventTypeList": ",".join(names) if endpoint.is_enabled else "",
            "AuthSwitch": "on" if has_key(endpoint) else "off",
        }
    }


@operation(VOD, "DeleteMessageCallback", scope="callbacks:write", envelope=Envelope.BARE)
def delete(call: Call) -> dict:
    require_app(call)
    delete_message_callback(account=call.account, actor=call.caller.key, now=call.now)
    return {}


def require_app(call: Call) -> None:
    if call.parameters.text("AppId", APP) != APP:
        raise invalid("AppId", f"{APP} is the only application.")


def events_of(call: Call) -> tuple[str, ...]:
    """Those of other events than happen here are never told of."""
    asked = [ALIKE.get(name, name) for name in call.parameters.several("EventTypeList")]
    if ALL in asked:
        return tuple(EVENTS.values())
    return tuple(event for name, event in EVENTS.items() if name in asked)


def switch_of(call: Call) -> bool | None:
    switch = call.parameters.text("AuthSwitch").lower()
    if switch not in SWITCHES:
        raise invalid("AuthSwitch", "on or off is expected.")
    return SWITCHES[switch]
