"""Which detection types a reviewer is not given: those of which they have seen their share today."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from config.accounts.models import Account, User
from review.models import BlockCategory, CarePolicy, Exposure

# Where an account has no block categories yet.
SEVERE = frozenset({"pornographic", "terrorist"})
ALL_SEVERE = ""


def severe_groups(account: Account) -> frozenset[str]:
    """What the account's block categories call severe."""
    rows = list(BlockCategory.objects.owned_by(account).in_use().values_list("is_severe", "groups"))
    if not rows:
        return SEVERE
    return frozenset(group for is_severe, groups in rows if is_severe for group in groups)


def capped_groups(account: Account, user: User, now: datetime) -> frozenset[str]:
    policy = CarePolicy.objects.owned_by(account).first()
    if policy is None or not policy.caps:
        return frozenset()
    day = timezone.localtime(now, ZoneInfo(account.time_zone)).date()
    seen = Exposure.objects.owned_by(account).filter(user=user, day=day)
    used = dict(seen.values_list("group", "seconds"))
    over = {group for group, cap in policy.caps.items() if group and used.get(group, 0.0) >= cap}
    if ALL_SEVERE in policy.caps:
        severe = severe_groups(account)
        if sum(used.get(group, 0.0) for group in severe) >= policy.caps[ALL_SEVERE]:
            over |= severe
    return frozenset(over)
