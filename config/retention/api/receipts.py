from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers
from config.retention.api.shapes import ReceiptShape, ReceiptsShape, receipt_body
from config.retention.models import PurgeReceipt


class Receipts(OwnedAPIView):
    scopes = {"GET": "retention:read"}

    @extend_schema(
        operation_id="list_receipts",
        summary="List what was purged, the newest first",
        parameters=[
            OpenApiParameter("class", str, description="Only of this class."),
            OpenApiParameter("limit", int, description="From 1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: ReceiptsShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        receipts = self.owned(PurgeReceipt)
        if name := request.query_params.get("class", "").replace("\0", ""):
            receipts = receipts.filter(name=name)
        found, following = KeysetPagination(request).page(receipts.with_files_left())
        return Response({"receipts": [receipt_body(one) for one in found], "next": following})


class Receipt(OwnedAPIView):
    scopes = {"GET": "retention:read"}

    @extend_schema(
        operation_id="read_receipt",
        summary="Read what one purge took",
        responses=answers({200: ReceiptShape}, 401, 403, 404, 429),
    )
    def get(self, request, receipt_id):
        self.one(PurgeReceipt, pk=receipt_id)
        return Response(receipt_body(self.owned(PurgeReceipt).with_files_left().get(pk=receipt_id)))
