"""What was used: a row per result until it is folded, then sums; and both as one.

Calls are summed per hour and labels per day. Both are those of the account's clock, so that its days are made
of whole hours also where the clock differs from UTC by half an hour. When an account changes its zone, what
was summed before stays together and belongs to the day on which it began.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DateField, DateTimeField, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDay, TruncHour, TruncMonth

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel

TRUNCATIONS = {"hour": TruncHour, "day": TruncDay, "month": TruncMonth}
SUMS = ("calls", "high", "medium", "low", "took_us")
Source = ModerationResult.Source


class UsageDelta(AccountOwned):
    """One result, counted in its own transaction and not folded yet: inserted and deleted, never changed."""

    # The result of the same transaction keeps these keys; to check them again would lock parents twice.
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
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(max_length=7, choices=Source)
    content_type = models.CharField(max_length=10, choices=ContentType)
    level = models.CharField(max_length=6, choices=RiskLevel)
    labels = ArrayField(models.CharField(max_length=64), default=list)
    took_us = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="unfolded_by_account")]

    def __str__(self):
        return f"{self.service_id}@{self.at:%Y-%m-%d %H:%M}"


class Counter(AccountOwned):
    """What sums share. Written by the fold and by nothing else."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "moderation.Service", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=7, choices=Source)
    starts_at = models.DateTimeField()
    folded_at = models.DateTimeField()

    class Meta:
        abstract = True


class UsageCounter(Counter):
    """Calls of a service in one hour, by what came of them."""

    content_type = models.CharField(max_length=10, choices=ContentType)
    calls = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    medium = models.PositiveIntegerField()
    low = models.PositiveIntegerField()
    took_us = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "content_type"],
                name="one_usage_counter_per_hour",
            ),
            models.CheckConstraint(
                condition=Q(calls__gte=F("high") + F("medium") + F("low")),
                name="hits_are_never_more_than_calls",
            ),
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m-%d %H}={self.calls}"


class LabelCounter(Counter):
    """How many results of a service carried a label on one day."""

    label = models.CharField(max_length=64)
    hits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "label"],
                name="one_label_counter_per_day",
            )
        ]

    def __str__(self):
        return f"{self.label}@{self.starts_at:%Y-%m-%d}={self.hits}"


class FactQuerySet(AccountOwnedQuerySet):
    def counted(self):
        """Usage proper: what the online test of a service produced is kept apart."""
        return self.exclude(source=Source.TEST)

    def between(self, starts_at, ends_at):
        return self.filter(at__gte=starts_at, at__lt=ends_at)

    def of_services(self, services):
        """All services when `services` is None."""
        return self if services is None else self.filter(service__in=services)

    def of_sources(self, sources):
        """Usage proper when `sources` is None."""
        return self.counted() if sources is None else self.filter(source__in=list(sources))

    def of_content_types(self, content_types):
        """Services have one type of content each, which labels and refusals do not repeat."""
        if content_types is None:
            return self
        return self.filter(service__content_type__in=list(content_types))

    def per(self, by, zone):
        """Rows by "hour", "day" or "month" of the account's clock, under `on`."""
        kind = DateTimeField() if by == "hour" else DateField()
        return self.annotate(on=TRUNCATIONS[by]("at", tzinfo=zone, output_field=kind))

    def summed(self):
        return self.annotate(**{f"all_{name}": Coalesce(Sum(name), 0) for name in SUMS})


class UsageFact(AccountOwned):
    """Counters and the unfolded tail in one view: exact at every moment, whatever is folded meanwhile."""

    service = models.ForeignKey("moderation.Service", on_delete=models.DO_NOTHING, related_name="+")
    source = models.CharField(max_length=7, choices=Source)
    content_type = models.CharField(max_length=10, choices=ContentType)
    at = models.DateTimeField()
    calls = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    medium = models.PositiveIntegerField()
    low = models.PositiveIntegerField()
    took_us = models.PositiveBigIntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_usagefact"

    def __str__(self):
        return f"{self.service_id}@{self.at:%Y-%m-%d %H:%M}={self.calls}"


class LabelFact(AccountOwned):
    """The same view of labels."""

    service = models.ForeignKey("moderation.Service", on_delete=models.DO_NOTHING, related_name="+")
    source = models.CharField(max_length=7, choices=Source)
    at = models.DateTimeField()
    label = models.CharField(max_length=64)
    hits = models.PositiveIntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_labelfact"

    def __str__(self):
        return f"{self.label}@{self.at:%Y-%m-%d %H:%M}={self.hits}"
