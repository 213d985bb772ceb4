"""How long calls took: counted in buckets that grow with the time, so that any percentile is known later.

A bucket is a quarter of an octave of microseconds: each begins 19 % above the one before, whatever its size.
The database function `stats_latency_bucket` says which one a time falls into.
"""

from django.db import models

from config.accounts.models import AccountOwned
from moderation.models.content import ContentType
from stats.models.usage import Counter, FactQuerySet, Source

BUCKETS_PER_OCTAVE = 4


class LatencyCounter(Counter):
    """Calls of a service on one day that took about as long as each other."""

    content_type = models.CharField(max_length=10, choices=ContentType)
    bucket = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "content_type", "bucket"],
                name="one_latency_counter_per_day",
            )
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m-%d}[{self.bucket}]={self.calls}"


class LatencyFact(AccountOwned):
    """Counters and the unfolded tail in one view."""

    service = models.ForeignKey("moderation.Service", on_delete=models.DO_NOTHING, related_name="+")
    source = models.CharField(max_length=7, choices=Source)
    content_type = models.CharField(max_length=10, choices=ContentType)
    at = models.DateTimeField()
    bucket = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "stats_latencyfact"

    def __str__(self):
        return f"{self.service_id}@{self.at:%Y-%m-%d %H:%M}[{self.bucket}]={self.calls}"
