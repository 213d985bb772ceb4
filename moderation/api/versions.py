"""The versions of a service's rules: listed, read, compared."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, answers
from config.errors import NotFound
from moderation.api.service_bodies import changes_body, rules_body, version_body
from moderation.api.service_shapes import ComparisonShape, VersionPageShape, VersionWithRulesShape
from moderation.api.services import ServiceView
from moderation.models import Service, ServiceDraft, ServiceVersion
from moderation.operations.drafts import VersionUnknown, held_draft
from moderation.rules_diff import rules_diff

DRAFT = "draft"
SIDE = "Number of a version, or draft."


class VersionView(ServiceView):
    def versions(self, service: Service):
        rows = self.owned(ServiceVersion).select_related("published_by", "restored_from")
        return rows.filter(service=service)

    def before(self, version: ServiceVersion, service: Service) -> ServiceVersion | None:
        return self.versions(service).before(version.number).newest_first().first()


class Versions(VersionView):
    @extend_schema(
        operation_id="list_versions",
        summary="List the versions of a service's rules, newest first",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses=answers({200: VersionPageShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, code):
        service = self.service(code)
        found, following = KeysetPagination(request).page(self.versions(service))
        older = [*found[1:], self.before(found[-1], service)] if found else []
        bodies = [version_body(version, before) for version, before in zip(found, older, strict=True)]
        return Response({"versions": bodies, "next": following})


class OneVersion(VersionView):
    @extend_schema(
        operation_id="read_version",
        summary="Read a version with its rules",
        responses=answers({200: VersionWithRulesShape}, 401, 403, 404, 429),
    )
    def get(self, request, code, number):
        service = self.service(code)
        version = self.versions(service).filter(number=number).first()
        if version is None:
            raise NotFound()
        told = version_body(version, self.before(version, service))
        return Response({**told, "rules": rules_body(version.rules, service)})


class Comparison(VersionView):
    @extend_schema(
        operation_id="compare_versions",
        summary="What differs between two versions, or a version and the draft",
        parameters=[
            OpenApiParameter("from", str, required=True, description=SIDE),
            OpenApiParameter("to", str, required=True, description=SIDE),
        ],
        responses=answers({200: ComparisonShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, code):
        service = self.service(code)
        first, second = (self.side(service, name) for name in ("from", "to"))
        changes = changes_body(rules_diff(first.rules, second.rules))
        return Response({"from": first.key, "to": second.key, "changes": changes})

    def side(self, service: Service, name: str) -> ServiceVersion | ServiceDraft:
        asked = self.request.query_params.get(name, "")
        found = None
        if asked == DRAFT:
            found = held_draft(service)
        elif asked.isascii() and asked.isdigit() and len(asked) < 10:
            found = self.versions(service).filter(number=int(asked)).first()
        if found is None:
            raise VersionUnknown(field=name)
        return found
