from urllib.parse import urlencode

import msgspec
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import BaseRenderer, KeysetPagination, OwnedAPIView, answers, read_body
from config.repeats import REPEATS, answered
from stats.export_pages import file_answer
from stats.exports.asking import request_export
from stats.exports.kinds import KINDS, kind_of
from stats.exports.links import fetch_export
from stats.exports.usage_report import export_usage
from stats.exports.usage_rows import COLUMNS, read_usage_asked
from stats.models import Export
from stats.periods import RangeTooLong

STEPS_AT_ONCE = 62


class NewExport(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    format: str = Export.Format.XLSX.value
    filters: dict[str, str | list[str]] = {}
    columns: list[str] = []


class NewExportShape(serializers.Serializer):
    kind = serializers.ChoiceField(
        Export.Kind.choices, help_text="What is exported. The key needs the scope that reads such rows."
    )
    format = serializers.ChoiceField(Export.Format.choices, required=False)
    filters = serializers.DictField(
        required=False, help_text="As in the address of the list: its names, with a text or a list of texts."
    )
    columns = serializers.ListField(
        child=serializers.ChoiceField(list(COLUMNS)), required=False, help_text="Of usage: more columns."
    )


class ExportShape(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Export.Kind.choices)
    format = serializers.ChoiceField(Export.Format.choices)
    state = serializers.ChoiceField(Export.State.choices)
    filters = serializers.CharField(help_text="As the query of an address.")
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField(help_text="Written so far.")
    total = serializers.IntegerField(allow_null=True, help_text="To be written in all, once that is known.")
    is_cut = serializers.BooleanField(help_text="There were more rows than one file holds.")
    bytes = serializers.IntegerField()
    schedule = serializers.IntegerField(allow_null=True)
    period_first = serializers.DateField(allow_null=True)
    period_last = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(allow_null=True, help_text="Where the file is, while it is there.")


class ExportPageShape(serializers.Serializer):
    exports = ExportShape(many=True)
    next = serializers.CharField(allow_null=True)


def export_body(export: Export) -> dict:
    is_ready = export.state == Export.State.READY
    return {
        "id": export.pk,
        "kind": export.kind,
        "format": export.format,
        "state": export.state,
        "filters": export.query,
        "columns": export.columns,
        "rows": export.rows,
        "total": export.total,
        "is_cut": export.is_cut,
        "bytes": export.size,
        "schedule": export.schedule_id,
        "period_first": export.period_first and export.period_first.isoformat(),
        "period_last": export.period_last and export.period_last.isoformat(),
        "created_at": export.created_at.isoformat(),
        "finished_at": export.finished_at and export.finished_at.isoformat(),
        "expires_at": export.expires_at and export.expires_at.isoformat(),
        "file": f"/api/v1/exports/{export.pk}/file" if is_ready else None,
    }


class FileRenderer(BaseRenderer):
    """Lets a client ask for a file by its type; errors are JSON all the same."""

    media_type, format = "*/*", "file"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return msgspec.json.encode(data, enc_hook=str)


class ExportView(OwnedAPIView):
    """A program sees what keys of its account asked for and what schedules made, of the kinds it may read."""

    def kinds(self) -> list[str]:
        return [kind.code.value for kind in KINDS.values() if kind.scope in self.caller.scopes]

    def exports(self):
        return Export.objects.of_keys(self.account).filter(kind__in=self.kinds())

    def export(self, export_id: int) -> Export:
        found = self.exports().select_related("account").filter(pk=export_id).first()
        return found or self.one(Export, pk=None)


class Exports(ExportView):
    @extend_schema(
        operation_id="list_exports",
        summary="List exports, the newest first",
        description="Those that keys of the account asked for and those of schedules, of the kinds that this "
        "key may read. What people asked for in the console is theirs.",
        parameters=[
            OpenApiParameter("limit", int, description="1 to 200."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("schedule", int, description="Only those that this schedule made."),
        ],
        responses=answers({200: ExportPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        exports, schedule = self.exports(), request.query_params.get("schedule", "")
        if schedule:
            exports = exports.filter(schedule=int(schedule) if schedule.isdecimal() else None)
        found, after = KeysetPagination(request).page(exports)
        return Response({"exports": [export_body(export) for export in found], "next": after})

    @extend_schema(
        operation_id="request_export",
        summary="Ask for a table as a file",
        description="It is written in the background: read its state until it is ready, then fetch the file.",
        request=NewExportShape,
        responses=answers({202: ExportShape}, 400, 401, 403, 409, 429),
        parameters=[REPEATS],
        examples=[
            OpenApiExample(
                "A year of usage",
                value={
                    "kind": "usage",
                    "format": "xlsx",
                    "filters": {"by": "day", "from": "2025-11-22", "to": "2026-11-21"},
                    "columns": ["hits", "labels"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request):
        asked = read_body(request, NewExport)
        self.require(kind_of(asked.kind).scope)
        return answered(self, asked=asked, status=202, act=lambda: self.ask(asked))

    def ask(self, asked: NewExport) -> dict:
        export = request_export(
            account=self.account,
            actor=self.caller.key,
            kind=asked.kind,
            format=asked.format,
            query=urlencode(asked.filters, doseq=True),
            columns=asked.columns,
            has_content=True,
            now=timezone.now(),
        )
        return export_body(export)


class OneExport(ExportView):
    @extend_schema(
        operation_id="read_export",
        summary="Read how far an export is",
        responses=answers({200: ExportShape}, 401, 403, 404, 429),
    )
    def get(self, request, export_id):
        return Response(export_body(self.export(export_id)))


class ExportFile(ExportView):
    renderer_classes = [*OwnedAPIView.renderer_classes, FileRenderer]

    @extend_schema(
        operation_id="fetch_export",
        summary="Fetch the file of an export",
        description="Who fetched it stands in the audit log. 409 while there is no file.",
        responses=answers(
            {200: OpenApiResponse(OpenApiTypes.BINARY, "CSV or Excel, as it was asked for.")},
            401,
            403,
            404,
            409,
            429,
        ),
    )
    def get(self, request, export_id):
        export = self.export(export_id)
        return file_answer(export, fetch_export(export=export, key=self.caller.key, now=timezone.now()))


class UsageReport(OwnedAPIView):
    scopes = {"GET": "stats:read"}
    renderer_classes = [*OwnedAPIView.renderer_classes, FileRenderer]

    @extend_schema(
        operation_id="read_usage_report",
        summary="Read the usage report of a short range as a file",
        description="The headers are Account UID, Service, Usage and Date, and only what was called has a "
        "row. Up to 62 days or 12 months; ask for an export of a longer range.",
        parameters=[
            OpenApiParameter("format", str, enum=list(Export.Format.values), description="csv unless said."),
            OpenApiParameter("by", str, enum=["day", "month"], description="By day unless told otherwise."),
            OpenApiParameter("from", str, description="First day or month: 2026-11-01 or 2026-11."),
            OpenApiParameter("to", str, description="Last day or month, included."),
            OpenApiParameter("service", str, many=True, description="Code of a service; may be repeated."),
            OpenApiParameter("content_type", str, description="One or more by a comma."),
            OpenApiParameter("source", str, description="One or more by a comma; online tests only so."),
            OpenApiParameter("column", str, many=True, enum=list(COLUMNS), description="More columns."),
        ],
        responses=answers({200: OpenApiResponse(OpenApiTypes.BINARY, "CSV or Excel.")}, 400, 401, 403, 429),
    )
    def get(self, request):
        now, params = timezone.now(), request.query_params
        asked = read_usage_asked(params, account=self.account, now=now)
        steps = len(asked.period.steps)
        if steps > STEPS_AT_ONCE:
            raise RangeTooLong(field="from", asked=steps, most=STEPS_AT_ONCE)
        return export_usage(
            account=self.account,
            asked=asked,
            kind=params.get("format", "csv"),
            columns=params.getlist("column"),
            actor=self.caller.key,
            now=now,
        )
