"""A PlatformError in the console is a message to the person, never a 500."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from config import request_id
from config.errors import NotFound, PlatformError, error_body


class Refusable:
    """Admin pages on which an operation's refusal stands in the form, with what the person typed."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PlatformError as error:
            if request.method != "POST" or isinstance(error, NotFound):
                raise
            request.refusal = error
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return refused(form, refusal) if refusal else form


def refused(form: type, refusal: PlatformError) -> type:
    """The same form, with the refusal beside the field it names or on top."""

    def clean(self):
        cleaned = form.clean(self)
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal.message))
        return cleaned

    return type(form.__name__, (form,), {"clean": clean})


def answer(request, error: PlatformError):
    """What a console view answers instead of raising: JSON to scripts, else a message on the page before."""
    if wants_json(request):
        return JsonResponse(error_body(error, request_id.current()), status=error.status)
    if isinstance(error, NotFound):
        raise Http404 from error
    messages.error(request, str(error.message))
    return HttpResponseRedirect(page_before(request))


def wants_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def page_before(request) -> str:
    """The page that sent the request, if it is ours and would not refuse again; else the dashboard."""
    before = urlsplit(request.META.get("HTTP_REFERER", ""))
    here = before.netloc == request.get_host() and before.path
    if not here or (request.method == "GET" and before.path == request.path):
        return reverse("admin:index")
    return f"{before.path}?{before.query}" if before.query else before.path
