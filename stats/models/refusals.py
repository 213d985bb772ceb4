"""Calls of the API that an account made and that were refused or failed: by day, service, status and code."""

from django.db import models

from config.accounts.models import AccountOwned
from stats.models.usage import FactQuerySet

LONGEST_CODE = 64


class RefusalDelta(AccountOwned):
    """Refusals of one kind that are not folded yet: one, or those of a flood's moment. Never changed."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    service = models.ForeignKey(
        "moderation.Service",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=LONGEST_CODE)
    calls = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="unfolded_refusals")]

    def __str__(self):
        return f"{self.status} {self.code}@{self.at:%Y-%m-%d %H:%M}={self.calls}"


class RefusalCounter(AccountOwned):
    """Refusals of one kind on one day. Without a service where none was named or reached."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "moderation.Service", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=LONGEST_CODE)
    starts_at = models.DateTimeField()
    calls = models.PositiveIntegerField()
    folded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "status", "code"],
                name="one_refusal_counter_per_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.status} {self.code}@{self.starts_at:%Y-%m-%d}={self.calls}"


class RefusalFact(AccountOwned):
    """Counters and the unfolded tail in one view."""

    service = models.ForeignKey(
        "moderation.Service", on_delete=models.DO_NOTHING, related_name="+", null=True
    )
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=LONGEST_CODE)
    at = models.DateTimeField()
    calls = models.PositiveIntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_refusalfact"

    def __str__(self):
        return f"{self.status} {self.code}@{self.at:%Y-%m-%d %H:%M}={self.calls}"
