"""Letting a reviewer go on past a limit: a lead's word, with a reason, in the audit trail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.accounts.roles import can
from config.audit.records import record
from config.errors import Forbidden, Invalid
from moderation.catalogue.groups import GROUPS
from review.care import ALL_SEVERE
from review.models import Waiver
from review.operations.care import end_of_day

LEAD = "review.lead"
LONGEST_REASON = 200
LONGEST_MINUTES = 24 * 60


class WaiverOwn(Forbidden):
    code = "waiver_own"
    default_message = _("Nobody lifts their own limits: ask another lead.")


class WaiverInvalid(Invalid):
    code = "waiver_invalid"
    default_message = _("A limit is lifted with a reason of at most 200 characters, for at most a day.")


@transaction.atomic
def waive(
    *,
    account: Account,
    user: User,
    kind: str,
    group: str = "",
    reason: str,
    minutes: int | None = None,
    actor: User,
    now: datetime,
) -> Waiver:
    """Let a reviewer go on past a cap or a rest, for so many minutes or until their day ends. Audited."""
    if not can(actor, account, LEAD):
        raise Forbidden()
    if actor.pk == user.pk:
        raise WaiverOwn()
    reason = reason.strip().replace("\0", "")
    known = kind == Waiver.Kind.CAP and (group == ALL_SEVERE or group in GROUPS)
    if not (known or (kind == Waiver.Kind.REST and not group)):
        raise WaiverInvalid(field="group")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise WaiverInvalid(field="reason")
    if minutes is not None and not 0 < minutes <= LONGEST_MINUTES:
        raise WaiverInvalid(field="minutes")
    until = end_of_day(account, now) if minutes is None else now + timedelta(minutes=minutes)
    waiver = Waiver.objects.create(
        account=account,
        user=user,
        kind=kind,
        group=group,
        reason=reason,
        given_by=actor,
        given_at=now,
        until=until,
    )
    record(
        account=account,
        actor=actor,
        action=f"care.{kind}_waived",
        subject=f"user:{user.get_username()}",
        after={"group": group, "reason": reason, "until": until.isoformat()},
        now=now,
    )
    return waiver
