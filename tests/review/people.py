"""Items, queues and hands for the tests of review, made without a machine looking at anything."""

from datetime import datetime

from moderation.models import ModerationResult
from review.intake import open_item
from review.models import ReviewItem, ReviewQueue
from review.operations.claims import claim
from review.operations.queues import create_queue
from review.states import Mode
from tests.factories import NOW
from tests.moderation.results_made import store

PORN, CONTACT, DRUGS = "pornographic_adultContent", "pt_to_contact", "contraband_drug"


def wait(account, *labels: str, mode: Mode = Mode.AUDIT, at: datetime = NOW, **fields) -> ReviewItem:
    """An item that waits for people."""
    result: ModerationResult = store(account, *(labels or [CONTACT]), at=at, **fields)
    return open_item(result=result, mode=mode, now=at)


def queue(account, name: str, **fields) -> ReviewQueue:
    return create_queue(account=account, name=name, **{"actor": None, "now": NOW} | fields)


def given(account, reviewer, count: int = 25, now: datetime = NOW, **asked) -> list[int]:
    return [item.pk for item in claim(account=account, reviewer=reviewer, count=count, now=now, **asked)]
