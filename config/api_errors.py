"""Answers to what no view could handle: pages for those who look at pages, JSON for programs."""

from django.http import JsonResponse
from django.urls import reverse
from django.views import defaults

from config import errors, request_id

API = ("/api/", "/v1/")
WIRE_CODES = {400: "InvalidParameter", 403: "Forbidden", 404: "InvalidAction.NotFound", 500: "InternalError"}


def is_for_people(request) -> bool:
    if request.path.startswith(API):
        return False
    return request.path.startswith(reverse("admin:index")) or "text/html" in request.headers.get("Accept", "")


def as_json(error: errors.PlatformError) -> JsonResponse:
    return JsonResponse(errors.error_body(error, request_id.current()), status=error.status)


def told(error: errors.PlatformError, request) -> JsonResponse:
    """What is not under the API may be a call of an SDK that went astray: told in the words it reads, too."""
    if request.path.startswith(API):
        return as_json(error)
    in_its_words = {
        "Code": WIRE_CODES[error.status],
        "Message": str(error.message),
        "RequestId": request_id.current().upper(),
        "HostId": request.META.get("HTTP_HOST", ""),
    }
    return JsonResponse(errors.error_body(error, request_id.current()) | in_its_words, status=error.status)


def bad_request(request, exception=None):
    if not is_for_people(request):
        return told(errors.Invalid(), request)
    return defaults.bad_request(request, exception)


def permission_denied(request, exception=None):
    if not is_for_people(request):
        return told(errors.Forbidden(), request)
    return defaults.permission_denied(request, exception)


def page_not_found(request, exception=None):
    if not is_for_people(request):
        return told(errors.NotFound(), request)
    return defaults.page_not_found(request, exception)


def server_error(request):
    if not is_for_people(request):
        return told(errors.ServerFault(), request)
    return defaults.server_error(request)
