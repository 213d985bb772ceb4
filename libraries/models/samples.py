from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from libraries.models.reviewed import Reviewed


class TextSampleQuerySet(AccountOwnedQuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def quarantined(self):
        return self.filter(quarantined_at__isnull=False)


class TextSample(Reviewed, AccountOwned):
    """A text that a person decided on: the same text gets the same answer from now on.

    A removed sample stays as a row, so that processes that follow the revisions learn of it.
    """

    class Outcome(models.TextChoices):
        PASS = "pass", _("Pass")
        BLOCK = "block", _("Block")

    digest = models.BinaryField(max_length=32)
    # None for a text that is too short to be like another.
    simhash = models.BinaryField(max_length=32, null=True)
    content = models.TextField(_("text"))
    outcome = models.CharField(_("decision"), max_length=5, choices=Outcome)
    label = models.CharField(_("label"), max_length=60, blank=True)
    origin = models.CharField(_("from result"), max_length=60, blank=True)
    revision = models.BigIntegerField()
    created_at = models.DateTimeField(_("added"))
    removed_at = models.DateTimeField(null=True)

    objects = TextSampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewed text")
        verbose_name_plural = _("reviewed texts")
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="an_account_keeps_a_text_once"),
            models.CheckConstraint(
                condition=Q(outcome="pass", label="") | Q(outcome="block") & ~Q(label=""),
                name="blocked_samples_name_a_label",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "revision"], name="samples_by_revision"),
            models.Index(
                fields=["account", "id"],
                include=["label", "origin", "outcome", "quarantined_at"],
                condition=Q(removed_at=None),
                name="samples_newest_first",
            ),
        ]

    def __str__(self):
        """Not the text: not everybody who may see the list may read it."""
        return f"#{self.pk} {self.outcome} {self.label}".strip()
