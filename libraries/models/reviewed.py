"""What a sample of either kind is besides its content, and what it did that the machine would not have."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet


class Reviewed(models.Model):
    """A sample that did too much in too short a time rests: it decides nothing until a person releases it."""

    # Whether the machine said otherwise of what people decided on.
    overrules = models.BooleanField(default=False)
    quarantined_at = models.DateTimeField(_("resting since"), null=True)
    # A person has released it: it may change as many verdicts as it likes.
    vouched_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        abstract = True

    @property
    def rests(self) -> bool:
        return self.quarantined_at is not None


class SampleFlipQuerySet(AccountOwnedQuerySet):
    def of(self, sample):
        return self.filter(kind=SampleFlip.Kind.of(sample), sample_id=sample.pk)


class SampleFlip(AccountOwned):
    """A sample changed a verdict of the machine, or people their minds on it: inserted and deleted."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Image")

        @classmethod
        def of(cls, sample) -> "SampleFlip.Kind":
            return cls.IMAGE if hasattr(sample, "sha256") else cls.TEXT

    class Why(models.TextChoices):
        VERDICT = "verdict", _("verdicts of the machine changed")
        MIND = "mind", _("minds changed")

    # Moderations insert these: to check the key would make them wait for whoever edits the account.
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=5, choices=Kind)
    sample_id = models.BigIntegerField()
    why = models.CharField(max_length=7, choices=Why)
    at = models.DateTimeField()

    objects = SampleFlipQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="flips_by_time"),
            models.Index(fields=["kind", "sample_id", "at"], name="minds_changed", condition=Q(why="mind")),
        ]

    def __str__(self):
        return f"{self.kind} {self.sample_id} {self.why}"
