"""Refusals of the gateway itself, in the codes that the SDKs turn into exceptions."""

from config.errors import PlatformError

STATUS = {
    "InvalidAccessKeyId.NotFound": 404,
    "InvalidAccessKeyId.Inactive": 403,
    "InvalidSecurityToken.Expired": 403,
    "Forbidden": 403,
    "InvalidAction.NotFound": 404,
    "InternalError": 500,
    "ServiceUnavailable": 503,
    "Throttling.User": 400,
}


class Refusal(PlatformError):
    """`wire_code` is what the client's SDK shows; most refusals are a fault of the request."""

    code = "wire_refused"

    def __init__(self, wire_code: str, message: str, *, status: int | None = None):
        self.wire_code = wire_code
        self.status = status or STATUS.get(wire_code, 400)
        super().__init__(message, wire_code=wire_code)


def missing(name: str) -> Refusal:
    return Refusal(f"Missing{name}", f"{name} is mandatory for this action.")


def invalid(name: str, message: str) -> Refusal:
    return Refusal("InvalidParameter", f"{name}: {message}")
