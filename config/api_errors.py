"""Answers to what no view could handle: JSON for programs, pages in the console."""

from django.http import JsonResponse
from django.views import defaults

from config import errors, request_id

API = ("/api/", "/v1/")


def as_json(error: errors.PlatformError) -> JsonResponse:
    return JsonResponse(errors.error_body(error, request_id.current()), status=error.status)


def bad_request(request, exception=None):
    if request.path.startswith(API):
        return as_json(errors.Invalid())
    return defaults.bad_request(request, exception)


def permission_denied(request, exception=None):
    if request.path.startswith(API):
        return as_json(errors.Forbidden())
    return defaults.permission_denied(request, exception)


def page_not_found(request, exception=None):
    if request.path.startswith(API):
        return as_json(errors.NotFound())
    return defaults.page_not_found(request, exception)


def server_error(request):
    if request.path.startswith(API):
        return as_json(errors.ServerFault())
    return defaults.server_error(request)
