"""Takes calls of the SDKs out before anything asks for sessions, forms or known hosts."""

from django.utils import translation
from django.utils.translation import get_language_from_request

from config import request_id
from config.wire import gateway
from config.wire.objects import gateway as objects
from config.wire.objects.addresses import address_in
from config.wire.requests import WireRequest

BY_PATH = "/green/"
# Whoever signs like an SDK is answered like one, wherever the call went.
MARKS = ("HTTP_X_ACS_ACTION", "HTTP_X_ACS_VERSION", "HTTP_X_ACS_SIGNATURE_NONCE")
SCHEMES = ("ACS3-", "acs ")


class WireMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        address = address_in(request.path_info, request.environ)
        if address is None and not is_wire(request):
            return self.get_response(request)
        # As pages of the console do: whatever the request before it spoke, each speaks its own.
        translation.activate(get_language_from_request(request))
        wire = WireRequest(request.environ, request)
        if address is not None:
            return objects.answer(wire, address, request_id=request_id.current().upper(), http=request)
        return gateway.answer(wire, request_id=request_id.current(), http=request)


def is_wire(request) -> bool:
    """Pages of the console are asked for by GET, and never with an action."""
    if request.path_info.startswith(BY_PATH) or any(mark in request.META for mark in MARKS):
        return True
    if request.META.get("HTTP_AUTHORIZATION", "").startswith(SCHEMES):
        return True
    is_at_the_root = request.path_info == "/"
    return is_at_the_root and (request.method == "POST" or "Action=" in request.META.get("QUERY_STRING", ""))
