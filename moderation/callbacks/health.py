"""What the outcomes of attempts say of a receiver: at work, silent, or gone."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce

from config.audit.records import record
from moderation.callbacks.ladder import is_silence, rest_after
from moderation.models import CallbackEndpoint

FAILING_LIMIT = timedelta(days=5)
Off = CallbackEndpoint.Off


def note_health(*, endpoint: CallbackEndpoint, outcome, now: datetime) -> None:
    """Runs in the transaction that finishes an attempt. `endpoint` is as it was when the attempt began."""
    row = CallbackEndpoint.objects.filter(pk=endpoint.pk)
    if outcome.is_delivered:
        if endpoint.silences or endpoint.failing_since:
            row.update(silences=0, resting_until=None, failing_since=None)
        return
    since = Coalesce("failing_since", now)
    if is_silence(outcome.status):
        rest = rest_after(silences=endpoint.silences + 1, now=now)
        row.update(silences=F("silences") + 1, resting_until=rest, failing_since=since)
    else:
        row.update(silences=0, resting_until=None, failing_since=since)
    if outcome.is_gone:
        switch_off(endpoint=endpoint, rows=row, reason=Off.GONE.value, now=now)
    else:
        lasting = row.filter(failing_since__lt=now - FAILING_LIMIT)
        switch_off(endpoint=endpoint, rows=lasting, reason=Off.FAILING.value, now=now)


def switch_off(*, endpoint: CallbackEndpoint, rows, reason: str, now: datetime) -> None:
    if rows.filter(is_enabled=True).update(is_enabled=False, disabled_reason=reason):
        record(
            account=endpoint.account,
            actor=None,
            action="endpoint.disabled",
            subject=f"endpoint:{endpoint.pk}",
            after={"reason": reason},
            now=now,
        )
