"""Feedback as a lesson: what was called wrong is no example of the label, what was missed is one."""

from collections.abc import Iterator

from django.db.models import Q

from config.accounts.models import Account
from libraries.matching.sample_index import digest_of
from moderation.learning.examples import MOST_NEGATIVE, MOST_POSITIVE, Example
from moderation.models.content import ContentType
from review.models import Feedback


def of_feedback(account: Account, label: str) -> Iterator[Example]:
    """Of texts that nobody decided on: a decision outweighs what was said before it."""
    whole = Q(kind=Feedback.Kind.FALSE_POSITIVE, label="", result__label_rows__label=label)
    given = Feedback.objects.owned_by(account).samples().filter(Q(label=label) | whole)
    undecided = given.filter(content_type=ContentType.TEXT, result__human_outcome="").order_by("-id")
    for feedback in undecided[: MOST_POSITIVE + MOST_NEGATIVE]:
        is_missed = feedback.kind == Feedback.Kind.MISSED_VIOLATION
        digest = digest_of(feedback.result.content)
        yield Example("result", feedback.result_id, is_missed, feedback.given_at, digest)
