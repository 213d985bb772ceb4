"""Content for people alone: taken in, and laid before them; taken back again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.manual_review import require_manual_review
from config.accounts.models import Account, ApiKey
from config.audit.records import record
from config.errors import NotFound
from moderation.callbacks.per_call import endpoint_for_call
from moderation.models import CallbackEndpoint
from moderation.operations.for_people import Source, keep_for_people
from review import work_watchers
from review.intake import open_item
from review.models import ReviewItem
from review.operations.decisions import AlreadyDecided, ItemExpired
from review.states import Mode, State, may_move


@dataclass(frozen=True, slots=True)
class Callback:
    """Where one call wants to be told, beside the endpoints that are set up."""

    url: str
    seed: str = ""
    crypt: str = ""

    def endpoint(self, account: Account, now: datetime) -> CallbackEndpoint:
        return endpoint_for_call(account=account, url=self.url, seed=self.seed, crypt=self.crypt, now=now)


def submit(
    *,
    account: Account,
    content_type: str,
    source: Source,
    service_code: str = "",
    data_id: str = "",
    author_id: str = "",
    context: dict[str, str] | None = None,
    callback: Callback | None = None,
    request_id: UUID,
    now: datetime,
) -> ReviewItem:
    """Lay content before people. Fetches and decodes, so never call this inside a transaction.

    The result and its item commit as one; if they do not, nothing is left of the file. An endpoint that the
    call names comes first, so that one that cannot be called is refused before anything is fetched.
    """
    require_manual_review(account)
    endpoint = callback and callback.endpoint(account, now)
    kept = keep_for_people(
        account=account,
        content_type=content_type,
        source=source,
        service_code=service_code,
        data_id=data_id,
        author_id=author_id,
        context=context,
        request_id=request_id,
        now=now,
    )
    try:
        with transaction.atomic():
            return open_item(result=kept.store(), mode=Mode.HUMAN_ONLY, now=now, endpoint=endpoint)
    except BaseException:
        kept.discard()
        raise


@transaction.atomic
def cancel(*, account: Account, task_id: UUID, actor: ApiKey, now: datetime) -> ReviewItem:
    """Take a task back from the people: nobody is told of a result after that. Repeat-safe."""
    require_manual_review(account)
    item = (
        ReviewItem.objects.owned_by(account)
        .manual_tasks()
        .filter(task_id=task_id)
        .select_for_update(of=("self",))
        .first()
    )
    if item is None:
        raise NotFound()
    if item.state == State.DECIDED:
        raise AlreadyDecided(_("A person has decided already: there is nothing left to cancel."))
    if item.state != State.CANCELLED:
        if not may_move(item.state, State.CANCELLED):
            raise ItemExpired()
        take_back(item, account=account, actor=actor, now=now)
    return item


def withdraw(*, account: Account, request_id: UUID, actor, now: datetime) -> bool:
    """Take what a request left with people back from them; whether there is an item that was taken back."""
    items = ReviewItem.objects.owned_by(account).filter(request_id=request_id)
    found = list(items.select_for_update(of=("self",)))
    for item in found:
        if item.state != State.CANCELLED and may_move(item.state, State.CANCELLED):
            take_back(item, account=account, actor=actor, now=now)
    return any(item.state == State.CANCELLED for item in found)


def take_back(item: ReviewItem, *, account: Account, actor, now: datetime) -> None:
    item.state, item.cancelled_at = State.CANCELLED, now
    item.claimed_by, item.lease_until = None, None
    item.save(update_fields=["state", "cancelled_at", "claimed_by", "lease_until"])
    work_watchers.ended([item.pk])
    record(
        account=account,
        actor=actor,
        action="review.cancelled",
        subject=f"result:{item.request_id}",
        after={"task_id": str(item.task_id), "mode": item.mode},
        now=now,
    )
