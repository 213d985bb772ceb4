from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from config.errors import NotFound
from moderation.api.bodies import ResultShape, result_body
from moderation.models import ModerationResult


class OneResult(OwnedAPIView):
    scopes = {"GET": "results:read"}

    @extend_schema(
        operation_id="read_result",
        summary="Read a result, with the human verdict once there is one",
        responses=answers({200: ResultShape}, 401, 403, 404, 429),
    )
    def get(self, request, request_id):
        results = self.owned(ModerationResult).select_related("service").filter(request_id=request_id)
        result = results.order_by("id").first()
        if result is None:
            raise NotFound()
        return Response(result_body(result))
