"""What the counters are held against: results that exist, and those that were forgotten since they counted.

A trigger on the table of results notes what every deletion takes away, whoever deletes. So results and what
was noted together are what the counters must say, also of days whose results are purged in part or whole.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType
from stats.models.latency import BUCKETS_PER_OCTAVE
from stats.models.usage import Counter, Source


class Kind(models.TextChoices):
    """What a row of figures is about: all calls of an hour, a label or a time taken of a day."""

    CALLS = "calls", _("calls")
    LABEL = "label", _("label")
    LATENCY = "latency", _("time taken")


class Forgotten(models.Model):
    """What results counted for that are gone. `name` is the label or the bucket of the time."""

    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=10, choices=ContentType)
    calls = models.PositiveIntegerField()
    high = models.PositiveIntegerField(default=0)
    medium = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    took_us = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


class ForgottenDelta(Forgotten, AccountOwned):
    """Results that one statement deleted, summed, not folded yet: inserted by the trigger, never changed."""

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
        indexes = [models.Index(fields=["account", "starts_at"], name="unfolded_forgotten")]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m-%d %H} {self.kind} {self.name}={self.calls}"


class ForgottenCounter(Forgotten, Counter):
    """The same, summed by the hour (calls) and the day (labels, times), as the counters are."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "starts_at", "service", "source", "content_type", "kind", "name"],
                name="one_forgotten_counter_per_hour",
            )
        ]

    def __str__(self):
        return f"{self.service_id}@{self.starts_at:%Y-%m-%d %H} {self.kind} {self.name}={self.calls}"


class UsageCheck(AccountOwned):
    """One day of an account, counted anew: when, and what came of it."""

    class State(models.TextChoices):
        EXACT = "exact", _("Exact")
        DRIFT = "drift", _("Differs")
        # The account's clock was set to another zone: what was summed before lies on other edges.
        UNCLEAR = "unclear", _("Cannot be told")
        # What was deleted up to this day nobody noted.
        BEGUN = "begun", _("Counting anew began")

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=7, choices=State)
    counted = models.PositiveBigIntegerField(_("calls counted"), default=0)
    results = models.PositiveBigIntegerField(_("results that exist"), default=0)
    forgotten = models.PositiveBigIntegerField(_("results that are gone"), default=0)
    checked_at = models.DateTimeField(_("checked"))

    objects = AccountOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a day's figures")
        verbose_name_plural = _("checks of a day's figures")
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="one_check_per_day")]

    def __str__(self):
        return f"{self.day}: {self.state}"

    @property
    def recounted(self) -> int:
        return self.results + self.forgotten


class DriftQuerySet(AccountOwnedQuerySet):
    def standing(self):
        return self.filter(repaired_at=None)

    def newest_first(self):
        return self.order_by("-day", "service_id", "source", "figure", "name")


class UsageDrift(AccountOwned):
    """A figure of one day on which counters and results do not agree, with both numbers."""

    class Figure(models.TextChoices):
        CALLS = "calls", _("Calls")
        HIGH = "high", _("High risk")
        MEDIUM = "medium", _("Medium risk")
        LOW = "low", _("Low risk")
        TOOK = "took_us", _("Time taken in all (µs)")
        LABEL = "label", _("Results with the label")
        LATENCY = "latency", _("Calls that took this long")

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField(_("day"))
    service = models.ForeignKey(
        "moderation.Service", on_delete=models.PROTECT, related_name="+", verbose_name=_("service")
    )
    source = models.CharField(_("source"), max_length=7, choices=Source)
    figure = models.CharField(_("figure"), max_length=7, choices=Figure)
    name = models.CharField(max_length=64, blank=True)
    counted = models.BigIntegerField(_("counted"))
    recounted = models.BigIntegerField(_("recounted"))
    found_at = models.DateTimeField(_("found"))
    repaired_at = models.DateTimeField(_("mended"), null=True)

    objects = DriftQuerySet.as_manager()

    class Meta:
        verbose_name = _("drift of a figure")
        verbose_name_plural = _("drifts of figures")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day", "service", "source", "figure", "name"],
                name="a_drift_stands_once",
                condition=models.Q(repaired_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["account", "day"], name="drifts_by_day"),
            models.Index(fields=["found_at"], name="drifts_standing", condition=models.Q(repaired_at=None)),
        ]

    def __str__(self):
        return f"{self.day} {self.figure} {self.name}: {self.counted} for {self.recounted}"

    @property
    def shown_name(self) -> str:
        """The label, or from which time on calls fall into the bucket."""
        if self.figure != self.Figure.LATENCY:
            return self.name
        return f"≥ {2 ** (int(self.name) / BUCKETS_PER_OCTAVE) / 1000:.3g} ms"

    @property
    def difference(self) -> int:
        return self.counted - self.recounted
