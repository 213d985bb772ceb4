from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from libraries.models.vocabularies import Vocabulary


class KeywordImportQuerySet(AccountOwnedQuerySet):
    def newest(self):
        return self.order_by("-id")

    def under_way(self):
        return self.filter(state__in=[KeywordImport.State.CHECKING, KeywordImport.State.RUNNING])

    def free(self, now: datetime):
        """Nobody works on it, or whoever did has not been heard of."""
        return self.under_way().filter(Q(leased_until=None) | Q(leased_until__lte=now))


class KeywordImport(AccountOwned):
    """A file of words: first checked and shown, then, when somebody says so, brought in."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    vocabulary = models.ForeignKey(
        Vocabulary, on_delete=models.CASCADE, related_name="imports", verbose_name=_("vocabulary")
    )
    file_name = models.CharField(_("file"), max_length=120)
    format = models.CharField(_("format"), max_length=4)
    file = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(_("bytes"))
    state = models.CharField(_("state"), max_length=9, choices=State)
    lines = models.PositiveIntegerField(_("lines"), null=True)
    done = models.PositiveIntegerField(_("lines done"), default=0)
    counts = models.JSONField(_("outcomes"), default=dict)
    preview = models.JSONField(default=dict)
    error = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_key = models.ForeignKey("accounts.ApiKey", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("uploaded"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = KeywordImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("keyword import")
        verbose_name_plural = _("keyword imports")
        indexes = [
            models.Index(
                fields=["leased_until"],
                name="imports_under_way",
                condition=Q(state__in=["checking", "running"]),
            )
        ]

    def __str__(self):
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.CHECKING, self.State.RUNNING}

    @property
    def actor(self):
        return self.by_user or self.by_key

    @property
    def stage(self) -> str:
        """Which report holds: that of the check, until words were brought in."""
        return "run" if self.started_at else "check"


class ImportedLines(AccountOwned):
    """What became of some lines of an import: compressed, for a report is read once if at all."""

    keyword_import = models.ForeignKey(KeywordImport, on_delete=models.CASCADE, related_name="reports")
    stage = models.CharField(max_length=5)
    first = models.PositiveIntegerField()
    rows = models.BinaryField()

    class Meta:
        verbose_name = _("imported lines")
        verbose_name_plural = _("imported lines")
        constraints = [
            models.UniqueConstraint(
                fields=["keyword_import", "stage", "first"], name="a_batch_of_lines_is_reported_once"
            )
        ]
