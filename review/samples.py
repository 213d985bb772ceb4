"""What people decided on becomes the account's reviewed library, and follows when they change their minds."""

from datetime import datetime

from django.db.models.functions import Coalesce

from config.accounts.revisions import bump
from libraries.matching.sample_index import digest_of
from libraries.models import TextSample
from libraries.operations.samples import add_text_sample, remove_text_sample
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from review.models import ReviewItem


def remember(*, item: ReviewItem, result: ModerationResult, outcome: str, label: str, now: datetime) -> None:
    """Runs in the decision's transaction."""
    if result.content_type != ContentType.TEXT:
        return
    add_text_sample(
        account=item.account,
        content=result.content,
        outcome=outcome,
        label=label,
        origin=str(result.request_id),
        now=now,
    )


def forget(*, item: ReviewItem, result: ModerationResult, now: datetime) -> None:
    """Runs in the undo's transaction, once the item says what stands.

    What was last decided on the same content is remembered instead; if nothing was, nothing is. A sample
    that somebody removed by hand stays removed.
    """
    if result.content_type != ContentType.TEXT:
        return
    # Whoever remembers the same text at this moment has committed, or waits until this is done.
    bump(account_id=item.account_id, kind="samples")
    digest = digest_of(result.content)
    sample = TextSample.objects.owned_by(item.account).present().filter(digest=digest).first()
    if sample is None:
        return
    standing = (
        ReviewItem.objects.owned_by(item.account)
        .decided()
        .filter(digest=digest, content_type=ContentType.TEXT)
        .order_by(Coalesce("rechecked_at", "decided_at").desc(), "-id")
        .first()
    )
    if standing is None:
        remove_text_sample(sample=sample, actor=None, now=now)
        return
    add_text_sample(
        account=item.account,
        content=result.content,
        outcome=standing.effective_outcome,
        label=standing.effective_label,
        origin=str(standing.request_id),
        now=now,
    )
