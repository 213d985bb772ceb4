"""What every request passes through: its id, and one line in the log when it is answered."""

import time

from django.conf import settings

from config import logs, request_id
from config.metrics import count_request

HEADER = "X-Request-Id"
PROBES = {"/healthz", "/readyz", "/metrics"}


class RequestIdMiddleware:
    """Outermost, so that every answer carries the id: redirects, static files and errors too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        taken = None
        if settings.ASSAY_TRUST_REQUEST_ID:
            taken = request_id.accepted(request.META.get("HTTP_X_REQUEST_ID", ""))
        bound = taken or request_id.fresh()
        request_id.bind(bound)
        try:
            response = self.get_response(request)
        finally:
            request_id.bind("")
        response.headers[HEADER] = bound
        return response


class AccessLogMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        if request.path not in PROBES:
            self.write(request, response.status_code, seconds)
        return response

    @staticmethod
    def write(request, status: int, seconds: float) -> None:
        # The path only: what stands behind the question mark may be content or a secret. So is a token.
        match = request.resolver_match
        facts = {
            "method": request.method,
            "path": f"/{match.route}" if match and "token" in match.kwargs else request.path,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        account = getattr(request, "account", None)
        if account is not None:
            facts["account"] = account.uid
        action = getattr(request, "wire_action", "")
        if action:
            facts["action"] = action
        logs.access.info("request", **facts)
        route = match.route if match else action or "unknown"
        count_request(method=request.method, route=route, status=status, seconds=seconds)
