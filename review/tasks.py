from django.utils import timezone

from review.operations.reconcile import reconcile


def open_missing_items() -> int:
    return reconcile(now=timezone.now())
