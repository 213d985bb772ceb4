"""The least that a DRF endpoint does: JSON in, one indexed read (and one row), JSON out."""

import uuid

from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from config.accounts.models import IdempotencyRecord
from moderation.models import Service


class Asked(serializers.Serializer):
    service = serializers.CharField(max_length=60)
    content = serializers.CharField(max_length=10_000)
    data_id = serializers.CharField(required=False)


class Answered(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()


class Floor(APIView):
    authentication_classes = []
    permission_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    writes = False

    def post(self, request):
        asked = Asked(data=request.data)
        asked.is_valid(raise_exception=True)
        service = Service.objects.filter(code=asked.validated_data["service"]).order_by("-id").first()
        if self.writes:
            now = timezone.now()
            IdempotencyRecord.objects.create(
                account_id=service.account_id,
                key=uuid.uuid4().hex,
                request_hash=b"",
                body=asked.validated_data["content"].encode(),
                created_at=now,
                lease_until=now,
            )
        return Response(Answered(service).data)


urlpatterns = [
    path("floor/read", Floor.as_view()),
    path("floor/write", Floor.as_view(writes=True)),
    path("", include("config.urls")),
]
