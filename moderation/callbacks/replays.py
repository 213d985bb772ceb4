"""Sending again what is finished: the same id, the same bytes, from the ladder's first rung."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow
from moderation.callbacks.endpoints import note
from moderation.callbacks.enqueue import wake_delivery
from moderation.models import Callback, CallbackEndpoint


class ReplayRefused(NotAllowedNow):
    code = "replay_refused"
    default_message = _("This callback is due already.")


def again(now: datetime) -> dict:
    return {"state": Callback.State.DUE, "rung": 0, "due_at": now, "finished_at": None}


@transaction.atomic
def replay(*, callback: Callback, actor, now: datetime) -> Callback:
    if not Callback.objects.finished().filter(pk=callback.pk).update(**again(now)):
        raise ReplayRefused()
    note(callback.endpoint, actor, "callback.replayed", now, after={"event_id": callback.event_id})
    wake_delivery()
    callback.refresh_from_db()
    return callback


@transaction.atomic
def replay_dead_since(*, endpoint: CallbackEndpoint, since: datetime, actor, now: datetime) -> int:
    """How many of an endpoint's callbacks that were given up are due again."""
    dead = Callback.objects.filter(endpoint=endpoint, state=Callback.State.DEAD, created_at__gte=since)
    count = dead.update(**again(now))
    note(endpoint, actor, "callbacks.replayed", now, after={"since": since.isoformat(), "count": count})
    wake_delivery()
    return count
