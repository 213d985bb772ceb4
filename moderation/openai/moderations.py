"""Moderations in OpenAI's form. They are results like all others: in the lists, for people, in callbacks."""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config import request_id
from config.accounts.rates import spend
from config.api import OwnedAPIView, answer_error, read_body
from config.errors import NotFound
from config.uuid7 import uuid7
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.openai.categories import CATEGORIES, categories_of, verdict_of
from moderation.openai.inputs import Asked, Part, TextPart, inputs_of
from moderation.operations.moderate import moderate_text
from moderation.operations.moderate_images import moderate_image
from moderation.scope import Scope, scopes_of
from moderation.wire.results import UNCOVERED

TEXT, IMAGE = ContentType.TEXT.value, ContentType.IMAGE.value
# What judges unless the call names services of its own as its model.
SERVICES = {TEXT: "llm_query_moderation", IMAGE: "baselineCheck_global"}
SCOPES = {TEXT: "texts:moderate", IMAGE: "images:moderate"}
THEIRS = ("omni-moderation", "text-moderation")
LATEST = "omni-moderation-latest"
KINDS_OF_ERRORS = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}


class ModelUnknown(NotFound):
    code = "model_unknown"
    default_message = _("The model is one of OpenAI's, or the codes of services of yours between commas.")


class Moderations(OwnedAPIView):
    def get_exception_handler(self):
        return answer_in_their_form

    @extend_schema(exclude=True)
    def post(self, request):
        asked = read_body(request, Asked)
        inputs = inputs_of(asked)
        parts = [part for one in inputs for part in one]
        for kind in {kind_of(part) for part in parts}:
            self.require(SCOPES[kind])
        scopes = scopes_of(account_id=self.account.pk, revision=self.caller.revisions.services)
        chosen = services_for(asked.model, scopes)
        for _part in parts[1:]:
            spend(key_id=self.caller.key.pk, limit=self.caller.key.calls_per_minute, now=timezone.now())
        judge = Judge(self.caller, chosen)
        judged = [[judge.judge(part) for part in one] for one in inputs]
        response = Response(
            {
                "id": f"modr-{request_id.current()}",
                "model": asked.model or LATEST,
                "results": [
                    verdict_of(results) | {"category_applied_input_types": looked_for(results, scopes)}
                    for results in judged
                ],
            }
        )
        response.headers["x-assay-request-ids"] = ",".join(dict.fromkeys(judge.request_ids))
        if missed := uncovered([result for results in judged for result in results], scopes):
            response.headers[UNCOVERED] = ",".join(missed)
        return response


class Judge:
    """One call's way through the operations. Parts that one service judges are requests of their own."""

    def __init__(self, caller, services: dict[str, str]):
        self.caller, self.services = caller, services
        self.request_ids: list[str] = []
        self.first, self.asked = UUID(request_id.current()), set()

    def judge(self, part: Part) -> ModerationResult:
        kind = kind_of(part)
        known = {
            "account": self.caller.account,
            "revisions": self.caller.revisions,
            "request_id": uuid7() if kind in self.asked else self.first,
            "now": timezone.now(),
        }
        self.asked.add(kind)
        self.request_ids.append(str(known["request_id"]))
        if kind == TEXT:
            return moderate_text(service_code=self.services[kind], content=part.text, **known)
        (result,) = moderate_image(service_codes=[self.services[kind]], source=part.source, **known)
        return result


def kind_of(part: Part) -> str:
    return TEXT if isinstance(part, TextPart) else IMAGE


def services_for(model: str, scopes: dict[str, Scope]) -> dict[str, str]:
    if not model or model.startswith(THEIRS):
        return SERVICES
    codes = [code.strip() for code in model.split(",")]
    if any(code not in scopes for code in codes):
        raise ModelUnknown(field="model", model=model[:200])
    return SERVICES | {scopes[code].service.content_type: code for code in reversed(codes)}


def looked_for(results: list[ModerationResult], scopes: dict[str, Scope]) -> dict[str, list[str]]:
    """In which kinds of parts anything looks for each category at all."""
    kinds = {category: [] for category in CATEGORIES}
    for kind, category in sorted(set(seen_by(results, scopes)), reverse=True):
        kinds[category].append(kind)
    return kinds


def uncovered(results: list[ModerationResult], scopes: dict[str, Scope]) -> list[str]:
    seen = {category for _kind, category in seen_by(results, scopes)}
    return [category for category in CATEGORIES if category not in seen]


def seen_by(results: list[ModerationResult], scopes: dict[str, Scope]) -> Iterator[tuple[str, str]]:
    for result in results:
        for label in set(scopes[result.service.code].asked).difference(result.uncovered):
            for category in categories_of(label):
                yield result.content_type, category


def answer_in_their_form(error, context) -> Response | None:
    response = answer_error(error, context)
    if response is None:
        return None
    known = response.data["error"]
    response.data = {
        "error": {
            "message": known["message"],
            "type": KINDS_OF_ERRORS.get(response.status_code, "invalid_request_error"),
            "param": known.get("field"),
            "code": known["code"],
        }
    }
    return response
