from django.utils import timezone

from stats.operations import fold_tail


def fold_usage() -> int:
    return fold_tail(now=timezone.now())
