"""What a lead says of a reviewer: what they can do, and what they are not to be given."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.accounts.roles import can
from config.audit.records import record
from config.errors import Invalid, NotFound
from moderation.catalogue.groups import GROUPS
from review.models import Reviewer
from review.operations.queues import sound_skills

REVIEWING = "review.decide"


class SparedUnknown(Invalid):
    code = "spared_unknown"
    default_message = _("A reviewer can be spared detection types of the catalogue only.")


def profile_of(account: Account, user: User) -> Reviewer:
    """The person's work in the account: made when first asked for."""
    found = Reviewer.objects.owned_by(account).filter(user=user).first()
    return found or Reviewer.objects.get_or_create(account=account, user=user)[0]


@transaction.atomic
def change_reviewer(
    *, account: Account, user: User, skills: Iterable[str], spared: Iterable[str], actor, now: datetime
) -> Reviewer:
    """What is spared goes out of the reviewer's hand when they are next given items."""
    if not can(user, account, REVIEWING):
        raise NotFound()
    skills, asked = sound_skills(skills), set(spared)
    if asked - set(GROUPS):
        raise SparedUnknown(field="spared")
    profile_of(account, user)
    reviewer = Reviewer.objects.owned_by(account).select_for_update().get(user=user)
    before = {"skills": reviewer.skills, "spared": reviewer.spared}
    after = {"skills": skills, "spared": [group for group in GROUPS if group in asked]}
    if before == after:
        return reviewer
    reviewer.skills, reviewer.spared = after["skills"], after["spared"]
    reviewer.save(update_fields=["skills", "spared"])
    record(
        account=account,
        actor=actor,
        action="review.reviewer_changed",
        subject=f"user:{user.get_username()}",
        before=before,
        after=after,
        now=now,
    )
    return reviewer
