from django.utils import timezone
from django_q.tasks import async_task

from config.accounts.models import Account
from review.operations import expiry
from review.operations.care import forget_exposure as forget_old_exposure
from review.operations.reconcile import reconcile


def open_missing_items() -> int:
    return reconcile(now=timezone.now())


def forget_exposure() -> int:
    return forget_old_exposure(now=timezone.now())


def expire_items() -> int:
    return expiry.expire_items(now=timezone.now())


def date_audits_anew(account_id: int) -> bool:
    """After the account said how long it audits; what is left when time is up is for a job of its own."""
    is_done = expiry.date_anew(account=Account.objects.get(pk=account_id))
    if not is_done:
        async_task("review.tasks.date_audits_anew", account_id)
    return is_done
