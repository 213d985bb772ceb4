"""Calls of an account that the API refused, or that failed: apps above are told of each.

Whoever is not known has no account that it could count for. What a listener raises is logged and changes
nothing about the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.http import QueryDict
from django.utils import timezone

from config.accounts.authentication import Caller
from config.errors import PlatformError

log = structlog.get_logger("assay.api")


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """`service` is the code that the body named, as it came from the client, where it named one."""

    caller: Caller
    service: str
    status: int
    code: str
    at: datetime


listeners: list[Callable[[RefusedCall], None]] = []


def tell_of_refusal(error: PlatformError, *, caller: Caller | None, request) -> None:
    if caller is None:
        return
    try:
        call = RefusedCall(caller, named_service(request), error.status, error.code, timezone.now())
        for listen in listeners:
            listen(call)
    except Exception as fault:  # noqa: BLE001 - the caller is owed the answer, whatever happens to the count
        log.error("refusal_untold", code=error.code, error=str(fault).strip())


def named_service(request) -> str:
    """Of a body that was read already: a call that was refused before is not worth reading it."""
    if told := getattr(request, "named_service", ""):
        return told
    body = vars(request).get("_full_data")
    if not isinstance(body, dict):
        return ""
    several = body.getlist("services") if isinstance(body, QueryDict) else body.get("services")
    codes = [body.get("service"), *(several if isinstance(several, list) else [])]
    named = {code for code in codes if isinstance(code, str) and code}
    return named.pop() if len(named) == 1 else ""
