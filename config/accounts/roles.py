"""Who may do what inside an account: roles and their abilities, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    REVIEWER = "reviewer", _("Reviewer")
    RECHECKER = "rechecker", _("Rechecker")
    POLICY_ADMIN = "policy_admin", _("Policy admin")
    ACCOUNT_ADMIN = "account_admin", _("Account admin")
    AUDITOR = "auditor", _("Auditor")


LOOKING = frozenset({"results.view", "content.view", "policy.view", "libraries.view", "stats.view"})
REVIEWING = LOOKING | {"review.decide", "results.feedback"}
POLICY = LOOKING | {"policy.publish", "libraries.edit", "media.manage", "results.feedback"}

ABILITIES: dict[str, frozenset[str]] = {
    Role.VIEWER: LOOKING - {"content.view"},
    Role.REVIEWER: REVIEWING,
    Role.RECHECKER: REVIEWING | {"review.recheck"},
    Role.POLICY_ADMIN: POLICY,
    Role.ACCOUNT_ADMIN: POLICY
    | REVIEWING
    | {"review.recheck", "review.lead", "callbacks.manage", "keys.manage", "members.manage", "audit.view"}
    | {"exports.manage", "retention.manage", "stats.manage", "subjects.manage"},
    Role.AUDITOR: LOOKING
    | {"audit.view", "members.view", "keys.view", "callbacks.view", "retention.view", "subjects.view"},
}

ALL_ABILITIES = frozenset().union(*ABILITIES.values())


def abilities_of(user, account) -> frozenset[str]:
    """Abilities of a person in an account; a platform admin (superuser) has them all."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return ALL_ABILITIES
    role = user.role_in(account)
    return ABILITIES.get(role, frozenset())


def can(user, account, ability: str) -> bool:
    if account is None or not user.is_authenticated:
        return False
    owned = abilities_of(user, account)
    return ability in owned or (ability.endswith(".view") and ability.replace(".view", ".manage") in owned)
