from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers, read_body
from config.retention.api.shapes import HoldShape, HoldsShape, NewHoldShape, hold_body
from config.retention.holds import place_hold, release_hold
from config.retention.models import LegalHold

HELD = {
    "id": 3,
    "scope": "author_id",
    "value": "member-7",
    "reason": "Court order 12/2026",
    "placed_by": "jane",
    "placed_at": "2026-11-21T09:00:00+00:00",
    "until": None,
    "released_by": "",
    "released_at": None,
    "stands": True,
}
ANSWER = OpenApiExample("A hold on an author", value=HELD, response_only=True, status_codes=["200", "201"])


class NewHold(msgspec.Struct):
    scope: str
    reason: str
    value: str = ""
    until: datetime | None = None


class Holds(OwnedAPIView):
    scopes = {"GET": "retention:read", "POST": "retention:write"}

    @extend_schema(
        operation_id="list_holds",
        summary="List legal holds, the newest first",
        parameters=[
            OpenApiParameter("limit", int, description="From 1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: HoldsShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        found, following = KeysetPagination(request).page(self.owned(LegalHold))
        now = timezone.now()
        return Response({"holds": [hold_body(one, now) for one in found], "next": following})

    @extend_schema(
        operation_id="place_hold",
        summary="Place a legal hold",
        description="What bears the id is neither purged nor erased until the hold is released or over.",
        request=NewHoldShape,
        responses=answers({201: HoldShape}, 400, 401, 403, 429),
        examples=[
            ANSWER,
            OpenApiExample(
                "On an author",
                value={"scope": "author_id", "value": "member-7", "reason": "Court order 12/2026"},
                request_only=True,
            ),
        ],
    )
    def post(self, request):
        asked, now = read_body(request, NewHold), timezone.now()
        until = asked.until
        if until is not None and until.tzinfo is None:
            until = timezone.make_aware(until, ZoneInfo(self.account.time_zone))
        hold = place_hold(
            account=self.account,
            scope=asked.scope,
            value=asked.value,
            reason=asked.reason,
            until=until,
            actor=self.caller.key,
            now=now,
        )
        return Response(hold_body(hold, now), status=201)


class Hold(OwnedAPIView):
    scopes = {"GET": "retention:read"}

    @extend_schema(
        operation_id="read_hold",
        summary="Read a legal hold",
        responses=answers({200: HoldShape}, 401, 403, 404, 429),
        examples=[ANSWER],
    )
    def get(self, request, hold_id):
        return Response(hold_body(self.one(LegalHold, pk=hold_id), timezone.now()))


class HoldRelease(OwnedAPIView):
    scopes = {"POST": "retention:write"}

    @extend_schema(
        operation_id="release_hold",
        summary="Release a legal hold",
        request=None,
        responses=answers({200: HoldShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, hold_id):
        now = timezone.now()
        hold = release_hold(account=self.account, hold_id=hold_id, actor=self.caller.key, now=now)
        return Response(hold_body(hold, now))
