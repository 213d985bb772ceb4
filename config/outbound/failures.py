"""Why a call to somebody else's server came to nothing. Codes are stable: they stand in the attempts."""

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, PlatformError


class UrlInvalid(Invalid):
    code = "url_invalid"
    default_message = _("This is not an address that can be called: write https://host/path.")


class UrlForbidden(Invalid):
    code = "url_forbidden_address"
    default_message = _("This address lies in a network that may not be called from here.")


class OutboundFailed(PlatformError):
    """`address` is the one that was tried last, empty if none was."""

    code = "url_unreachable"
    status = 502
    default_message = _("The server could not be reached.")
    address = ""

    @classmethod
    def at(cls, address: str):
        error = cls()
        error.address = address
        return error


class UrlUnresolvable(OutboundFailed):
    code = "url_unresolvable"
    default_message = _("The host's name has no address.")


class UrlRefused(OutboundFailed):
    code = "url_refused"
    default_message = _("The server refused the connection or broke it off.")


class UrlTimeout(OutboundFailed):
    code = "url_timeout"
    default_message = _("The server did not answer in time.")


class TlsFailed(OutboundFailed):
    code = "tls_failed"
    default_message = _("The server's certificate could not be verified.")


class AnswerInvalid(OutboundFailed):
    code = "answer_invalid"
    default_message = _("The server did not answer in HTTP.")
