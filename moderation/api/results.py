from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import CursorInvalid, OwnedAPIView, answers, page_size
from config.errors import Invalid, NotFound
from moderation.api.bodies import ResultShape, result_bodies, result_body
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.results_asked import ANY_RISK, MOST_LABELS, NOT_REVIEWED, read_asked
from moderation.results_query import Place, newest

SERVICE = OpenApiParameter(
    "service", str, description="Code of the service whose result is meant, where a request has several."
)


class ServiceAmbiguous(Invalid):
    code = "service_ambiguous"
    default_message = _("This request has results of several services: say which is meant by service=.")


class ResultPageShape(serializers.Serializer):
    results = ResultShape(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Pass as `cursor` for the next page; null: there is none."
    )


class RequestResultsShape(serializers.Serializer):
    request_id = serializers.UUIDField()
    results = ResultShape(many=True, help_text="One for each service that the request was sent to.")


def results_body(request_id, results) -> dict:
    """All results of one request."""
    return {"request_id": str(request_id), "results": result_bodies(results)}


class ResultOfRequest:
    """Finding the one result that is meant by a request id and, where there are several, a service."""

    def results_of(self, request_id) -> list[ModerationResult]:
        results = self.owned(ModerationResult).select_related("service")
        found = list(results.filter(request_id=request_id).order_by("id"))
        if not found:
            raise NotFound()
        return found

    def result_of(self, request_id) -> ModerationResult:
        found, code = self.results_of(request_id), self.request.query_params.get("service", "")
        meant = [result for result in found if result.service.code == code] if code else found
        if not meant:
            raise NotFound()
        if len(meant) > 1:
            codes = [result.service.code for result in meant]
            raise ServiceAmbiguous(field="service", services=codes)
        return meant[0]


class OneResult(ResultOfRequest, OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="read_result",
        summary="Read a result, with the human verdict once there is one",
        parameters=[SERVICE],
        responses=answers({200: ResultShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, request_id):
        return Response(result_body(self.result_of(request_id)))


class RequestResults(ResultOfRequest, OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="read_results_of_request",
        summary="Read all results of a request, one for each service it was sent to",
        responses=answers({200: RequestResultsShape}, 401, 403, 404, 429),
    )
    def get(self, request, request_id):
        return Response(results_body(request_id, self.results_of(request_id)))


class Results(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="list_results",
        summary="List results, newest first",
        description="Results that are older than the days for which they are kept are not listed.",
        parameters=[
            OpenApiParameter("request_id", str, description="Id of a request."),
            OpenApiParameter("data_id", str, description="Your id of the content."),
            OpenApiParameter("service", str, description="Codes of services, with commas between them."),
            OpenApiParameter(
                "label",
                str,
                description=f"Returned labels, separated by commas: results that carry any of them, at most"
                f" {MOST_LABELS}. Also with `_lib` at the end. `{ANY_RISK}`: any risk.",
            ),
            OpenApiParameter("level", str, description=f"{', '.join(RiskLevel.values)}; several by commas."),
            OpenApiParameter(
                "source", str, description=f"{', '.join(ModerationResult.Source.values)}; several by commas."
            ),
            OpenApiParameter(
                "human", str, description=f"Human verdict: {NOT_REVIEWED}, pass or block; several by commas."
            ),
            OpenApiParameter("content_type", str, enum=ContentType.values),
            OpenApiParameter(
                "from", str, description="First day or moment. Without an offset: the account's time zone."
            ),
            OpenApiParameter("to", str, description="Last day, minute or moment, included."),
            OpenApiParameter("limit", int, description="Results a page, 1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: ResultPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        asked, faults = read_asked(request.query_params, account=self.account, now=timezone.now())
        if faults:
            raise faults[0]
        size, after = page_size(request), place_of(request.query_params.get("cursor"))
        found = newest(asked, account=self.account, after=after, limit=size + 1)
        page, more = found[:size], len(found) > size
        last = str(Place(page[-1].created_at, page[-1].pk)) if more else None
        return Response({"results": result_bodies(page), "next": last})


def place_of(cursor: str | None) -> Place | None:
    try:
        return Place.read(cursor) if cursor else None
    except ValueError as error:
        raise CursorInvalid(field="cursor") from error
