"""What reviewers leave to those who recheck, and what they tell each other about an item."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, NotFound
from review.models import ItemNote, ReviewItem
from review.models.items import OPEN

LONGEST_NOTE = 500


class ItemClosed(NotAllowedNow):
    code = "item_closed"
    default_message = _("This item waits for nobody any more.")


class ItemNoteInvalid(Invalid):
    code = "item_note_invalid"
    default_message = _("A note has 1 to 500 characters.")


@transaction.atomic
def escalate(*, account: Account, item_id: int, reviewer: User, note: str, now: datetime) -> ReviewItem:
    """Leave an item to those who recheck, with a note that says why. It goes out of the reviewer's hand.

    Those who recheck are given it in the order of its urgency, but never the one who left it to others.
    """
    item = open_item(account=account, item_id=item_id)
    write_note(item, author=reviewer, text=note, now=now)
    if item.claimed_by_id == reviewer.pk:
        item.put_back()
    if item.escalated_at is None:
        raise_up(item, by=reviewer, now=now)
        record(
            account=account,
            actor=reviewer,
            action="review.escalated",
            subject=f"result:{item.request_id}",
            after={"note": sound_note(note)},
            now=now,
        )
    return item


@transaction.atomic
def add_note(*, account: Account, item_id: int, author: User, text: str, now: datetime) -> ItemNote:
    """Notes may be added to any item, also to one that is decided."""
    item = ReviewItem.objects.owned_by(account).filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    return write_note(item, author=author, text=text, now=now)


def write_note(item: ReviewItem, *, author: User, text: str, now: datetime) -> ItemNote:
    return ItemNote.objects.create(
        account_id=item.account_id, item=item, author=author, text=sound_note(text), created_at=now
    )


def sound_note(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise ItemNoteInvalid(field="note")
    return text


def open_item(*, account: Account, item_id: int) -> ReviewItem:
    """The item, locked. One that is decided or whose time is over is told so."""
    rows = ReviewItem.objects.owned_by(account).select_for_update(of=("self",))
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    if item.state not in OPEN:
        raise ItemClosed(state=item.state)
    return item


def raise_up(item: ReviewItem, *, by: User | None, now: datetime) -> None:
    item.escalated_at, item.escalated_by = now, by
    item.save(update_fields=["escalated_at", "escalated_by"])
