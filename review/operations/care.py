"""What reviewers see of the hard things: counted, limited, and lifted only by a lead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from config.accounts.models import Account, User
from moderation.catalogue.groups import GROUPS
from review.care import ALL_SEVERE, BLURRED, SEVERE, Budget, capped_by, sane_seconds, stretch_of_work
from review.models import BlockCategory, CarePolicy, Exposure, Reviewer, Waiver

REPORTS_KEPT = 50
# What somebody saw is theirs to look back on, and nobody's to keep.
KEPT = timedelta(days=90)

ADD = """
    INSERT INTO review_exposure (account_id, user_id, day, "group", seconds, items)
    SELECT %s, %s, %s, * FROM unnest(%s::text[], %s::float8[], %s::int[])
    ON CONFLICT (account_id, user_id, day, "group") DO UPDATE
    SET seconds = review_exposure.seconds + EXCLUDED.seconds, items = review_exposure.items + EXCLUDED.items
"""


def note_exposure(
    *,
    account: Account,
    user: User,
    seen: Mapping[str, float],
    items: int = 0,
    report: str = "",
    now: datetime,
) -> Budget:
    """Add the seconds, by detection type, that a reviewer saw unblurred since their last report.

    Call it while the reviewer is at it, also with nothing seen: the stretch without a rest is reckoned from
    it. `report` is the browser's own id of what it tells: told again, it changes nothing.
    """
    policy = care_policy_of(account)
    with transaction.atomic():
        reviewer = locked_reviewer(account, user)
        if not report or report not in reviewer.reports:
            add(account, user, day_of(account, now), seen, items)
            mark_at_work(reviewer, report, now, rest_of(policy))
    return budgets_of(account=account, users=[user], now=now, policy=policy)[user.pk]


def add(account: Account, user: User, day: date, seen: Mapping[str, float], items: int) -> None:
    seconds: dict[str, float] = {}
    for group, value in seen.items():
        known = group if group in GROUPS else ""
        seconds[known] = seconds.get(known, 0.0) + sane_seconds(value)
    counted = sorted((-value, group) for group, value in seconds.items() if value > 0)
    if not counted and items <= 0:
        return
    groups = [group for _value, group in counted] or [next(iter(seconds), "")]
    # A report does not say which item is of which type: they are counted with what was seen longest.
    shares = [max(items, 0), *[0] * (len(groups) - 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            ADD, [account.pk, user.pk, day, groups, [-value for value, _group in counted] or [0.0], shares]
        )


def mark_at_work(reviewer: Reviewer, report: str, now: datetime, rest: timedelta) -> None:
    since = stretch_of_work(since=reviewer.at_work_since, seen=reviewer.last_seen_at, now=now, rest=rest)
    reports = [*reviewer.reports, report[:40]][-REPORTS_KEPT:] if report else reviewer.reports
    latest = max(now, reviewer.last_seen_at or now)
    Reviewer.objects.filter(pk=reviewer.pk).update(at_work_since=since, last_seen_at=latest, reports=reports)


def locked_reviewer(account: Account, user: User) -> Reviewer:
    rows = Reviewer.objects.owned_by(account).select_for_update()
    return rows.filter(user=user).first() or rows.get_or_create(account=account, user=user)[0]


def exposure_of(*, account: Account, user: User, now: datetime) -> Budget:
    """A reviewer's day as it stands: what they saw, may still see, and whether they should rest."""
    return budgets_of(account=account, users=[user], now=now)[user.pk]


def budgets_of(
    *, account: Account, users: Sequence[User], now: datetime, policy: CarePolicy | None = None
) -> dict[int, Budget]:
    policy, severe = policy or care_policy_of(account), severe_groups(account)
    today = Exposure.objects.owned_by(account).filter(user__in=users, day=day_of(account, now))
    seen, waivers = defaultdict(list), defaultdict(list)
    for row in today:
        seen[row.user_id].append(row)
    for waiver in Waiver.objects.owned_by(account).filter(user__in=users).standing(now):
        waivers[waiver.user_id].append(waiver)
    reviewers = {one.user_id: one for one in Reviewer.objects.owned_by(account).filter(user__in=users)}
    return {
        user.pk: budget_of(policy, severe, seen[user.pk], waivers[user.pk], reviewers.get(user.pk), now)
        for user in users
    }


def budget_of(
    policy: CarePolicy,
    severe: frozenset[str],
    seen: list[Exposure],
    waivers: list[Waiver],
    reviewer: Reviewer | None,
    now: datetime,
) -> Budget:
    used = {row.group: row.seconds for row in seen}
    waived = frozenset(one.group for one in waivers if one.kind == Waiver.Kind.CAP)
    since = at_work_since(reviewer, now, rest_of(policy))
    break_due_at = since and since + timedelta(minutes=policy.break_after_minutes)
    if break_due_at:
        excused = [one.until for one in waivers if one.kind == Waiver.Kind.REST]
        break_due_at = max([break_due_at, *excused])
    return Budget(
        caps=dict(policy.caps),
        used=used,
        capped=capped_by(caps=policy.caps, used=used, severe=severe, waived=waived),
        waived=waived,
        severe=severe,
        items=sum(row.items for row in seen),
        at_work_since=since,
        break_due_at=break_due_at,
        break_due=bool(break_due_at) and now >= break_due_at,
        break_minutes=policy.break_minutes,
    )


def capped_groups(account: Account, user: User, now: datetime) -> frozenset[str]:
    """Detection types whose items are not given to a reviewer any more today."""
    policy = care_policy_of(account)
    if not policy.caps:
        return frozenset()
    today = Exposure.objects.owned_by(account).filter(user=user, day=day_of(account, now))
    known = {
        "caps": policy.caps,
        "used": dict(today.values_list("group", "seconds")),
        "severe": severe_groups(account) if ALL_SEVERE in policy.caps else frozenset(),
    }
    if not capped_by(**known):
        return frozenset()
    waivers = Waiver.objects.owned_by(account).filter(user=user, kind=Waiver.Kind.CAP).standing(now)
    return capped_by(**known, waived=waivers.values_list("group", flat=True))


def care_policy_of(account: Account) -> CarePolicy:
    """The account's policy; where nobody has set one, what we advise, not stored."""
    stored = CarePolicy.objects.owned_by(account).first()
    return stored or CarePolicy(account=account, blurred=sorted(BLURRED))


def severe_groups(account: Account) -> frozenset[str]:
    """Detection types that the account's block categories call severe; without categories, ours."""
    rows = BlockCategory.objects.owned_by(account).in_use().values_list("is_severe", "groups")
    found = list(rows)
    if not found:
        return SEVERE
    return frozenset(group for is_severe, groups in found if is_severe for group in groups)


def at_work_since(reviewer: Reviewer | None, now: datetime, rest: timedelta) -> datetime | None:
    if reviewer is None or reviewer.last_seen_at is None or now - reviewer.last_seen_at >= rest:
        return None
    return reviewer.at_work_since


def rest_of(policy: CarePolicy) -> timedelta:
    return timedelta(minutes=policy.break_minutes)


def day_of(account: Account, now: datetime) -> date:
    return timezone.localtime(now, ZoneInfo(account.time_zone)).date()


def end_of_day(account: Account, now: datetime) -> datetime:
    zone = ZoneInfo(account.time_zone)
    return datetime.combine(day_of(account, now) + timedelta(days=1), datetime.min.time(), zone)


def forget_exposure(*, now: datetime) -> int:
    """Remove what was counted longer ago than it is kept. Repeat-safe."""
    gone, _by_model = Exposure.objects.filter(day__lt=(now - KEPT).date()).delete()
    Waiver.objects.filter(until__lt=now - KEPT).delete()
    return gone
