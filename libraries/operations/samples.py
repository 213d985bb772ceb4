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


@transaction.atomic
def add_text_sample(
    *, account: Account, content: str, outcome: str, label: str, origin: str, now: datetime
) -> TextSample:
    """Remember what a person decided on a text; a newer decision on the same text replaces the older.

    The audit record is the decision's, in whose transaction this is called.
    """
    revision = bump(account_id=account.pk, kind="samples")
    sample, _is_new = TextSample.objects.update_or_create(
        account=account,
        digest=digest_of(content),
        defaults={
            "simhash": simhash(content),
            "content": content,
            "outcome": outcome,
            "label": label,
            "origin": origin,
            "revision": revision,
            "created_at": now,
            "removed_at": None,
        },
    )
    return sample


@transaction.atomic
def remove_text_sample(*, sample: TextSample, actor, now: datetime) -> None:
    """The machine judges the text afresh from now on. The row stays, without the text."""
    revision = bump(account_id=sample.account_id, kind="samples")
    # The writers of samples queue at the revision, so this is the row as the last of them left it.
    held = TextSample.objects.present().select_related("account").filter(pk=sample.pk).first()
    if held is None:
        raise NotFound()
    TextSample.objects.filter(pk=held.pk).update(removed_at=now, revision=revision, content="", simhash=None)
    record(
        account=held.account,
        actor=actor,
        action="sample.removed",
        subject=f"sample:{held.pk}",
        before={"outcome": held.outcome, "label": held.label, "origin": held.origin},
        now=now,
    )
