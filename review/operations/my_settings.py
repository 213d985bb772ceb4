"""What a reviewer sets for themselves alone: keys, how content is shown, what they would rather not see."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, User
from config.errors import Invalid
from moderation.catalogue.groups import GROUPS
from review.keys import require_keys
from review.models import Reviewer
from review.operations.care import locked_reviewer
from review.viewing import View, require_view


class GroupUnknown(Invalid):
    code = "group_unknown"
    default_message = _("There is no such detection type.")


@transaction.atomic
def save_my_settings(
    *,
    account: Account,
    user: User,
    keys: Mapping[str, str] | None = None,
    view: View | None = None,
    skipped: Iterable[str] | None = None,
) -> Reviewer:
    """Keep what is given and leave the rest as it is. Nobody is told: it is the reviewer's own affair."""
    reviewer = locked_reviewer(account, user)
    changed = {}
    if keys is not None:
        changed["keys"] = require_keys(keys)
    if view is not None:
        changed["view"] = require_view(view).as_dict()
    if skipped is not None:
        changed["skipped"] = require_groups(skipped)
    for name, value in changed.items():
        setattr(reviewer, name, value)
    reviewer.save(update_fields=list(changed))
    return reviewer


def require_groups(groups: Iterable[str]) -> list[str]:
    asked = set(groups)
    unknown = asked - GROUPS.keys()
    if unknown:
        raise GroupUnknown(field="skipped", groups=sorted(unknown))
    return [group for group in GROUPS if group in asked]
