from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from moderation.api.bodies import ServiceShape
from moderation.models import Service


def service_body(service: Service) -> dict:
    return {
        "code": service.code,
        "name": service.name,
        "description": service.description,
        "content_type": service.content_type,
        "copied_from": service.copied_from and service.copied_from.code,
        "version": service.current_version.number,
    }


class Services(OwnedAPIView):
    scopes = {"GET": "services:read"}

    @extend_schema(
        operation_id="list_services",
        summary="List the account's services",
        responses=answers({200: ServiceShape(many=True)}, 401, 403, 429),
    )
    def get(self, request):
        services = self.owned(Service).select_related("copied_from", "current_version").by_code()
        return Response([service_body(service) for service in services])


class OneService(OwnedAPIView):
    scopes = {"GET": "services:read"}

    @extend_schema(
        operation_id="read_service",
        summary="Read a service with its current rules",
        responses=answers({200: ServiceShape}, 401, 403, 404, 429),
    )
    def get(self, request, code):
        service = self.one(Service, code=code)
        return Response({**service_body(service), "rules": service.current_version.document})
