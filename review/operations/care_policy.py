"""How an account spares its reviewers: set by its leads, told to the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.audit.records import record
from config.errors import Invalid
from moderation.catalogue.groups import GROUPS
from review.care import ALL_SEVERE
from review.models import CarePolicy
from review.operations.care import care_policy_of
from review.operations.my_settings import GroupUnknown

MINUTES_OF_A_DAY = 24 * 60
WORK = range(10, 8 * 60 + 1)
REST = range(1, 61)


class CarePolicyInvalid(Invalid):
    code = "care_policy_invalid"
    default_message = _(
        "A limit is 0 to 1,440 minutes a day. After 10 to 480 minutes of work comes a rest of 1 to 60."
    )


@transaction.atomic
def set_care_policy(
    *,
    account: Account,
    blurred: Iterable[str],
    caps: Mapping[str, int],
    break_after_minutes: int,
    break_minutes: int,
    actor: User,
    now: datetime,
) -> CarePolicy:
    """`caps` are minutes a day by detection type, "" for all that is severe together; 0 gives none at all."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    before = as_dict(care_policy_of(account))
    blurred, caps = set(blurred), dict(caps)
    unknown = (blurred | caps.keys()) - GROUPS.keys() - {ALL_SEVERE}
    if unknown or ALL_SEVERE in blurred:
        raise GroupUnknown(groups=sorted(unknown))
    for group, minutes in caps.items():
        if not 0 <= minutes <= MINUTES_OF_A_DAY:
            raise CarePolicyInvalid(field=f"cap_{group or 'severe'}")
    if break_after_minutes not in WORK:
        raise CarePolicyInvalid(field="break_after_minutes")
    if break_minutes not in REST:
        raise CarePolicyInvalid(field="break_minutes")
    policy, _is_new = CarePolicy.objects.update_or_create(
        account=account,
        defaults={
            "blurred": [group for group in GROUPS if group in blurred],
            "caps": {group: minutes * 60 for group, minutes in sorted(caps.items())},
            "break_after_minutes": break_after_minutes,
            "break_minutes": break_minutes,
        },
    )
    if as_dict(policy) != before:
        record(
            account=account,
            actor=actor,
            action="care.policy_set",
            subject="care",
            before=before,
            after=as_dict(policy),
            now=now,
        )
    return policy


def as_dict(policy: CarePolicy) -> dict:
    return {
        "blurred": sorted(policy.blurred),
        "minutes_a_day": {group or "severe": round(cap / 60, 2) for group, cap in policy.caps.items()},
        "break_after_minutes": policy.break_after_minutes,
        "break_minutes": policy.break_minutes,
    }
