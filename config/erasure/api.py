"""What a client asks about a person: to count, hand out and erase what is held; and the proof that it was."""

import msgspec
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers, read_body
from config.erasure.archive import open_archive
from config.erasure.models import ErasureReceipt, SubjectRequest
from config.erasure.operations import ask_count, ask_erasure, ask_export
from config.erasure.receipts import said_by
from config.erasure.subjects import Kind, Subject, SubjectInvalid
from config.errors import NotFound

Purpose = SubjectRequest.Purpose
NAMES = Kind.values
COMMON = (401, 403, 429)
FILTERS = [OpenApiParameter(name, str, description="Only what is about this subject.") for name in NAMES]


class SubjectShape(serializers.Serializer):
    author_id = serializers.CharField(required=False, help_text="Name one of the four.")
    data_id = serializers.CharField(required=False)
    request_id = serializers.CharField(required=False)
    media_id = serializers.CharField(required=False)


class NewErasureShape(SubjectShape):
    dry_run = serializers.BooleanField(default=False, help_text="Count only; nothing is taken away.")


class SubjectRequestShape(serializers.Serializer):
    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(Purpose.choices)
    kind = serializers.ChoiceField(Kind.choices)
    subject = serializers.CharField(help_text="A keyed digest: the same for the same subject.")
    state = serializers.ChoiceField(SubjectRequest.State.choices)
    rows = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")
    files = serializers.IntegerField()
    asked_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    began_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    file_until = serializers.DateTimeField(allow_null=True, help_text="Of an export: when its file goes.")


class SubjectRequestPageShape(serializers.Serializer):
    items = SubjectRequestShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ErasureReceiptShape(serializers.Serializer):
    receipt_id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    subject = serializers.CharField()
    rows = serializers.IntegerField()
    files = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of all the above; the audit log bears it, too.")


class SubjectBody(msgspec.Struct, forbid_unknown_fields=True):
    author_id: str = ""
    data_id: str = ""
    request_id: str = ""
    media_id: str = ""


class ErasureBody(SubjectBody, forbid_unknown_fields=True):
    dry_run: bool = False


def subject_in(named: dict[str, str]) -> Subject:
    given = [(name, named[name]) for name in NAMES if named.get(name)]
    if len(given) != 1:
        raise SubjectInvalid(given=[name for name, _value in given])
    return Subject.named(*given[0])


def subject_of(body: SubjectBody) -> Subject:
    return subject_in({name: getattr(body, name) for name in NAMES})


def request_body(request: SubjectRequest) -> dict:
    return {
        "id": str(request.uid),
        "purpose": request.purpose,
        "kind": request.kind,
        "subject": request.digest,
        "state": request.state,
        "rows": request.rows,
        "counts": request.counts,
        "files": request.files,
        "asked_by": request.asked_name,
        "created_at": request.created_at,
        "began_at": request.began_at,
        "finished_at": request.finished_at,
        "file_until": request.expires_at if request.file else None,
    }


class SubjectView(OwnedAPIView):
    purposes: tuple[str, ...] = ()

    def found(self, uid) -> SubjectRequest:
        found = self.owned(SubjectRequest).filter(uid=uid, purpose__in=self.purposes).first()
        if found is None:
            raise NotFound()
        found.account = self.account
        return found

    def listed(self, request) -> Response:
        rows = self.owned(SubjectRequest).filter(purpose__in=self.purposes)
        if any(request.query_params.get(name) for name in NAMES):
            rows = rows.about(subject_in(request.query_params).digest(self.account))
        found, cursor = KeysetPagination(request).page(rows)
        return Response({"items": [request_body(one) for one in found], "next_cursor": cursor})

    def asked(self) -> dict:
        return {"account": self.account, "actor": self.caller.key, "now": timezone.now()}


class Erasing(SubjectView):
    purposes = (Purpose.ERASE, Purpose.COUNT)


class Exporting(SubjectView):
    purposes = (Purpose.EXPORT,)


class Erasures(Erasing):
    scopes = {"GET": "subjects:read", "POST": "subjects:write"}

    @extend_schema(
        operation_id="list_erasures",
        summary="List erasures, newest first",
        description="With an id: whether this subject was erased. What is kept of it is a keyed digest.",
        parameters=FILTERS,
        responses=answers({200: SubjectRequestPageShape}, 400, *COMMON),
    )
    def get(self, request):
        return self.listed(request)

    @extend_schema(
        operation_id="erase_subject",
        summary="Erase a person, or one piece of content",
        description="In the background, from all tables, files, libraries and exports. It cannot be undone.",
        request=NewErasureShape,
        responses=answers({202: SubjectRequestShape}, 400, 409, 413, *COMMON),
    )
    def post(self, request):
        body = read_body(request, ErasureBody)
        ask = ask_count if body.dry_run else ask_erasure
        return Response(request_body(ask(subject=subject_of(body), **self.asked())), status=202)


class OneErasure(Erasing):
    scopes = {"GET": "subjects:read"}

    @extend_schema(
        operation_id="read_erasure",
        summary="Read how far an erasure is",
        responses=answers({200: SubjectRequestShape}, 404, *COMMON),
    )
    def get(self, request, uid):
        return Response(request_body(self.found(uid)))


class Receipt(Erasing):
    scopes = {"GET": "subjects:read"}

    @extend_schema(
        operation_id="read_erasure_receipt",
        summary="Read the receipt of an erasure that has ended",
        responses=answers({200: ErasureReceiptShape}, 404, *COMMON),
    )
    def get(self, request, uid):
        receipt = self.one(ErasureReceipt, request__uid=uid)
        return Response(said_by(receipt) | {"sha256": receipt.sha256})


class SubjectExports(Exporting):
    scopes = {"GET": "subjects:read", "POST": "subjects:write"}

    @extend_schema(
        operation_id="list_subject_exports",
        summary="List exports of what is held of people, newest first",
        parameters=FILTERS,
        responses=answers({200: SubjectRequestPageShape}, 400, *COMMON),
    )
    def get(self, request):
        return self.listed(request)

    @extend_schema(
        operation_id="export_subject",
        summary="Write down everything that is held of a person",
        request=SubjectShape,
        responses=answers({202: SubjectRequestShape}, 400, 409, 413, *COMMON),
    )
    def post(self, request):
        body = read_body(request, SubjectBody)
        return Response(request_body(ask_export(subject=subject_of(body), **self.asked())), status=202)


class OneSubjectExport(Exporting):
    scopes = {"GET": "subjects:read"}

    @extend_schema(
        operation_id="read_subject_export",
        summary="Read how far an export of a person's data is",
        responses=answers({200: SubjectRequestShape}, 404, *COMMON),
    )
    def get(self, request, uid):
        return Response(request_body(self.found(uid)))


class SubjectExportFile(Exporting):
    scopes = {"GET": "subjects:write"}

    @extend_schema(
        operation_id="fetch_subject_export",
        summary="Fetch what is held of a person",
        description="A zip with a file of JSON lines for each kind of data, and the files that go with them.",
        responses=answers({(200, "application/zip"): OpenApiTypes.BINARY}, 404, 409, *COMMON),
    )
    def get(self, request, uid):
        export = self.found(uid)
        file = open_archive(request=export, actor=self.caller.key, now=timezone.now())
        return as_download(export, file)


def as_download(export: SubjectRequest, file) -> FileResponse:
    answer = FileResponse(
        file, as_attachment=True, filename=f"{export.uid}.zip", content_type="application/zip"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
