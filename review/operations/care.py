"""What reviewers see of the hard things: counted, limited, and lifted only by a lead."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.accounts.roles import can
from config.audit.records import record
from config.errors import Forbidden, Invalid
from moderation.catalogue.groups import GROUPS
from review.care import ALL_SEVERE, BLURRED, SEVERE, Budget, capped_by, sane_seconds, stretch_of_work
from review.models import BlockCategory, CarePolicy, Exposure, Reviewer, Waiver

REPORTS_KEPT = 50
LEAD = "review.lead"
LONGEST_REASON = 200

ADD = """
    INSERT INTO review_exposure (account_id, user_id, day, "group", seconds, items)
    SELECT %s, %s, %s, * FROM unnest(%s::text[], %s::float8[], %s::int[])
    ON CONFLICT (account_id, user_id, day, "group") DO UPDATE
    SET seconds = review_exposure.seconds + EXCLUDED.seconds, items = review_exposure.items + EXCLUDED.items
"""


class WaiverOwn(Forbidden):
    code = "waiver_own"
    default_message = _("Nobody lifts their own limits: ask another lead.")


class WaiverInvalid(Invalid):
    code = "waiver_invalid"
    default_message = _("A limit is lifted with a reason of at most 200 characters, for at most a day.")


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
    day = day_of(account, now)
    with transaction.atomic():
        reviewer = locked_reviewer(account, user)
        if report and report in reviewer.reports:
            return exposure_of(account=account, user=user, now=now)
        add(account, user, day, seen, items)
        mark_at_work(reviewer, report, now, rest_of(care_policy_of(account)))
    return exposure_of(account=account, user=user, now=now)


def add(account: Account, user: User, day: date, seen: Mapping[str, float], items: int) -> None:
    seconds: dict[str, float] = {}
    for group, value in seen.items():
        known = group if group in GROUPS else ""
        seconds[known] = seconds.get(known, 0.0) + sane_seconds(value)
    counted = sorted((-value, group) for group, value in seconds.items() if value > 0)
    if not counted and items <= 0:
        return
    groups = [group for _value, group in counted] or [""]
    # A report does not say which item is of which type: they are counted with what was seen longest.
    shares = [max(items, 0), *[0] * (len(groups) - 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            ADD, [account.pk, user.pk, day, groups, [-value for value, _group in counted] or [0.0], shares]
        )


def mark_at_work(reviewer: Reviewer, report: str, now: datetime, rest: timedelta) -> None:
    since = stretch_of_work(since=reviewer.at_work_since, seen=reviewer.last_seen_at, now=now, rest=rest)
    reports = [*reviewer.reports, report[:40]][-REPORTS_KEPT:] if report else reviewer.reports
    Reviewer.objects.filter(pk=reviewer.pk).update(
        at_work_since=since, last_seen_at=max(now, reviewer.last_seen_at or now), reports=reports
    )


def locked_reviewer(account: Account, user: User) -> Reviewer:
    rows = Reviewer.objects.owned_by(account).select_for_update()
    return rows.filter(user=user).first() or rows.get_or_create(account=account, user=user)[0]


def exposure_of(*, account: Account, user: User, now: datetime) -> Budget:
    """A reviewer's day as it stands: what they saw, may still see, and whether they should rest."""
    policy = care_policy_of(account)
    seen = list(
        Exposure.objects.owned_by(account)
        .filter(user=user, day=day_of(account, now))
        .values_list("group", "seconds", "items")
    )
    used = {group: seconds for group, seconds, _items in seen}
    severe = severe_groups(account)
    waivers = list(Waiver.objects.owned_by(account).filter(user=user).standing(now))
    waived = frozenset(one.group for one in waivers if one.kind == Waiver.Kind.CAP)
    since = at_work_since(account, user, now, rest_of(policy))
    break_due_at = since and since + timedelta(minutes=policy.break_after_minutes)
    excused = [one.until for one in waivers if one.kind == Waiver.Kind.REST]
    if break_due_at and excused:
        break_due_at = max(break_due_at, *excused)
    return Budget(
        caps=dict(policy.caps),
        used=used,
        capped=capped_by(caps=policy.caps, used=used, severe=severe, waived=waived),
        waived=waived,
        severe=severe,
        items=sum(items for _group, _seconds, items in seen),
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
    waivers = Waiver.objects.owned_by(account).filter(user=user, kind=Waiver.Kind.CAP).standing(now)
    return capped_by(
        caps=policy.caps,
        used=dict(today.values_list("group", "seconds")),
        severe=severe_groups(account) if ALL_SEVERE in policy.caps else (),
        waived=waivers.values_list("group", flat=True),
    )


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


def at_work_since(account: Account, user: User, now: datetime, rest: timedelta) -> datetime | None:
    reviewer = Reviewer.objects.owned_by(account).filter(user=user).first()
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
    if minutes is not None and not 0 < minutes <= 24 * 60:
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
