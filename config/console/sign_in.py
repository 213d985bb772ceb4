"""Signing in: one answer for everything that is wrong, and few guesses per window."""

import unicodedata
from datetime import datetime, timedelta

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import client_address
from config.accounts.secrets import keyed_hash
from config.console.models import SignInAttempts

GUESSES = 5
WINDOW = timedelta(minutes=15)
TAKE = """
    INSERT INTO console_signinattempts AS held (subject, starts_at, tried) VALUES (%(subject)s, %(now)s, 1)
    ON CONFLICT (subject) DO UPDATE SET
        tried = CASE WHEN held.starts_at <= %(expired)s THEN 1 ELSE held.tried + 1 END,
        starts_at = CASE WHEN held.starts_at <= %(expired)s THEN %(now)s ELSE held.starts_at END
    RETURNING tried
"""


class SignInForm(AuthenticationForm):
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("This user name and password do not fit together."),
        "locked": _("Too many attempts. Wait 15 minutes, then try again."),
    }

    def clean(self):
        subject = subject_of(self.data.get("username", ""), client_address(self.request))
        # Counted before the password is looked at, so that parallel guesses do not slip through.
        if take_guess(subject=subject, now=timezone.now()) > GUESSES:
            raise ValidationError(self.error_messages["locked"], code="locked")
        cleaned = super().clean()
        forget_guesses(subject=subject)
        return cleaned


def subject_of(username: str, address: str) -> str:
    """A hash, because people type passwords into the field of the name."""
    name = unicodedata.normalize("NFKC", username).casefold().strip()
    return keyed_hash(f"sign-in\0{name}\0{address}").hex()


def take_guess(*, subject: str, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"subject": subject, "now": now, "expired": now - WINDOW})
        return cursor.fetchone()[0]


def forget_guesses(*, subject: str) -> None:
    SignInAttempts.objects.filter(subject=subject).delete()


def forget_old_guesses(*, now: datetime) -> int:
    deleted, _by_model = SignInAttempts.objects.filter(starts_at__lte=now - WINDOW).delete()
    return deleted
