from django.utils import timezone

from stats.exports import jobs
from stats.operations import fold_tail
from stats.review_folding import fold_review as fold_review_tail


def fold_usage() -> int:
    return fold_tail(now=timezone.now())


def fold_review() -> int:
    return fold_review_tail(now=timezone.now())


def make_export(export_id: int) -> bool:
    return jobs.make_export(export_id=export_id, now=timezone.now())


def make_forsaken_exports() -> int:
    return jobs.make_forsaken_exports(now=timezone.now())


def forget_exports() -> int:
    return jobs.forget_exports(now=timezone.now())
