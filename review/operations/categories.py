"""Making and changing the categories under which an account blocks. What was decided keeps its code."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from moderation.catalogue.groups import GROUPS
from moderation.models.content import ContentType
from review.categories import categories_of
from review.models import BlockCategory

CODE = re.compile(r"[a-z0-9_]{1,40}")
MOST_CATEGORIES = 40
LONGEST_NAME, LONGEST_POLICY, LONGEST_REASON, MOST_REASONS = 60, 4000, 120, 20
FURTHEST_PLACE = 999
EDITABLE = (
    "name",
    "name_zh",
    "groups",
    "content_types",
    "policy",
    "reasons",
    "is_severe",
    "position",
    "is_retired",
)


class CategoryInvalid(Invalid):
    code = "category_invalid"
    default_message = _(
        "A category has a code of small letters, digits and underscores, a name, and at least one "
        "detection type."
    )


class CategoryCodeTaken(NotAllowedNow):
    code = "category_code_taken"
    default_message = _("Another category has this code already.")


class CategoryLimitReached(NotAllowedNow):
    code = "category_limit_reached"
    default_message = _("An account has at most 40 categories: change or retire one.")


@transaction.atomic
def create_category(
    *,
    account: Account,
    code: str,
    name: str,
    groups: Iterable[str],
    name_zh: str = "",
    content_types: Iterable[str] = (),
    policy: str = "",
    reasons: Iterable[str] = (),
    is_severe: bool = False,
    position: int | None = None,
    is_retired: bool = False,
    actor,
    now: datetime,
) -> BlockCategory:
    """Add a category, at the end where no place is given."""
    categories_of(account)  # the presets come first
    held = BlockCategory.objects.owned_by(account)
    if not CODE.fullmatch(code):
        raise CategoryInvalid(field="code")
    places = list(held.values_list("position", flat=True))
    if len(places) >= MOST_CATEGORIES:
        raise CategoryLimitReached(most=MOST_CATEGORIES)
    category = BlockCategory(account=account, code=code)
    put(
        category,
        name=name,
        name_zh=name_zh,
        groups=groups,
        content_types=content_types,
        policy=policy,
        reasons=reasons,
        is_severe=is_severe,
        position=max(places, default=0) + 1 if position is None else position,
        is_retired=is_retired,
    )
    try:
        with transaction.atomic():
            category.save(force_insert=True)
    except IntegrityError as taken:
        raise CategoryCodeTaken(field="code") from taken
    note(category, actor, "category.created", now, before=None, after=facts(category))
    return category


@transaction.atomic
def change_category(*, category: BlockCategory, changes: dict, actor, now: datetime) -> BlockCategory:
    """Change what `changes` names of EDITABLE. What is retired is offered no more; its code stays taken."""
    rows = BlockCategory.objects.select_for_update(of=("self",)).select_related("account")
    held = rows.get(pk=category.pk)
    before = facts(held)
    put(held, **{name: changes[name] for name in EDITABLE if name in changes})
    after = facts(held)
    if before == after:
        return held
    held.save(update_fields=list(EDITABLE))
    note(held, actor, "category.changed", now, before=before, after=after)
    return held


def put(category: BlockCategory, **values) -> None:
    """Give a category its values, cleaned; or say which of them cannot be."""
    for name in ("name", "name_zh", "policy"):
        if name in values:
            values[name] = values[name].replace("\0", "").strip()
    for name in ("groups", "content_types"):
        if name in values:
            values[name] = list(dict.fromkeys(values[name]))
    if "reasons" in values:
        values["reasons"] = clean_reasons(values["reasons"])
    for name, value in values.items():
        setattr(category, name, value)
    require_sense(category)


def clean_reasons(reasons: Iterable[str]) -> list[str]:
    spoken = (" ".join(reason.replace("\0", "").split()) for reason in reasons)
    return list(dict.fromkeys(reason for reason in spoken if reason))


def require_sense(category: BlockCategory) -> None:
    for field in ("name", "name_zh"):
        text = getattr(category, field)
        if len(text) > LONGEST_NAME or not text.isprintable():
            raise CategoryInvalid(_("A name has at most 60 characters."), field=field)
    if not category.name:
        raise CategoryInvalid(field="name")
    if not category.groups or not set(category.groups) <= set(GROUPS):
        raise CategoryInvalid(_("Choose at least one detection type."), field="groups")
    if not set(category.content_types) <= set(ContentType.values):
        raise CategoryInvalid(field="content_types")
    if len(category.policy) > LONGEST_POLICY:
        raise CategoryInvalid(_("A policy has at most 4,000 characters."), field="policy")
    if len(category.reasons) > MOST_REASONS or any(len(one) > LONGEST_REASON for one in category.reasons):
        raise CategoryInvalid(_("At most 20 reasons of 120 characters each."), field="reasons")
    if not 0 <= category.position <= FURTHEST_PLACE:
        raise CategoryInvalid(_("A place is a number from 0 to 999."), field="position")


def facts(category: BlockCategory) -> dict:
    return {name: getattr(category, name) for name in EDITABLE}


def note(category: BlockCategory, actor, action: str, now: datetime, *, before, after) -> None:
    record(
        account=category.account,
        actor=actor,
        action=action,
        subject=f"category:{category.code}",
        before=before,
        after=after,
        now=now,
    )
