"""Days and months of the counters, so that a page over a year reads as little as one over a week.

They are of the days that are over, up to a moment which each account has: see `stats.summing`. What changes
in counters before it, triggers change in the sums, whoever it was; in another zone of the account all is
summed up anew. So sums and the counters after them say at every moment what all counters say.
"""

from django.db import models
from django.db.models import F, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from config.accounts.models import AccountOwned
from stats.covering import OPEN, Span
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


# Written out: to have Django put these together takes longer than the database does to answer.
WITHIN = "grain = %s AND at >= %s AND at < %s"


def any_of(spans: list[Span]) -> tuple[str, list]:
    values = [value for span in spans for value in (span.grain, span.starts_at, span.ends_at)]
    return " OR ".join([f"({WITHIN})"] * len(spans)), values


def covers(spans: list[Span]) -> RawSQL:
    sql, values = any_of([span for span in spans if span.grain != OPEN])
    found = [span for span in spans if span.grain == OPEN]
    if found:
        # One range beside the ranges: else each is read whole, and what is summed already left out.
        widest = Span(OPEN, min(one.starts_at for one in found), max(one.ends_at for one in found))
        (outer, outer_values), (inner, inner_values) = any_of([widest]), any_of(found)
        sql = f"{sql} OR ({outer} AND ({inner}))" if sql else f"{outer} AND ({inner})"
        values += outer_values + inner_values
    return RawSQL(sql, values, output_field=models.BooleanField())  # noqa: S611 (names of ours)


def minus_where(spans: list[Span]) -> RawSQL:
    sql, values = any_of(spans)
    sign = f"CASE WHEN {sql} THEN -1 ELSE 1 END"
    return RawSQL(sign, values, output_field=models.IntegerField())  # noqa: S611 (names of ours)


class SpanQuerySet(FactQuerySet):
    def covering(self, spans: list[Span]):
        """The rows that these spans are made of, each with its `sign`."""
        rows = self.filter(covers(spans)) if spans else self.none()
        taken = [span for span in spans if span.sign < 0]
        return rows.annotate(sign=minus_where(taken)) if taken else rows

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
