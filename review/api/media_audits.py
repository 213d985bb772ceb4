"""Manual review of recordings of the media library: decided in batches, and its history."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers, read_body
from config.repeats import REPEATS, answered
from moderation.api.asset_shapes import MediaRefusalShape
from moderation.api.assets import AssetView
from moderation.models import MediaAudit, ModerationResult
from moderation.results_asked import FilterInvalid
from review.operations.media_audits import Audit, create_audits, history_of

ORDERS = ("desc", "asc")


class AuditAsked(msgspec.Struct):
    media_id: str
    status: str
    reason: str = ""
    comment: str = ""
    category: str = ""
    label: str = ""


class AuditsAsked(msgspec.Struct):
    audits: list[AuditAsked]


class NewAuditShape(serializers.Serializer):
    media_id = serializers.CharField()
    status = serializers.ChoiceField(MediaAudit.Status.choices)
    reason = serializers.CharField(required=False, max_length=128)
    comment = serializers.CharField(required=False, max_length=512)
    category = serializers.CharField(
        required=False, help_text="Of a block: one of the account's categories; else what the machine found."
    )
    label = serializers.CharField(required=False, help_text="Of a block: a label of the catalogue.")


class NewAuditsShape(serializers.Serializer):
    audits = NewAuditShape(many=True)


class AuditShape(serializers.Serializer):
    status = serializers.ChoiceField(MediaAudit.Status.choices)
    reason = serializers.CharField()
    comment = serializers.CharField()
    auditor = serializers.CharField()
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was undone: it does not count since."
    )


class AuditedShape(serializers.Serializer):
    media_id = serializers.CharField()
    audit = AuditShape(allow_null=True)
    error = MediaRefusalShape(allow_null=True)


class AuditsDoneShape(serializers.Serializer):
    audits = AuditedShape(many=True)


class HistoryShape(serializers.Serializer):
    media_id = serializers.CharField()
    final = serializers.ChoiceField(
        ModerationResult.Outcome.choices,
        allow_null=True,
        help_text="What stands now; null: nobody has decided.",
    )
    audits = AuditShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Pass as `cursor` for the next page.")


class MediaAudits(OwnedAPIView):
    scopes = {"POST": "review:decide"}

    @extend_schema(
        operation_id="create_audits",
        summary="Pass or block recordings of the media library, up to 100",
        description="Each is decided or refused for itself, and told of by `media.audited`. What people say"
        " overrides what a machine found.",
        request=NewAuditsShape,
        parameters=[REPEATS],
        responses=answers({200: AuditsDoneShape}, 400, 401, 403, 409, 429),
        examples=[
            OpenApiExample(
                "One blocked",
                value={
                    "audits": [
                        {
                            "media_id": "070d1dd2f0a745b3a9a64e4f4d5a3c21",
                            "status": "blocked",
                            "reason": "Advertising in the second scene",
                        }
                    ]
                },
                request_only=True,
            )
        ],
    )
    def post(self, request):
        asked = read_body(request, AuditsAsked)
        return answered(self, asked=asked, act=lambda: self.audit(asked))

    def audit(self, asked: AuditsAsked) -> dict:
        outcomes = create_audits(
            account=self.account,
            audits=[Audit(**msgspec.structs.asdict(one)) for one in asked.audits],
            actor=self.caller.key,
            now=timezone.now(),
        )
        bodies = [
            {
                "media_id": one.media_id,
                "audit": one.audit and audit_body(one.audit),
                "error": one.refusal and one.refusal.as_dict(),
            }
            for one in outcomes
        ]
        return {"audits": bodies}


class AuditHistory(AssetView):
    scopes = {"GET": "media:read"}

    @extend_schema(
        operation_id="list_audits_of_asset",
        summary="Read what people decided on a recording",
        parameters=[
            OpenApiParameter("sort", str, enum=ORDERS, description="By time; the newest first unless said."),
            OpenApiParameter("limit", int, description="1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: HistoryShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, media_id):
        order = request.query_params.get("sort") or "desc"
        if order not in ORDERS:
            raise FilterInvalid(field="sort")
        asset = self.asset(media_id)
        page, last = KeysetPagination(request, descending=order == "desc").page(history_of(asset))
        return Response(
            {
                "media_id": asset.media_id,
                "final": asset.final or None,
                "audits": [audit_body(audit) for audit in page],
                "next": last,
            }
        )


def audit_body(audit: MediaAudit) -> dict:
    return {
        "status": audit.status,
        "reason": audit.reason,
        "comment": audit.comment,
        "auditor": audit.auditor,
        "created_at": audit.created_at.isoformat(),
        "withdrawn_at": audit.withdrawn_at and audit.withdrawn_at.isoformat(),
    }
