"""Days and months of the counters, so that a page over a year reads as little as one over a week.

They are of the days that are over, up to a moment which each account has: see `stats.summing`. What changes
in counters before it, triggers change in the sums, whoever it was; in another zone of the account all is
summed up anew. So sums and the counters after them say at every moment what all counters say.
"""

from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from config.accounts.models import AccountOwned
from stats.covering import Span
from stats.models.usage import SUMS, FactQuerySet, Source


class SummedUntil(AccountOwned):
    """Up to which midnight of the account's clock its counters are in the sums."""

    account = models.OneToOneField("accounts.Account", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self):
        return f"{self.account_id}: {self.until:%Y-%m-%d %H:%M}"


class SumOfCounters(AccountOwned):
    """The counters that are added up here keep these keys."""

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
    starts_at = models.DateTimeField()

    class Meta:
        abstract = True


class UsageSum(SumOfCounters):
    calls = models.BigIntegerField()
    high = models.BigIntegerField()
    medium = models.BigIntegerField()
    low = models.BigIntegerField()
    took_us = models.BigIntegerField()

    class Meta:
        abstract = True


class UsageDay(UsageSum):
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source"], name="one_usage_sum_per_day"
            )
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m-%d}={self.calls}"


class UsageMonth(UsageSum):
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source"], name="one_usage_sum_per_month"
            )
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m}={self.calls}"


class LabelMonth(SumOfCounters):
    label = models.CharField(max_length=64)
    hits = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "label"], name="one_label_sum_per_month"
            )
        ]

    def __str__(self):
        return f"{self.label}@{self.starts_at:%Y-%m}={self.hits}"


class LatencyMonth(SumOfCounters):
    bucket = models.PositiveSmallIntegerField()
    calls = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "bucket"],
                name="one_latency_sum_per_month",
            )
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m}[{self.bucket}]={self.calls}"


class SpanQuerySet(FactQuerySet):
    def covering(self, spans: list[Span]):
        """The rows that these spans are made of, each with its `sign`."""
        wanted, taken = Q(pk__in=[]), []
        for span in spans:
            inside = Q(grain=span.grain, at__gte=span.starts_at, at__lt=span.ends_at)
            wanted |= inside
            if span.sign < 0:
                taken.append(When(inside, then=Value(-1)))
        rows = self.filter(wanted)
        return rows.annotate(sign=Case(*taken, default=Value(1))) if taken else rows

    def of_sources(self, sources):
        """By what is left out: an index would be read from end to end for a few names of sources."""
        if sources is None:
            return self.counted()
        asked = set(sources)
        return self.exclude(source__in=[source for source in Source.values if source not in asked])

    def signed(self, *names: str):
        """The figures of each row as they are added, under `all_` and the name."""
        return self.annotate(**{f"all_{name}": self.figure(name) for name in names})

    def added_up(self, *names: str):
        """Sums by the values asked for, under the same."""
        return self.annotate(**{f"all_{name}": Coalesce(Sum(self.figure(name)), 0) for name in names})

    def figure(self, name: str):
        return F(name) * F("sign") if "sign" in self.query.annotations else F(name)

    def summed(self):
        return self.added_up(*SUMS)


class Spans(AccountOwned):
    """Sums, counters and the unfolded tail in one view, each under its grain."""

    service = models.ForeignKey("moderation.Service", on_delete=models.DO_NOTHING, related_name="+")
    source = models.CharField(max_length=7, choices=Source)
    grain = models.CharField(max_length=7)
    at = models.DateTimeField()

    objects = SpanQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.service_id}@{self.at:%Y-%m-%d %H:%M} ({self.grain})"


class UsageSpan(Spans):
    calls = models.BigIntegerField()
    high = models.BigIntegerField()
    medium = models.BigIntegerField()
    low = models.BigIntegerField()
    took_us = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "stats_usagespan"


class LabelSpan(Spans):
    label = models.CharField(max_length=64)
    hits = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "stats_labelspan"


class LatencySpan(Spans):
    bucket = models.PositiveSmallIntegerField()
    calls = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "stats_latencyspan"
