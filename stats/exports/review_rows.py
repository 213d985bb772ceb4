"""Review statistics as exports: what was done in each queue, and how the machine stood before people."""

from dataclasses import dataclass

from django.conf import settings

from stats.exports.kind import Kind, Table, Wish
from stats.models import Export
from stats.review_asked import ReviewAsked, read_review_asked
from stats.review_report import label_headers, label_rows, queue_headers, queue_rows


@dataclass(frozen=True, slots=True)
class ReviewWanted:
    query: str
    asked: ReviewAsked
    nothing: bool = False


def read_review(params, *, account, now):
    days_most = settings.ASSAY_USAGE_EXPORT_DAYS_MOST
    asked = read_review_asked(params, account=account, now=now, days_most=days_most)
    return ReviewWanted(asked.query(), asked), []


def asked_of(wish: Wish) -> ReviewAsked:
    wanted, _faults = read_review(wish.params, account=wish.account, now=wish.at)
    return wanted.asked


def open_queues(wish: Wish) -> Table:
    return Table(queue_headers(), queue_rows(wish.account, asked_of(wish)))


def open_labels(wish: Wish) -> Table:
    return Table(label_headers(), label_rows(wish.account, asked_of(wish)))


PERIOD = ("from", "to", "service")
QUEUES = Kind(Export.Kind.REVIEW, "stats.view", "stats:read", read_review, open_queues, ("by", *PERIOD))
LABELS = Kind(Export.Kind.MACHINE, "stats.view", "stats:read", read_review, open_labels, PERIOD)
