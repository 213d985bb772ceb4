"""Remembering what people decided on texts, and forgetting it."""

from datetime import datetime

from django.db import transaction

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotFound
from libraries.matching.sample_index import digest_of
from libraries.matching.simhash import simhash
from libraries.models import TextSample
from libraries.operations.keywords import lock_libraries
from libraries.operations.sample_guard import note_change_of_mind


@transaction.atomic
def add_text_sample(
    *,
    account: Account,
    content: str,
    outcome: str,
    label: str,
    origin: str,
    overrules: bool = True,
    is_new_mind: bool = True,
    now: datetime,
) -> TextSample:
    """Remember what a person decided on a text; a newer decision on the same text replaces the older.

    The audit record is the decision's, in whose transaction this is called. Not `is_new_mind`: an older
    decision stands again.
    """
    lock_libraries(account.pk)
    digest = digest_of(content)
    before = TextSample.objects.owned_by(account).present().filter(digest=digest).first()
    revision = bump(account_id=account.pk, kind="samples")
    kept = {} if before else {"quarantined_at": None, "vouched_at": None}
    sample, _is_new = TextSample.objects.update_or_create(
        account=account,
        digest=digest,
        defaults={
            "simhash": simhash(content),
            "content": content,
            "outcome": outcome,
            "label": label,
            "origin": origin,
            "overrules": overrules,
            "revision": revision,
            "created_at": now,
            "removed_at": None,
            **kept,
        },
    )
    if before is not None and before.outcome != outcome and is_new_mind:
        note_change_of_mind(sample=sample, now=now)
    return sample


@transaction.atomic
def remove_text_sample(*, sample: TextSample, actor, now: datetime) -> None:
    """The machine judges the text afresh from now on. The row stays, without the text."""
    held = take_back(sample.account, sample.digest, now)
    if held is None:
        raise NotFound()
    record(
        account=held.account,
        actor=actor,
        action="sample.removed",
        subject=f"sample:{held.pk}",
        before={"outcome": held.outcome, "label": held.label, "origin": held.origin},
        now=now,
    )


@transaction.atomic
def forget_text_sample(*, account: Account, digest: bytes, now: datetime) -> bool:
    """The same where a decision is undone, whose audit record tells of it."""
    return take_back(account, digest, now) is not None


def take_back(account: Account, digest: bytes, now: datetime) -> TextSample | None:
    lock_libraries(account.pk)
    held = (
        TextSample.objects.owned_by(account).present().select_related("account").filter(digest=digest).first()
    )
    if held is not None:
        revision = bump(account_id=account.pk, kind="samples")
        TextSample.objects.filter(pk=held.pk).update(
            removed_at=now, revision=revision, content="", simhash=None
        )
    return held
