import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.errors import Invalid, NotFound
from moderation.api.service_bodies import rules_body, service_body
from moderation.api.service_shapes import (
    NewCopyShape,
    ServiceFactsShape,
    ServiceShape,
    ServiceWithRulesShape,
)
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.services import copy_service, rename_service, services_judged_by

SCOPES = {
    "GET": "services:read",
    "POST": "services:write",
    "PUT": "services:write",
    "PATCH": "services:write",
    "DELETE": "services:write",
}


class Facts(msgspec.Struct, forbid_unknown_fields=True):
    name: str | None = None
    description: str | None = None


class NewCopy(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    description: str = ""


class ServiceView(OwnedAPIView):
    """An address under one service of the account."""

    scopes = SCOPES

    def services(self):
        return self.owned(Service).select_related("account", "copied_from", "current_version", "draft")

    def service(self, code: str) -> Service:
        found = self.services().filter(code=code).first()
        if found is None:
            raise NotFound()
        return found

    def told(self, service: Service) -> dict:
        rules = rules_body(service.current_version.rules, service)
        return {**service_body(service), "used_by": services_judged_by(service=service), "rules": rules}


class Services(ServiceView):
    @extend_schema(
        operation_id="list_services",
        summary="List the account's services",
        parameters=[OpenApiParameter("content_type", str, enum=ContentType.values)],
        responses=answers({200: ServiceShape(many=True)}, 400, 401, 403, 429),
    )
    def get(self, request):
        services = self.services().shown_to(self.account).by_code()
        kind = request.query_params.get("content_type")
        if kind:
            if kind not in ContentType.values:
                raise Invalid(field="content_type")
            services = services.of_content(kind)
        return Response([service_body(service) for service in services])


class OneService(ServiceView):
    @extend_schema(
        operation_id="read_service",
        summary="Read a service with its current rules",
        description="Its rules name each label of its detection scope, with what stands behind it. "
        "They may be sent back as they are, changed, to be published.",
        responses=answers({200: ServiceWithRulesShape}, 401, 403, 404, 429),
    )
    def get(self, request, code):
        return Response(self.told(self.service(code)))

    @extend_schema(
        operation_id="change_service",
        summary="Change a service's name or description",
        description="What is left out stays as it is.",
        request=ServiceFactsShape,
        responses=answers({200: ServiceShape}, 400, 401, 403, 404, 429),
    )
    def patch(self, request, code):
        service, asked = self.service(code), read_body(request, Facts)
        rename_service(
            service=service,
            name=service.name if asked.name is None else asked.name,
            description=service.description if asked.description is None else asked.description,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(service_body(self.service(code)))


class CopyOfService(ServiceView):
    @extend_schema(
        operation_id="copy_service",
        summary="Copy a service",
        description="The copy begins with the rules in force, under the code `<source>_01`, `_02`, …: "
        "it can be called at once, and goes its own way.",
        request=NewCopyShape,
        responses=answers({201: ServiceWithRulesShape}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request, code):
        asked = read_body(request, NewCopy)
        made = copy_service(
            service=self.service(code),
            name=asked.name,
            description=asked.description,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(self.told(self.service(made.code)), status=201)
