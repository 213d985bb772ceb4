"""From a request over the wire to its answer, which is JSON whatever happens."""

import msgspec
import structlog
from django.http import HttpResponse
from django.utils import timezone

from config.accounts.rates import RateLimited, spend
from config.api import as_platform_error
from config.errors import PlatformError, ServerFault, TooMany
from config.refused_calls import tell_of_refusal
from config.wire.envelopes import Envelope
from config.wire.identity import caller_of
from config.wire.refusals import Refusal
from config.wire.registry import Call, Operation, operation_of
from config.wire.requests import WireRequest

CONTENT_TYPE = "application/json;charset=utf-8"
CODES = {
    401: "InvalidAccessKeyId.Inactive",
    403: "Forbidden",
    404: "InvalidResource.NotFound",
    409: "InvalidStatus",
    429: "Throttling.User",
    500: "InternalError",
    503: "ServiceUnavailable",
}

log = structlog.get_logger("assay.wire")


def answer(request: WireRequest, *, request_id: str, http) -> HttpResponse:
    """`http` is the framework's request: the log and the counts read from it who called."""
    shown_id = request_id.upper()
    caller = operation = None
    try:
        operation = operation_of(request)
        now = timezone.now()
        caller = caller_of(request, now=now)
        http.account, http.wire_action = caller.account, operation.action
        http.named_service = named_service(request)
        caller.require_one(operation.scope)
        spend(key_id=caller.key.pk, limit=caller.key.calls_per_minute, now=now)
        call = Call(caller, operation, request, request_id, now)
        fields = operation.envelope.good(operation.answer(call))
        response = as_json(fields | {operation.envelope.request_id: shown_id}, shown_id)
        for name, value in call.headers.items():
            response.headers[name] = value
        return response
    except Exception as error:  # noqa: BLE001 - whatever happened, the client's SDK must be able to read it
        return refused(error, request, operation, shown_id, caller=caller, http=http)


def named_service(request: WireRequest) -> str:
    """For the counts of what was refused, where the call names one."""
    named = request.parameter("Service")
    return "" if "," in named else named


def refused(error, request, operation: Operation | None, shown_id: str, *, caller, http) -> HttpResponse:
    known = as_platform_error(error)
    if known is None:
        log.exception("wire_call_failed", action=operation.action if operation else "")
        known = ServerFault()
    tell_of_refusal(known, caller=caller, request=http)
    within = operation.envelope if operation else Envelope.BARE
    if is_of_the_gateway(known) or (fields := within.bad(known)) is None:
        return as_refusal(known, request, shown_id)
    return as_json(fields | {within.request_id: shown_id}, shown_id)


def is_of_the_gateway(error: PlatformError) -> bool:
    """Who calls, how often, in what form, and our own faults: told by the HTTP status, as SDKs expect."""
    return isinstance(error, Refusal | TooMany) or error.status in (401, 403) or error.status >= 500


def as_refusal(error: PlatformError, request: WireRequest, shown_id: str) -> HttpResponse:
    code = error.wire_code if isinstance(error, Refusal) else CODES.get(error.status, "InvalidParameter")
    # The SDKs know a throttled call by the code and this header, not by status 429.
    status = 400 if error.status == 429 else error.status
    body = {
        "Code": code,
        "Message": str(error.message),
        "RequestId": shown_id,
        "HostId": request.header("host"),
        "Recommend": error.code,
    }
    response = as_json(body, shown_id, status=status)
    if isinstance(error, RateLimited) or error.retry_after is not None:
        response.headers["x-acs-retry-after"] = str(error.retry_after or 1)
    return response


def as_json(fields: dict, shown_id: str, *, status: int = 200) -> HttpResponse:
    body = ENCODE(fields)
    response = HttpResponse(body, content_type=CONTENT_TYPE, status=status)
    response.headers["Content-Length"] = str(len(body))
    response.headers["x-acs-request-id"] = shown_id
    response.headers["Cache-Control"] = "no-store"
    return response


ENCODE = msgspec.json.Encoder(enc_hook=str).encode
