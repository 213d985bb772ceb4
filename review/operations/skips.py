"""Passing on an item that one had better not decide."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.audit.records import record
from config.errors import Invalid
from review.models import Skip
from review.operations.escalation import open_item, raise_up

LONGEST_REASON = 120
# Passed on by so many people, an item would wait for ever: it goes to those who recheck.
SKIPS_UNTIL_ESCALATED = 3


class SkipReasonInvalid(Invalid):
    code = "skip_reason_invalid"
    default_message = _("Say in at most 120 characters why you pass this on.")


@transaction.atomic
def skip(*, account: Account, item_id: int, reviewer: User, reason: str, now: datetime) -> Skip:
    """Pass an item on to colleagues: it is not given to this reviewer again. To repeat changes the reason."""
    reason = " ".join(reason.replace("\0", "").split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise SkipReasonInvalid(field="reason")
    item = open_item(account=account, item_id=item_id)
    passed_on, _is_new = Skip.objects.update_or_create(
        account=account, item=item, user=reviewer, defaults={"reason": reason, "skipped_at": now}
    )
    if item.claimed_by_id == reviewer.pk:
        item.put_back()
    if item.escalated_at is None and item.skips.count() >= SKIPS_UNTIL_ESCALATED:
        raise_up(item, by=None, now=now)
        record(
            account=account,
            actor=None,
            action="review.escalated",
            subject=f"result:{item.request_id}",
            after={"passed_on_by": SKIPS_UNTIL_ESCALATED},
            now=now,
        )
    return passed_on
