"""Sending again what is finished: the same id, the same bytes, from the ladder's first rung."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import NotAllowedNow
from moderation.callbacks.endpoints import note
from moderation.callbacks.enqueue import wake_delivery
from moderation.callbacks.log import AskedOfLog, deliveries
from moderation.models import Callback, CallbackEndpoint

MOST_AT_ONCE = 50_000


class ReplayRefused(NotAllowedNow):
    code = "replay_refused"
    default_message = _("This callback is due already, or was taken back.")


class ReplayTooLarge(NotAllowedNow):
    code = "replay_too_large"
    default_message = _("These are more than can be sent again in one go: narrow the range.")


def again(now: datetime) -> dict:
    return {"state": Callback.State.DUE, "rung": 0, "due_at": now, "finished_at": None}


@transaction.atomic
def replay(*, callback: Callback, actor, now: datetime) -> Callback:
    if not Callback.objects.replayable().filter(pk=callback.pk).update(**again(now)):
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


def replayable(asked: AskedOfLog, *, account: Account):
    return deliveries(asked, account=account).replayable()


def count_replayable(asked: AskedOfLog, *, account: Account) -> int:
    """How many would be sent again; one more than MOST_AT_ONCE stands for any number above it."""
    return replayable(asked, account=account).order_by()[: MOST_AT_ONCE + 1].count()


@transaction.atomic
def replay_all(*, account: Account, asked: AskedOfLog, actor, now: datetime) -> int:
    """Everything that passes the filters and came to an end, delivered or given up."""
    if count_replayable(asked, account=account) > MOST_AT_ONCE:
        raise ReplayTooLarge(most=MOST_AT_ONCE)
    return sent_again(
        replayable(asked, account=account), account=account, actor=actor, said={"query": asked.query}, now=now
    )


@transaction.atomic
def replay_selected(*, account: Account, callback_ids: list[int], actor, now: datetime) -> int:
    """Those of them that came to an end: what is due already is sent anyway."""
    rows = Callback.objects.owned_by(account).filter(pk__in=callback_ids).replayable()
    return sent_again(rows, account=account, actor=actor, said={"selected": len(callback_ids)}, now=now)


def sent_again(rows, *, account: Account, actor, said: dict, now: datetime) -> int:
    count = rows.update(**again(now))
    if count:
        record(
            account=account,
            actor=actor,
            action="callbacks.replayed",
            subject="callbacks",
            after=said | {"count": count},
            now=now,
        )
        wake_delivery()
    return count
