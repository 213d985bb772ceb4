from django.utils import timezone

from review.operations import expiry
from review.operations.care import forget_exposure as forget_old_exposure
from review.operations.reconcile import reconcile


def open_missing_items() -> int:
    return reconcile(now=timezone.now())


def forget_exposure() -> int:
    return forget_old_exposure(now=timezone.now())


def expire_items() -> int:
    return expiry.expire_items(now=timezone.now())
