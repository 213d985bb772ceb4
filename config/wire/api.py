from datetime import timedelta

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.wire.temporary_keys import lend_key


class NewTemporaryKey(msgspec.Struct):
    scopes: list[str] = []
    upload_prefix: str = ""
    minutes: int = 60


class NewTemporaryKeyShape(serializers.Serializer):
    scopes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Some of your own key's."
    )
    upload_prefix = serializers.CharField(
        required=False,
        help_text="Files are put under names that begin so. Without scopes: for uploads alone.",
    )
    minutes = serializers.IntegerField(default=60, min_value=15, max_value=720)


class TemporaryKeyShape(serializers.Serializer):
    access_key_id = serializers.CharField()
    access_key_secret = serializers.CharField(help_text="Shown here and never again.")
    security_token = serializers.CharField(help_text="Sent with every call, beside the signature.")
    scopes = serializers.ListField(child=serializers.CharField())
    upload_prefix = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TemporaryKeys(OwnedAPIView):
    @extend_schema(
        operation_id="lend_key",
        summary="Take a key for a while, to hand on",
        description="For the vendor's SDKs, as their STS credentials. It may do what your key may at most,"
        " and ends with it. Your key needs no scope of its own for this.",
        request=NewTemporaryKeyShape,
        responses=answers({201: TemporaryKeyShape}, 400, 401, 403, 429),
        examples=[
            OpenApiExample(
                "For texts, half an hour",
                value={"scopes": ["texts:moderate"], "minutes": 30},
                request_only=True,
            )
        ],
    )
    def post(self, request):
        asked = read_body(request, NewTemporaryKey)
        issued = lend_key(
            caller=self.caller,
            scopes=asked.scopes,
            upload_prefix=asked.upload_prefix,
            life=timedelta(minutes=max(0, min(asked.minutes, 10**6))),
            now=timezone.now(),
        )
        body = {
            "access_key_id": issued.key.access_key_id,
            "access_key_secret": issued.secret,
            "security_token": issued.token,
            "scopes": issued.key.scopes,
            "upload_prefix": issued.key.upload_prefix,
            "expires_at": issued.key.expires_at.isoformat(),
        }
        return Response(body, status=201)
