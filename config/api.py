"""What every address of the REST API shares: the caller, scopes, rates, JSON, errors, pages."""

import base64
import binascii

import msgspec
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from config import errors, request_id
from config.accounts.authentication import BearerKey, Caller
from config.accounts.models import Account
from config.accounts.rates import spend
from config.one_page import one_page
from config.refused_calls import tell_of_refusal

DEFAULT_PAGE, LARGEST_PAGE = 50, 200


class BodyInvalid(errors.Invalid):
    code = "body_invalid"
    default_message = _("The body is not the JSON object that this address expects.")


class CursorInvalid(errors.Invalid):
    code = "cursor_invalid"
    default_message = _("This cursor did not come from this list: start again without it.")


class MultipartInvalid(errors.Invalid):
    code = "multipart_invalid"
    default_message = _("The body is not the multipart/form-data that its Content-Type announces.")


class TooManyParts(errors.Invalid):
    code = "too_many_parts"
    default_message = _("The form has more fields or files than this address takes.")


class JsonParser(BaseParser):
    """Reads the whole body into memory, so it takes less than an upload may have."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(settings.ASSAY_MAX_JSON_BYTES + 1)
        if len(body) > settings.ASSAY_MAX_JSON_BYTES:
            raise errors.TooLarge(most=settings.ASSAY_MAX_JSON_BYTES)
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BodyInvalid(str(error)) from error


class MultipartParser(MultiPartParser):
    """Files and fields of a form. Large files go to the disk as they come, not through memory.

    The view finds files in `request.FILES.getlist(name)`, fields in `request.data`. Their names came from
    the client: show them, never open them.
    """

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except (exceptions.ParseError, UnreadablePostError) as error:
            raise MultipartInvalid(str(error)) from error
        except (TooManyFilesSent, TooManyFieldsSent) as error:
            raise TooManyParts() from error


def plain(value):
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    _encode = msgspec.json.Encoder(enc_hook=plain).encode

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else self._encode(data)


class OwnedAPIView(APIView):
    """Base of all API views. `scopes` names, per method, what the key must be allowed to do."""

    authentication_classes = [BearerKey]
    permission_classes: list = []
    parser_classes = [JsonParser]
    renderer_classes = [JsonRenderer]
    scopes: dict[str, str] = {}
    known_caller: Caller | None = None

    def initial(self, request, *args, **kwargs):
        if request.auth is None:
            raise errors.Unauthenticated()
        self.known_caller = request.auth
        scope = self.scopes.get(request.method)
        if scope:
            request.auth.require(scope)
        key = request.auth.key
        spend(key_id=key.pk, limit=key.calls_per_minute, now=timezone.now())

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @property
    def caller(self) -> Caller:
        return self.request.auth

    @property
    def account(self) -> Account:
        return self.request.auth.account

    def require(self, scope: str) -> None:
        self.request.auth.require(scope)

    def owned(self, model):
        """The only way in which API views reach rows: those of the caller's account."""
        return model.objects.owned_by(self.account)

    def one(self, model, **lookup):
        found = self.owned(model).filter(**lookup).first()
        if found is None:
            raise errors.NotFound()
        return found


def page_size(request) -> int:
    text = request.query_params.get("limit")
    if not text:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_PAGE:
        raise errors.Invalid(_("limit is a number from 1 to 200."), field="limit")
    return int(text)


class KeysetPagination:
    """Pages by the last row's id: as fast at row ten million as at row one, and it never counts."""

    def __init__(self, request, *, descending: bool = True):
        self.descending = descending
        self.size = page_size(request)
        self.after = self._read(request.query_params.get("cursor"))

    def page(self, rows) -> tuple[list, str | None]:
        """Rows of one page, and the cursor of the next or None."""
        if self.after is not None:
            rows = rows.filter(id__lt=self.after) if self.descending else rows.filter(id__gt=self.after)
        found = one_page(rows, self.size + 1, newest_first=self.descending)
        more = len(found) > self.size
        found = found[: self.size]
        return found, self._write(found[-1].pk) if more else None

    @staticmethod
    def _write(last_id: int) -> str:
        return base64.urlsafe_b64encode(str(last_id).encode()).decode().rstrip("=")

    @staticmethod
    def _read(text: str | None) -> int | None:
        if not text:
            return None
        try:
            last_id = int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
        except (binascii.Error, ValueError, UnicodeDecodeError) as error:
            raise CursorInvalid(field="cursor") from error
        if not 0 <= last_id < 2**63:
            raise CursorInvalid(field="cursor")
        return last_id


def answer_error(error, context) -> Response | None:
    """Turn what a view raised into the one shape; None lets unexpected errors reach the 500 handler."""
    known = as_platform_error(error)
    tell_of_refusal(
        known or errors.ServerFault(),
        caller=getattr(context["view"], "known_caller", None),
        request=context["request"],
    )
    if known is None:
        return None
    response = Response(errors.error_body(known, request_id.current()), status=known.status)
    if known.retry_after is not None:
        response.headers["Retry-After"] = str(known.retry_after)
    if known.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="assay"'
    return response


def as_platform_error(error) -> errors.PlatformError | None:
    match error:
        case errors.PlatformError():
            return error
        case Http404():
            return errors.NotFound()
        case PermissionDenied():
            return errors.Forbidden()
        case OperationalError() | InterfaceError():
            return errors.Unavailable(retry_after=5)
        case RequestDataTooBig() | exceptions.APIException(status_code=413):
            return errors.TooLarge()
        case exceptions.ValidationError():
            return first_fault(error.detail)
        case exceptions.ParseError():
            return BodyInvalid()
        case exceptions.MethodNotAllowed():
            return errors.MethodNotAllowed()
        case exceptions.UnsupportedMediaType() | exceptions.NotAcceptable():
            return errors.UnsupportedMediaType()
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return errors.Unauthenticated()
        case exceptions.Throttled():
            return errors.TooMany(retry_after=int(error.wait or 1))
        case exceptions.APIException():
            return errors.Invalid(error.detail)
    return None


def first_fault(detail, path: str = "") -> errors.Invalid:
    """The first message of a serializer, with the path of its field."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        step = "" if name == "non_field_errors" else str(name)
        return first_fault(inner, f"{path}.{step}".strip("."))
    if isinstance(detail, list) and detail:
        inner = next((part for part in detail if part), detail[0])
        return first_fault(inner, path)
    return errors.Invalid(str(detail), field=path)


def read_body(request, shape):
    """The body as a msgspec struct; what does not fit is named by its path."""
    return converted(request.data, shape)


def read_form(request, shape):
    """The text fields of a form as a msgspec struct; an empty field counts as not given."""
    fields = {name: value for name, value in request.data.items() if isinstance(value, str) and value}
    return converted(fields, shape, strict=False)


def converted(data, shape, *, strict: bool = True):
    try:
        return msgspec.convert(data, shape, strict=strict)
    except msgspec.ValidationError as error:
        message, _at, path = str(error).partition(" - at `$.")
        raise errors.Invalid(message, field=path.rstrip("`")) from error


class ErrorDetailShape(serializers.Serializer):
    code = serializers.CharField(help_text="Stable; see the table of codes.")
    message = serializers.CharField()
    field = serializers.CharField(required=False)
    details = serializers.DictField(required=False)


class ErrorShape(serializers.Serializer):
    error = ErrorDetailShape()
    request_id = serializers.UUIDField()


def answers(good: dict, *refusals: int) -> dict:
    """Documented answers of an operation: its own, and the refusals it may give."""
    return good | dict.fromkeys(refusals, ErrorShape)
