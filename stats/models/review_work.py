"""What people did in review, and how the machine stood before them: rows appended, sums, and both as one.

Rows carry signed figures: what is taken back is appended as its negative, on the day on which it had counted.
Sums are per day of the account's clock, and stay when the items that they were made of are gone.
"""

from django.db import models
from django.db.models import Sum
from django.db.models.functions import Coalesce

from config.accounts.models import AccountOwned
from stats.models.usage import FactQuerySet

# Of a queue: on time is what is decided and not late; `handled` are decisions whose time was measured.
WORK = (
    "opened", "passed", "blocked", "late", "waited_ms", "handled", "handling_ms",
    "rechecked", "overturned", "relabelled", "expired", "cancelled",
)  # fmt: skip
# Of a label: what the machine flagged and people looked at, and what it had passed and people looked at.
MACHINE = ("flagged", "confirmed", "renamed", "clean", "missed", "called_wrong", "called_missed")


class ReviewFactQuerySet(FactQuerySet):
    def added_up(self, names):
        return self.annotate(**{f"all_{name}": Coalesce(Sum(name), 0) for name in names})


class ReviewCount(AccountOwned):
    """What all of these share. No keys are checked: the rows that they name may be gone before the sums."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    service = models.ForeignKey(
        "moderation.Service",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class OfAQueue(ReviewCount):
    queue = models.ForeignKey(
        "review.ReviewQueue",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class Work(OfAQueue):
    opened = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    blocked = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    waited_ms = models.BigIntegerField(default=0)
    handled = models.IntegerField(default=0)
    handling_ms = models.BigIntegerField(default=0)
    rechecked = models.IntegerField(default=0)
    overturned = models.IntegerField(default=0)
    relabelled = models.IntegerField(default=0)
    expired = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)

    class Meta:
        abstract = True


class WorkDelta(Work):
    """What happened to one item, not folded yet: inserted and deleted, never changed."""

    at = models.DateTimeField()
    # Of the handling time, a quarter of an octave wide; None where nobody measured.
    bucket = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="unfolded_work")]

    def __str__(self):
        return f"{self.queue_id}@{self.at:%Y-%m-%d %H:%M}"


class WorkCounter(Work):
    """What was done in a queue for a service on one day."""

    starts_at = models.DateTimeField()
    folded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "queue", "service"],
                name="one_work_counter_per_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.queue_id}@{self.starts_at:%Y-%m-%d}"


class HandlingCounter(OfAQueue):
    """How many decisions of one day took about as long as each other."""

    starts_at = models.DateTimeField()
    bucket = models.SmallIntegerField()
    handled = models.IntegerField()
    folded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "queue", "service", "bucket"],
                name="one_handling_counter_per_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.queue_id}@{self.starts_at:%Y-%m-%d}/{self.bucket}"


class Machine(ReviewCount):
    # The machine's main label; where it had found nothing, the one under which people blocked.
    label = models.CharField(max_length=64, blank=True)
    flagged = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    renamed = models.IntegerField(default=0)
    clean = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    called_wrong = models.IntegerField(default=0)
    called_missed = models.IntegerField(default=0)

    class Meta:
        abstract = True


class MachineDelta(Machine):
    """How the machine stood before people on one item, not folded yet."""

    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="unfolded_machine")]

    def __str__(self):
        return f"{self.label}@{self.at:%Y-%m-%d %H:%M}"


class MachineCounter(Machine):
    """How the machine stood before people with a label of a service, on what it judged on one day."""

    starts_at = models.DateTimeField()
    folded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "label"], name="one_machine_counter_per_day"
            )
        ]

    def __str__(self):
        return f"{self.label}@{self.starts_at:%Y-%m-%d}"


class WorkFact(Work):
    """Counters and what is not folded yet in one view: exact at every moment."""

    at = models.DateTimeField()

    objects = ReviewFactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_workfact"

    def __str__(self):
        return f"{self.queue_id}@{self.at:%Y-%m-%d %H:%M}"


class HandlingFact(OfAQueue):
    at = models.DateTimeField()
    bucket = models.SmallIntegerField()
    handled = models.IntegerField()

    objects = ReviewFactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_handlingfact"

    def __str__(self):
        return f"{self.queue_id}@{self.at:%Y-%m-%d %H:%M}/{self.bucket}"


class MachineFact(Machine):
    at = models.DateTimeField()

    objects = ReviewFactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_machinefact"

    def __str__(self):
        return f"{self.label}@{self.at:%Y-%m-%d %H:%M}"
