"""Answers about objects, and refusals in XML: the clients read nothing else there."""

import base64
from xml.sax.saxutils import escape

from django.http import HttpResponse

from config.errors import PlatformError
from config.wire.refusals import Refusal
from config.wire.requests import WireRequest

# By the code of the gateway's refusal, or of the platform's error; registered by those who know.
CODES: dict[str, tuple[str, int]] = {
    "InvalidAccessKeyId.NotFound": ("InvalidAccessKeyId", 403),
    "SignatureDoesNotMatch": ("SignatureDoesNotMatch", 403),
    "InvalidTimeStamp.Expired": ("RequestTimeTooSkewed", 403),
    "InvalidSecurityToken.Expired": ("SecurityTokenExpired", 403),
    "InvalidSecurityToken.Malformed": ("InvalidSecurityToken", 403),
    "MissingAuthorization": ("AccessDenied", 403),
    "IncompleteSignature": ("InvalidArgument", 400),
    "InvalidTimeStamp.Format": ("InvalidArgument", 400),
    "PolicyExpired": ("AccessDenied", 403),
    "PolicyConditionFailed": ("AccessDenied", 403),
    # Not 501, after which some clients try again.
    "NotImplemented": ("NotImplemented", 400),
}
BY_STATUS = {
    401: ("AccessDenied", 403),
    403: ("AccessDenied", 403),
    404: ("NoSuchKey", 404),
    405: ("MethodNotAllowed", 405),
    409: ("OperationNotSupported", 409),
    413: ("EntityTooLarge", 400),
    429: ("QpsLimitExceeded", 503),
    500: ("InternalError", 500),
    503: ("ServiceUnavailable", 503),
    507: ("ServiceUnavailable", 503),
}


def done(request_id: str, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return marked(HttpResponse(status=status, headers=headers), request_id)


def marked(response, request_id: str):
    response.headers["x-oss-request-id"] = request_id
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(error: PlatformError, request: WireRequest, request_id: str) -> HttpResponse:
    code, status = code_of(error)
    facts = {
        "Code": code,
        "Message": str(error.message),
        "RequestId": request_id,
        "HostId": request.header("host"),
        "EC": error.code,
    }
    inner = "".join(f"\n  <{name}>{escape(printable(value))}</{name}>" for name, value in facts.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}\n</Error>\n'.encode()
    response = HttpResponse(body, content_type="application/xml", status=status)
    if request.method == "HEAD":
        response.headers["x-oss-err"] = base64.b64encode(body).decode()
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return marked(response, request_id)


def code_of(error: PlatformError) -> tuple[str, int]:
    if isinstance(error, Refusal):
        return CODES.get(error.wire_code, (error.wire_code, error.status))
    return CODES.get(error.code) or BY_STATUS.get(error.status, ("InvalidArgument", 400))


def printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
