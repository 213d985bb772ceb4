from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, Membership, User
from config.accounts.revisions import bump
from config.accounts.roles import Role
from config.accounts.secrets import random_text
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow

# Apps above add here what a new account needs: opener(account=..., actor=..., now=...), in its transaction.
account_openers: list[Callable] = []
# Likewise what it needs once the manual review service is switched on.
manual_review_openers: list[Callable] = []


class AccountUidTaken(NotAllowedNow):
    code = "account_uid_taken"
    default_message = _("Another account has this UID already: choose a different one.")


class RoleUnknown(Invalid):
    code = "role_unknown"
    default_message = _("This role does not exist.")


class LastAdmin(NotAllowedNow):
    code = "last_account_admin"
    default_message = _("An account keeps at least one account admin: name another one first.")


@transaction.atomic
def open_account(*, name: str, actor: User | None, now: datetime, uid: str = "", time_zone: str = "UTC"):
    uid = uid or random_text(12).upper()
    if Account.objects.filter(uid=uid).exists():
        raise AccountUidTaken(field="uid")
    account = Account.objects.create(uid=uid, name=name, time_zone=time_zone, created_at=now)
    record(
        account=account,
        actor=actor,
        action="account.opened",
        subject=f"account:{account.pk}",
        after={"uid": uid, "name": name},
        now=now,
    )
    for opener in account_openers:
        opener(account=account, actor=actor, now=now)
    return account


@transaction.atomic
def change_account(*, account: Account, changes: dict, actor: User, now: datetime) -> Account:
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = {name: getattr(account, name) for name in changes}
    for name, value in changes.items():
        setattr(account, name, value)
    account.save(update_fields=list(changes))
    # What processes hold of keys and services has the account in it.
    bump(account_id=account.pk, kind="keys")
    bump(account_id=account.pk, kind="services")
    record(
        account=account,
        actor=actor,
        action="account.changed",
        subject=f"account:{account.pk}",
        before=before,
        after=changes,
        now=now,
    )
    if account.manual_review_on and not before.get("manual_review_on", True):
        for opener in manual_review_openers:
            opener(account=account, actor=actor, now=now)
    return account


@transaction.atomic
def set_member(*, account: Account, user: User, role: str, actor: User | None, now: datetime) -> Membership:
    """Give a person a role in an account, or another one."""
    if role not in Role.values:
        raise RoleUnknown(field="role")
    Account.objects.select_for_update().get(pk=account.pk)
    held = Membership.objects.filter(account=account, user=user).first()
    if held and held.role == Role.ACCOUNT_ADMIN and role != Role.ACCOUNT_ADMIN:
        require_another_admin(account=account, user=user)
    member, _created = Membership.objects.update_or_create(
        account=account, user=user, defaults={"role": role}, create_defaults={"role": role, "created_at": now}
    )
    record(
        account=account,
        actor=actor,
        action="member.set",
        subject=f"user:{user.pk}",
        before={"role": held.role} if held else None,
        after={"user": user.get_username(), "role": role},
        now=now,
    )
    return member


@transaction.atomic
def remove_member(*, member: Membership, actor: User, now: datetime) -> None:
    Account.objects.select_for_update().get(pk=member.account_id)
    if member.role == Role.ACCOUNT_ADMIN:
        require_another_admin(account=member.account, user=member.user)
    record(
        account=member.account,
        actor=actor,
        action="member.removed",
        subject=f"user:{member.user_id}",
        before={"user": member.user.get_username(), "role": member.role},
        now=now,
    )
    member.delete()


def require_another_admin(*, account: Account, user: User) -> None:
    others = account.memberships.filter(role=Role.ACCOUNT_ADMIN).exclude(user=user)
    if not others.exists():
        raise LastAdmin()
