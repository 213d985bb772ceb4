"""What was sent to callback endpoints: looked through, looked into, and sent again."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, page_size, read_body
from moderation.api.callback_shapes import (
    DeliveryPageShape,
    DeliveryShape,
    DeliveryWithAttemptsShape,
    ReplayedShape,
    ReplayShape,
)
from moderation.api.results import place_of
from moderation.callbacks.dialects import as_sent
from moderation.callbacks.log import EVENTS, AskedOfLog, newest_deliveries, read_log_filters
from moderation.callbacks.replays import count_replayable, replay, replay_all
from moderation.models import Callback
from moderation.results_query import Place

SCOPES = {"GET": "callbacks:read", "POST": "callbacks:write"}
FILTERS = [
    OpenApiParameter("endpoint", int),
    OpenApiParameter("event", str, enum=EVENTS, description="Several by commas."),
    OpenApiParameter("state", str, enum=Callback.State.values, description="Several by commas."),
    OpenApiParameter("event_id", str),
    OpenApiParameter("request_id", str, description="Of the content, or of its task."),
    OpenApiParameter("data_id", str),
    OpenApiParameter("from", str, description="A day or a moment."),
    OpenApiParameter("to", str, description="A day or a moment, included."),
    OpenApiParameter("limit", int),
    OpenApiParameter("cursor", str),
]


class ReplayRequest(msgspec.Struct, forbid_unknown_fields=True):
    endpoint: int | None = None
    event: str = ""
    state: str = ""
    event_id: str = ""
    request_id: str = ""
    data_id: str = ""
    since: str = ""
    until: str = ""
    dry_run: bool = False

    @property
    def filters(self) -> dict[str, str]:
        return {
            "endpoint": "" if self.endpoint is None else str(self.endpoint),
            "event": self.event,
            "state": self.state,
            "event_id": self.event_id,
            "request_id": self.request_id,
            "data_id": self.data_id,
            "from": self.since,
            "to": self.until,
        }


def delivery_body(callback: Callback) -> dict:
    return {
        "id": callback.pk,
        "event_id": callback.event_id,
        "event": callback.event,
        "endpoint": callback.endpoint_id,
        "subject": callback.subject,
        "data_id": callback.data_id,
        "state": callback.state,
        "attempts": callback.attempts,
        "due_at": callback.due_at.isoformat(),
        "created_at": callback.created_at.isoformat(),
        "finished_at": callback.finished_at and callback.finished_at.isoformat(),
    }


def attempt_body(callback: Callback, tried) -> dict:
    return {
        "number": tried.number,
        "started_at": tried.started_at.isoformat(),
        "took_ms": tried.took_ms,
        "status": tried.status,
        "error_code": tried.error_code,
        "response": tried.response_excerpt,
        "address": tried.address,
        "headers": as_sent(callback, tried)[0],
    }


class DeliveryView(OwnedAPIView):
    scopes = SCOPES

    def asked(self, params) -> AskedOfLog:
        asked, faults = read_log_filters(params, account=self.account)
        if faults:
            raise faults[0]
        return asked


class Deliveries(DeliveryView):
    @extend_schema(
        operation_id="list_deliveries",
        summary="List what was or will be sent to callback endpoints, newest first",
        parameters=FILTERS,
        responses=answers({200: DeliveryPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        asked, size = self.asked(request.query_params), page_size(request)
        after = place_of(request.query_params.get("cursor"))
        found = newest_deliveries(asked, account=self.account, after=after, limit=size + 1)
        page = found[:size]
        last = str(Place(page[-1].created_at, page[-1].pk)) if len(found) > size else None
        return Response({"deliveries": [delivery_body(one) for one in page], "next": last})


class OneDelivery(DeliveryView):
    @extend_schema(
        operation_id="read_delivery",
        summary="Read a delivery with its body and its attempts",
        responses=answers({200: DeliveryWithAttemptsShape}, 401, 403, 404, 429),
    )
    def get(self, request, delivery_id):
        callback = self.one(Callback, pk=delivery_id)
        tries = [attempt_body(callback, tried) for tried in callback.tries.order_by("id")]
        body = bytes(callback.body).decode("utf-8", "replace")
        return Response(delivery_body(callback) | {"body": body, "tries": tries})


class ReplayOne(DeliveryView):
    @extend_schema(
        operation_id="replay_delivery",
        summary="Send one again: the same id, the same bytes",
        request=None,
        responses=answers({202: DeliveryShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, delivery_id):
        callback = replay(
            callback=self.one(Callback, pk=delivery_id), actor=self.caller.key, now=timezone.now()
        )
        return Response(delivery_body(callback), status=202)


class ReplayMany(DeliveryView):
    @extend_schema(
        operation_id="replay_deliveries",
        summary="Send a range again",
        description="What passes the filters and was delivered or given up; all since a moment by `since` "
        "alone. With `dry_run` it is only counted.",
        request=ReplayShape,
        responses=answers({200: ReplayedShape}, 400, 401, 403, 409, 429),
    )
    def post(self, request):
        wanted = read_body(request, ReplayRequest)
        asked = self.asked(wanted.filters)
        if wanted.dry_run:
            count = count_replayable(asked, account=self.account)
        else:
            count = replay_all(account=self.account, asked=asked, actor=self.caller.key, now=timezone.now())
        return Response({"count": count, "dry_run": wanted.dry_run})
