"""Making, naming and deleting vocabularies. What they hold is in `keywords`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotAllowedNow
from libraries.limits import (
    MOST_VOCABULARIES,
    VocabularyLimitReached,
    clean_description,
    clean_name,
    clean_variants,
)
from libraries.models import Vocabulary
from libraries.operations.keywords import KeywordsRefused, add_keywords, lock_libraries, lock_vocabulary


class VocabularyNameTaken(NotAllowedNow):
    code = "vocabulary_name_taken"
    default_message = _("Another vocabulary has this name already.")


class VocabularyInUse(NotAllowedNow):
    code = "vocabulary_in_use"
    default_message = _("Services use this vocabulary: take it out of their rules first.")


@transaction.atomic
def create_vocabulary(
    *,
    account: Account,
    name: str,
    description: str,
    keywords: Iterable[str] = (),
    variants: Iterable[str] = (),
    actor,
    now: datetime,
) -> Vocabulary:
    """Create a vocabulary, with its first words or without. A word that cannot be one refuses the whole."""
    name, description, variants = clean_name(name), clean_description(description), clean_variants(variants)
    lock_libraries(account.pk)
    held = Vocabulary.objects.owned_by(account)
    require_free(name, among=held)
    if held.count() >= MOST_VOCABULARIES:
        raise VocabularyLimitReached(most=MOST_VOCABULARIES)
    vocabulary = Vocabulary.objects.create(
        account=account,
        name=name,
        description=description,
        variants=variants,
        created_at=now,
        updated_at=now,
    )
    record(
        account=account,
        actor=actor,
        action="vocabulary.created",
        subject=f"vocabulary:{vocabulary.pk}",
        after={"name": name, "description": description, "variants": variants},
        now=now,
    )
    report = add_keywords(vocabulary=vocabulary, texts=keywords, actor=actor, now=now)
    if report.refused:
        raise KeywordsRefused.of(report.refused)
    vocabulary.keyword_count = report.added
    return vocabulary


@transaction.atomic
def change_vocabulary(
    *,
    vocabulary: Vocabulary,
    name: str,
    description: str,
    variants: Iterable[str] | None = None,
    actor,
    now: datetime,
) -> Vocabulary:
    """`variants` stay as they are where None is given."""
    name, description = clean_name(name), clean_description(description)
    held = lock_vocabulary(vocabulary)
    variants = held.variants if variants is None else clean_variants(variants)
    require_free(name, among=Vocabulary.objects.owned_by(held.account).exclude(pk=held.pk))
    before = {"name": held.name, "description": held.description, "variants": held.variants}
    after = {"name": name, "description": description, "variants": variants}
    if before == after:
        return held
    if held.variants != variants:
        bump(account_id=held.account_id, kind="vocabularies")
    held.name, held.description, held.variants, held.updated_at = name, description, variants, now
    held.save(update_fields=["name", "description", "variants", "updated_at"])
    record(
        account=held.account,
        actor=actor,
        action="vocabulary.changed",
        subject=f"vocabulary:{held.pk}",
        before=before,
        after=after,
        now=now,
    )
    return held


@transaction.atomic
def delete_vocabulary(*, vocabulary: Vocabulary, used_by: Sequence[str], actor, now: datetime) -> None:
    """`used_by` names the services whose rules use it, as `libraries.usage` knows them."""
    if used_by:
        message = _("These services use this vocabulary: %(services)s. Take it out of their rules first.")
        raise VocabularyInUse(message % {"services": ", ".join(used_by)}, services=list(used_by))
    held = lock_vocabulary(vocabulary)
    record(
        account=held.account,
        actor=actor,
        action="vocabulary.deleted",
        subject=f"vocabulary:{held.pk}",
        before={"name": held.name, "description": held.description, "keywords": held.keyword_count},
        now=now,
    )
    held.delete()
    bump(account_id=held.account_id, kind="vocabularies")


def require_free(name: str, *, among) -> None:
    if among.filter(name=name).exists():
        raise VocabularyNameTaken(field="name")
