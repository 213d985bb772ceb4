"""Writing callbacks into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from config import request_id
from config.accounts.models import Account
from config.errors import PlatformError
from config.uuid7 import uuid7
from moderation.callbacks.dialects import body_for
from moderation.models import Callback, CallbackEndpoint, Service

LARGEST_BODY = 20 * 1024
CHANNEL = "assay_callbacks"


class CallbackTooLarge(PlatformError):
    code = "callback_too_large"
    status = 500
    default_message = _("What should be told to the client is too large for a callback.")


def enqueue_callback(
    *,
    account: Account,
    service: Service | None,
    event: str,
    subject: str,
    payload: dict,
    now: datetime,
    not_before: datetime | None = None,
    also: Iterable[CallbackEndpoint] = (),
) -> list[Callback]:
    """One row per enabled endpoint that wants the event, each with its bytes. All bear one event id.

    Callbacks of one endpoint and subject are sent in the order in which they were written here: write
    them under a lock on the subject. The delivery process is woken when the caller commits.
    """
    endpoints = list(
        CallbackEndpoint.objects.owned_by(account).for_event(service=service, event=event).order_by("id")
    )
    known = {endpoint.pk for endpoint in endpoints}
    endpoints += [endpoint for endpoint in also if endpoint.is_enabled and endpoint.pk not in known]
    if not endpoints:
        return []
    event_id = new_event_id()
    made = Callback.objects.bulk_create(
        write(
            endpoint=endpoint,
            event_id=event_id,
            event=event,
            subject=subject,
            payload=payload,
            due_at=not_before or now,
            now=now,
        )
        for endpoint in endpoints
    )
    wake_delivery()
    return made


def write(
    *,
    endpoint: CallbackEndpoint,
    event_id: str,
    event: str,
    subject: str,
    payload: dict,
    due_at: datetime,
    now: datetime,
) -> Callback:
    body = body_for(dialect=endpoint.dialect, event=event, payload=payload, now=now)
    if len(body) > LARGEST_BODY:
        raise CallbackTooLarge(bytes=len(body), most=LARGEST_BODY)
    return Callback(
        account_id=endpoint.account_id,
        event_id=event_id,
        endpoint=endpoint,
        event=event,
        subject=subject,
        dialect=endpoint.dialect,
        body=body,
        request_id=request_id.current(),
        due_at=due_at,
        created_at=now,
    )


def cancel_callback(*, callback: Callback, now: datetime) -> bool:
    """Take back a callback that nobody has begun to send; False if it is too late for that."""
    held_back = Callback.objects.untouched().filter(pk=callback.pk)
    return bool(held_back.update(state=Callback.State.CANCELLED, finished_at=now))


def new_event_id() -> str:
    return f"evt_{uuid7().hex}"


def wake_delivery() -> None:
    """PostgreSQL sends the notice when the transaction commits, and not at all if it does not."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
