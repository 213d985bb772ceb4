from django.utils import timezone

from config.console.sign_in import forget_old_guesses


def forget_old_sign_ins() -> int:
    return forget_old_guesses(now=timezone.now())
