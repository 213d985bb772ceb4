"""The id under which one request is found again: in the answer, the log, the audit and the callbacks."""

import uuid
from contextvars import ContextVar

from config.uuid7 import uuid7

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    return _current.get()


def bind(request_id: str) -> None:
    _current.set(request_id)


def fresh() -> str:
    return str(uuid7())


def accepted(text: str) -> str | None:
    """The id a caller sent in its one form, or None if it is not a UUID."""
    if len(text) not in (32, 36):
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
