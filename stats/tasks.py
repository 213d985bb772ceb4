from django.utils import timezone

from stats.exactness.checks import check_due_days
from stats.exports import jobs, mailing, schedules
from stats.operations import fold_tail
from stats.review_folding import fold_review as fold_review_tail
from stats.summing import sum_up


def fold_usage() -> int:
    folded = fold_tail(now=timezone.now())
    sum_up(now=timezone.now())
    return folded


def check_usage() -> int:
    return check_due_days(now=timezone.now())


def fold_review() -> int:
    return fold_review_tail(now=timezone.now())


def make_export(export_id: int) -> bool:
    return jobs.make_export(export_id=export_id, now=timezone.now())


def make_forsaken_exports() -> int:
    return jobs.make_forsaken_exports(now=timezone.now())


def start_due_exports() -> int:
    return schedules.start_due_exports(now=timezone.now())


def deliver_exports() -> int:
    return mailing.deliver_exports(now=timezone.now())


def forget_exports() -> int:
    return jobs.forget_exports(now=timezone.now())
