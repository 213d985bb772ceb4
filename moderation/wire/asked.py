"""What a call asks to be looked at: the JSON text `ServiceParameters`, whose values are written freely."""

import msgspec

from config.accounts.models import Account
from config.wire.parameters import Parameters
from config.wire.registry import Call
from moderation.media.decoding import ImageMissing
from moderation.operations.moderate_images import ImageSource
from moderation.wire.object_sources import picture_in


def content_of(call: Call) -> Parameters:
    """Numbers count as their digits: clients send ids as either."""
    given = call.parameters.json("ServiceParameters")
    return Parameters({name: as_text(value) for name, value in given.items()})


def as_text(value) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def codes_of(call: Call) -> list[str]:
    call.parameters.required("Service")
    return call.parameters.several("Service")


def author_of(content: Parameters) -> dict:
    """Who sent it, in the words of the operations."""
    said = {"device_id": content.text("deviceId"), "ip": content.text("ip")}
    return {
        "data_id": content.text("dataId"),
        "author_id": content.text("accountId"),
        "context": {name: value for name, value in said.items() if value},
    }


def picture_of(content: Parameters, account: Account, *, url: str = "imageUrl") -> ImageSource:
    source = picture_in(content, account, url=url)
    if source is None:
        raise ImageMissing(field=url)
    return source


def echoed(content: Parameters, **names: str) -> dict:
    """What is said again in the answer, under other names, where it was said at all."""
    return {name: content.text(given) for name, given in names.items() if given in content}
