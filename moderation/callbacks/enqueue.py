"""Writing callbacks into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Json

from config import request_id
from config.accounts.models import Account
from config.errors import PlatformError
from config.uuid7 import uuid7
from moderation.callbacks.dialects import body_for
from moderation.models import Callback, CallbackEndpoint, MediaJob, ModerationTask, Service
from moderation.models.media import RECORDING_KINDS

LARGEST_BODY = 64 * 1024
CHANNEL = "assay_callbacks"

# What is held back keeps later events of its subject back as well: the feed is in order, too.
NOTE_AND_ASK = """
    WITH held AS (
        SELECT greatest(%(held_until)s::timestamptz, max(held_until)) AS until FROM moderation_event
        WHERE account_id = %(account)s AND subject = %(subject)s AND transaction IS NULL
    ), noted AS (
        INSERT INTO moderation_event
            (account_id, event_id, type, subject, payload, held_until, transaction, created_at)
        SELECT %(account)s, %(event_id)s, %(event)s, %(subject)s, %(payload)s, until,
            CASE WHEN until IS NULL THEN pg_current_xact_id()::text::bigint END, %(now)s FROM held
    )
    SELECT * FROM moderation_callbackendpoint
    WHERE account_id = %(account)s AND is_enabled AND events @> ARRAY[%(event)s]::varchar[]
      AND (service_id IS NULL OR service_id = %(service)s)
    ORDER BY id
"""


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
    event_id: str = "",
) -> list[Callback]:
    """Note the event, with one row per endpoint that wants it, each with its bytes. All bear one event id.

    `also` are endpoints that are told whatever they want, such as one that a call brought along. Until
    `not_before` the event may be taken back (see `corrections`). Callbacks of one endpoint and subject are
    sent in the order in which they were written here: write them under a lock on the subject. The delivery
    process is woken when the caller commits.
    """
    event_id = event_id or new_event_id()
    asking = note_event(
        account=account,
        service=service,
        event=event,
        event_id=event_id,
        subject=subject,
        payload=payload,
        not_before=not_before,
        now=now,
    )
    told = {one.pk: one for one in asking if one.wants(event=event, payload=payload)}
    for one in (*also, *brought_along(account, event, payload)):
        if one.is_enabled:
            told.setdefault(one.pk, one)
    if not told:
        return []
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
        for endpoint in told.values()
    )
    wake_delivery()
    return made


def note_event(
    *,
    account: Account,
    service: Service | None = None,
    event: str,
    event_id: str,
    subject: str,
    payload: dict,
    not_before: datetime | None = None,
    now: datetime,
) -> list[CallbackEndpoint]:
    """Write the event down and learn who asked for such, in one step: every moderation waits for it."""
    asked = {
        "account": account.pk,
        "service": service and service.pk,
        "event": event,
        "event_id": event_id,
        "subject": subject,
        "payload": Json(payload),
        "held_until": not_before,
        "now": now,
    }
    return list(CallbackEndpoint.objects.raw(NOTE_AND_ASK, asked))


def brought_along(account: Account, event: str, payload: dict) -> Iterable[CallbackEndpoint]:
    """What people say later of content goes to where the call asked to be told of it, too."""
    request_id = as_uuid(payload.get("request_id"))
    if not event.startswith("review.") or request_id is None:
        return ()
    if payload.get("content_type") in RECORDING_KINDS:
        taken = MediaJob.objects.filter(job_id=request_id)
    else:
        taken = ModerationTask.objects.filter(task_id=request_id)
    taken = taken.owned_by(account).exclude(callback=None).select_related("callback")
    return [one.callback for one in taken]


def as_uuid(text) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


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
        data_id=str(payload.get("data_id") or "")[:128],
        request_id=request_id.current(),
        due_at=due_at,
        created_at=now,
    )


def new_event_id() -> str:
    return f"evt_{uuid7().hex}"


def wake_delivery() -> None:
    """PostgreSQL sends the notice when the transaction commits, and not at all if it does not."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
