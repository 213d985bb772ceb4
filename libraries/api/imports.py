from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from config.api import OwnedAPIView, answers
from config.tables import csv
from libraries.api.shapes import ImportShape, import_body
from libraries.api.vocabularies import SCOPES
from libraries.downloads import as_download, go_on, report_rows
from libraries.models import KeywordImport, Vocabulary
from libraries.operations.keyword_imports import confirm_import, start_import
from libraries.resources import export_vocabulary

DONE = OpenApiExample(
    "Imported",
    value={
        "id": 5,
        "vocabulary": 12,
        "file_name": "words.csv",
        "state": "done",
        "lines": 4,
        "done": 4,
        "counts": {"added": 2, "repeated": 1, "keyword_too_long": 1},
        "error": "",
        "created_at": "2026-11-21T09:00:00+00:00",
        "finished_at": "2026-11-21T09:00:01+00:00",
    },
    response_only=True,
    status_codes=["200", "201"],
)
REPORT_IS_CSV = "Line, keyword, outcome and detail of every line of the file, as CSV."


class FileParser(BaseParser):
    """The body is the file, whatever it says it is: what it is, is seen from its bytes."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        return stream.read()


class Imports(OwnedAPIView):
    scopes = SCOPES
    parser_classes = [FileParser]

    @extend_schema(
        operation_id="start_import",
        summary="Import a file of keywords",
        description="The body is the file: text with a keyword a line, CSV, or Excel. It is checked; the "
        "words are brought in when it is confirmed, or without asking with `confirm=true`. Long files are "
        "worked on in the background: read the import until its state is `checked`, `done` or `failed`.",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("file_name", str, description="Its ending tells .csv from .txt."),
            OpenApiParameter("confirm", bool, description="Bring the words in without asking again."),
        ],
        responses=answers({201: ImportShape}, 400, 401, 403, 404, 409, 413, 429),
        examples=[DONE],
    )
    def post(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        made = start_import(
            vocabulary=vocabulary,
            file_name=request.query_params.get("file_name", "words.txt"),
            data=request.data if isinstance(request.data, bytes) else b"",
            confirm=request.query_params.get("confirm", "").lower() in {"1", "true"},
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(import_body(go_on(made)), status=201)


class OneImport(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="read_import",
        summary="Read how an import stands",
        responses=answers({200: ImportShape}, 401, 403, 404, 429),
        examples=[DONE],
    )
    def get(self, request, import_id):
        return Response(import_body(self.one(KeywordImport, pk=import_id)))


class ImportConfirmation(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="confirm_import",
        summary="Bring in the words of a checked file",
        request=None,
        responses=answers({200: ImportShape}, 401, 403, 404, 409, 429),
        examples=[DONE],
    )
    def post(self, request, import_id):
        held = confirm_import(keyword_import=self.one(KeywordImport, pk=import_id), now=timezone.now())
        return Response(import_body(go_on(held)))


class ImportReport(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="download_import_report",
        summary="Download what became of each line",
        description=REPORT_IS_CSV,
        responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 401, 403, 404, 429),
    )
    def get(self, request, import_id):
        held = self.one(KeywordImport, pk=import_id)
        answer = StreamingHttpResponse(csv.csv_bytes(*report_rows(held)), content_type=csv.CONTENT_TYPE)
        return as_download(answer, f"report-{held.file_name}", "csv")


class VocabularyExport(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="export_vocabulary",
        summary="Download a vocabulary as CSV, Excel or text",
        description="What a spreadsheet would compute begins with an apostrophe; an import takes it off.",
        parameters=[
            OpenApiParameter("format", str, enum=["csv", "xlsx", "txt"], description="csv unless told.")
        ],
        responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 400, 401, 403, 404, 429),
    )
    def get(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        kind = request.query_params.get("format", "csv")
        content, content_type = export_vocabulary(
            vocabulary=vocabulary, kind=kind, actor=self.caller.key, now=timezone.now()
        )
        answer = StreamingHttpResponse(content, content_type=content_type)
        return as_download(answer, f"vocabulary-{vocabulary.pk}-{vocabulary.name}", kind)
