"""Taking back what was told: cancelled where nobody began to send it, superseded everywhere else."""

from collections.abc import Collection
from datetime import datetime

from config.accounts.models import Account
from moderation.callbacks.enqueue import new_event_id, note_event, wake_delivery, write
from moderation.models import Callback, CallbackEndpoint, Event

CORRECTED = CallbackEndpoint.Event.REVIEW_CORRECTED.value


def take_back(
    *,
    account: Account,
    subject: str,
    event_id: str,
    told_before: Collection[str],
    payload: dict,
    correction: str = CORRECTED,
    now: datetime,
) -> list[Callback]:
    """Undo the event `event_id`, and tell what holds now to every receiver that may believe otherwise.

    `told_before` are the ids of earlier events on the same matter. An endpoint whose callback of the event
    could still be cancelled believes what it was told before, which holds again. Whoever else was told of
    the matter gets a `review.corrected`, or what `correction` names, whatever events the endpoint wants by
    now: else it would go on believing what is no longer so. Corrections do not wait: there is nothing to
    think over.

    The feed of events is a receiver as well: an event that it has not shown yet, and that nobody was told
    of, is as if it had never been; else the correction follows it there, too.

    Runs in the transaction of the undo, under the lock on the matter. Locks the callbacks, so that each of
    them is either cancelled or known to be on its way.
    """
    told = Callback.objects.owned_by(account).filter(subject=subject, event_id__in={event_id, *told_before})
    rows = list(told.order_by("id").select_for_update(of=("self",)).select_related("endpoint"))
    held_back = [row for row in rows if row.event_id == event_id and row.is_untouched]
    Callback.objects.filter(pk__in=[row.pk for row in held_back]).update(
        state=Callback.State.CANCELLED, finished_at=now
    )
    believing = {row.endpoint_id: row.endpoint for row in rows if row.state != Callback.State.CANCELLED}
    for row in held_back:
        believing.pop(row.endpoint_id, None)
    event = Event.objects.owned_by(account).filter(event_id=event_id)
    if not believing and (not event_id or event.held().delete()[0]):
        return []
    event.release()
    correcting, payload = new_event_id(), payload | {"supersedes": event_id}
    note_event(
        account=account, event=correction, event_id=correcting, subject=subject, payload=payload, now=now
    )
    made = Callback.objects.bulk_create(
        write(
            endpoint=endpoint,
            event_id=correcting,
            event=correction,
            subject=subject,
            payload=payload,
            due_at=now,
            now=now,
        )
        for _pk, endpoint in sorted(believing.items())
    )
    wake_delivery()
    return made
