"""The feed of events: for clients that cannot be called, and to look up what a receiver missed."""

import base64
import binascii

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import CursorInvalid, OwnedAPIView, answers, page_size
from moderation.api.callback_shapes import EventPageShape
from moderation.callbacks.events import Place, read_events
from moderation.models import Event

LARGEST = 2**63


def event_body(event: Event) -> dict:
    """What a callback of the standard dialect says, with its id."""
    return {
        "id": event.event_id,
        "type": event.type,
        "timestamp": event.created_at.isoformat(),
        "data": event.payload,
    }


def written(place: Place | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(f"{place.transaction}.{place.id}".encode()).decode().rstrip("=")


def place_from(text: str) -> Place | None:
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        first, _dot, last = base64.urlsafe_b64decode(padded).decode().partition(".")
        place = Place(int(first), int(last))
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid(field="after") from error
    if not (-LARGEST <= place.transaction < LARGEST and 0 <= place.id < LARGEST):
        raise CursorInvalid(field="after")
    return place


class Events(OwnedAPIView):
    scopes = {"GET": "events:read"}

    @extend_schema(
        operation_id="read_events",
        summary="Read what happened, oldest first",
        description="Also where no endpoint is set up. Go on with `after` = the `next` of the last answer: "
        "no event is passed over, and each comes once.",
        parameters=[
            OpenApiParameter(
                "after", str, description="`next` of the last answer; from the oldest if empty."
            ),
            OpenApiParameter("limit", int),
        ],
        responses=answers({200: EventPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        events, place, has_more = read_events(
            account=self.account,
            after=place_from(request.query_params.get("after", "")),
            limit=page_size(request),
            now=timezone.now(),
        )
        told = [event_body(event) for event in events]
        return Response({"events": told, "next": written(place), "has_more": has_more})
