"""One callback to its receiver: sent outside any transaction, and what came of it written down."""

import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from config.errors import PlatformError
from config.outbound.client import Answer, call
from moderation.callbacks.dialects import is_accepted, message_for
from moderation.callbacks.health import note_health
from moderation.callbacks.ladder import next_try, retry_after_of
from moderation.callbacks.leasing import lease_seconds
from moderation.callbacks.secrets import secrets_of
from moderation.models import Callback, CallbackAttempt

EXCERPT = 2000
GONE = 410
DATABASE_REST = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. `status` is None where nobody answered."""

    is_delivered: bool
    status: int | None = None
    error_code: str = ""
    excerpt: str = ""
    address: str = ""
    retry_after: int | None = None
    signed: dict = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


def deliver(*, callback_id: int, token: uuid.UUID) -> Outcome | None:
    """Send one leased callback and write down what came of it. None: the lease was lost meanwhile."""
    until = timezone.now() + timedelta(seconds=lease_seconds())
    callback = surely(lambda: held(callback_id, token), until=until)
    if callback is None:
        return None
    started = timezone.now()
    outcome = attempt(callback, started)
    is_written = surely(
        lambda: finish(callback=callback, outcome=outcome, started=started, now=timezone.now()),
        until=callback.lease_until,
    )
    return outcome if is_written else None


def held(callback_id: int, token: uuid.UUID) -> Callback | None:
    leased = Callback.objects.filter(pk=callback_id, lease_token=token, lease_until__gt=timezone.now())
    return leased.select_related("endpoint__account").first()


def surely(act, *, until: datetime):
    """A database that restarts meanwhile costs a wait, not an attempt or a second delivery."""
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            connection.close()
            if timezone.now() > until:
                raise
            time.sleep(DATABASE_REST)


def attempt(callback: Callback, now: datetime) -> Outcome:
    """Whatever goes wrong is an outcome: what raised here would be tried again and again."""
    signed = {}
    try:
        message = message_for(
            callback=callback,
            uid=callback.endpoint.account.uid,
            secrets=secrets_of(endpoint=callback.endpoint, now=now),
            now=now,
        )
        signed = message.signed
        answer = call(
            "POST",
            callback.endpoint.url,
            body=message.body,
            headers=message.headers,
            seconds=settings.ASSAY_CALLBACK_SECONDS,
        )
    except PlatformError as error:
        return Outcome(False, error_code=error.code, address=getattr(error, "address", ""), signed=signed)
    except Exception:  # noqa: BLE001
        log.exception("callback_broke", callback=callback.pk)
        return Outcome(False, error_code="server_fault", signed=signed)
    return replace(outcome_of(answer, callback.dialect, now), signed=signed)


def outcome_of(answer: Answer, dialect: str, now: datetime) -> Outcome:
    is_delivered = is_accepted(dialect=dialect, status=answer.status)
    return Outcome(
        is_delivered,
        status=answer.status,
        error_code="" if is_delivered else "answer_refused",
        excerpt=answer.body[:EXCERPT].decode("utf-8", "replace").replace("\0", "\ufffd"),
        address=answer.address,
        retry_after=retry_after_of(status=answer.status, headers=answer.headers, now=now),
    )


@transaction.atomic
def finish(*, callback: Callback, outcome: Outcome, started: datetime, now: datetime) -> bool:
    """Compare-and-set on the lease: who lost it writes nothing and gets False."""
    held = Callback.objects.filter(pk=callback.pk, lease_token=callback.lease_token, state=Callback.State.DUE)
    if not held.update(lease_until=None, lease_token=None, **what_follows(callback, outcome, now)):
        return False
    CallbackAttempt.objects.create(
        account_id=callback.account_id,
        callback=callback,
        number=callback.attempts,
        started_at=started,
        took_ms=int((now - started).total_seconds() * 1000),
        status=outcome.status,
        error_code=outcome.error_code,
        response_excerpt=outcome.excerpt,
        address=outcome.address,
        signed=outcome.signed,
    )
    note_health(endpoint=callback.endpoint, outcome=outcome, now=now)
    return True


def what_follows(callback: Callback, outcome: Outcome, now: datetime) -> dict:
    if outcome.is_delivered:
        return {"state": Callback.State.DELIVERED, "finished_at": now}
    again = next_try(attempts=callback.rung, now=now, retry_after=outcome.retry_after)
    if again is None or outcome.is_gone:
        return {"state": Callback.State.DEAD, "finished_at": now}
    return {"due_at": again}
