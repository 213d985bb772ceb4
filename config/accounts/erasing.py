"""Answers that were kept for repeats of a call may tell of anybody."""

from collections import Counter

from config.accounts.models import IdempotencyRecord
from config.erasure import registry
from config.erasure.marks import Trace
from config.erasure.registry import Batch, Eraser, holds_nobody
from config.erasure.spellings import candidates_in, parts_of

PART = 2000


class KeptAnswers(Eraser):
    """Of a day at most. A key may be an id of the client's own; a body names ours."""

    code, models, order = "kept_answers", (IdempotencyRecord,), 60

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = IdempotencyRecord.objects.owned_by(trace.account).filter(pk__gt=after).order_by("pk")
        held = list(rows[:PART])
        if not held:
            return None
        found = {
            row.pk: candidates_in(bytes(row.body).decode(errors="replace")) | parts_of(row.key)
            for row in held
        }
        known = trace.known(set().union(*found.values()))
        about = [row for row in held if found[row.pk] & known]
        return Batch(held[-1].pk, about)

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        return Counter(IdempotencyRecord.objects.filter(pk__in=[row.pk for row in batch.rows]).delete()[1])


def register() -> None:
    registry.register(KeptAnswers())
    holds_nobody("people who work here, and how an account is set up", *STAFF)
    holds_nobody("who works here, and ids of rows that jobs are about", *THEIRS)
    holds_nobody("numbers alone", "accounts.Revision", "accounts.RateWindow")
    holds_nobody("a digest of who tried to sign in to the console", "console.SignInAttempts")


# Of libraries; what Django's own log of changes would hold stays empty, see config/console/owned.py.
THEIRS = (
    "admin.LogEntry",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "django_q.Failure",
    "django_q.OrmQ",
    "django_q.Schedule",
    "django_q.Success",
    "django_q.Task",
    "sessions.Session",
)
STAFF = ("accounts.Account", "accounts.User", "accounts.Membership", "accounts.ApiKey")
