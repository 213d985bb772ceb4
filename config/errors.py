"""One root for every error the platform raises on purpose, and the one JSON shape they are answered in."""

from django.utils.translation import gettext_lazy as _


class PlatformError(Exception):
    """Base of all anticipated errors: a stable code, a status, and a sentence that says what to do."""

    code = "platform_error"
    status = 400
    default_message = _("The request could not be handled.")

    def __init__(self, message=None, *, field: str = "", retry_after: int | None = None, **details):
        self.message = message if message is not None else self.default_message
        self.field = field
        self.retry_after = retry_after
        self.details = details
        super().__init__(str(self.message))

    def as_dict(self) -> dict:
        body: dict = {"code": self.code, "message": str(self.message)}
        if self.field:
            body["field"] = self.field
        if self.details:
            body["details"] = self.details
        return body


class Invalid(PlatformError):
    code = "invalid"
    status = 400
    default_message = _("A value in the request is not valid.")


class Unauthenticated(PlatformError):
    code = "unauthenticated"
    status = 401
    default_message = _("Send a valid API key as 'Authorization: Bearer <key>'.")


class Forbidden(PlatformError):
    code = "forbidden"
    status = 403
    default_message = _("You may not do this.")


class NotFound(PlatformError):
    code = "not_found"
    status = 404
    default_message = _("There is nothing here. Check the address and the id.")


class MethodNotAllowed(PlatformError):
    code = "method_not_allowed"
    status = 405
    default_message = _("This address does not take that method.")


class NotAllowedNow(PlatformError):
    """The request is fine, the state of its object is not."""

    code = "not_allowed_now"
    status = 409
    default_message = _("This cannot be done in the present state.")


class TooLarge(PlatformError):
    code = "too_large"
    status = 413
    default_message = _("The request is larger than this address takes.")


class UnsupportedMediaType(PlatformError):
    code = "unsupported_media_type"
    status = 415
    default_message = _("Send the body as application/json.")


class TooMany(PlatformError):
    code = "too_many_requests"
    status = 429
    default_message = _("Too many requests: wait as long as Retry-After says, then go on.")


class Unavailable(PlatformError):
    code = "unavailable"
    status = 503
    default_message = _("The service cannot answer at the moment: try again shortly.")


class ServerFault(PlatformError):
    code = "server_fault"
    status = 500
    default_message = _("Something went wrong on our side. Quote the request id when you report it.")


def error_body(error: PlatformError, request_id: str) -> dict:
    return {"error": error.as_dict(), "request_id": request_id}
