from django.utils import timezone

from config.accounts.idempotency import forget_old_answers
from config.accounts.rates import forget_old_windows


def forget_old_calls() -> dict[str, int]:
    now = timezone.now()
    return {"answers": forget_old_answers(now=now), "windows": forget_old_windows(now=now)}
