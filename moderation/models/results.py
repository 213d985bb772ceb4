from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType, RiskLevel


class ResultQuerySet(AccountOwnedQuerySet):
    def newest_first(self):
        return self.order_by("-id")

    def hits(self):
        return self.exclude(level=RiskLevel.NONE)


class ModerationResult(AccountOwned):
    """What the machine said of one piece of content, and what a person made of it."""

    class Source(models.TextChoices):
        API = "api", _("API")
        CONSOLE = "console", _("Console")
        TEST = "test", _("Online test")

    class Outcome(models.TextChoices):
        PASS = "pass", _("Pass")
        BLOCK = "block", _("Block")

    request_id = models.UUIDField(_("request id"))
    service = models.ForeignKey("moderation.Service", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("moderation.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    context = models.JSONField(_("context"), default=dict)
    content = models.TextField(_("content"))
    # Of a picture: sha256, format, width, height, bytes, frames, the key it is stored under, the text read.
    media = models.JSONField(_("picture"), default=dict)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    labels = models.JSONField(_("labels"))
    uncovered = models.JSONField(_("uncovered"), default=list)
    # What every engine said, before mapping and thresholds: {engine: {"version": …, "raw": {label: score}}}.
    scores = models.JSONField(_("raw scores"), default=dict)
    source = models.CharField(_("source"), max_length=7, choices=Source)
    took_us = models.PositiveIntegerField(_("microseconds taken"))
    created_at = models.DateTimeField(_("time"))
    human_outcome = models.CharField(_("human verdict"), max_length=5, choices=Outcome, blank=True)
    human_label = models.CharField(_("human label"), max_length=60, blank=True)
    human_decided_at = models.DateTimeField(null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("detection result")
        verbose_name_plural = _("detection results")
        constraints = [
            models.UniqueConstraint(
                fields=["request_id", "service"], name="a_request_has_one_result_per_service"
            ),
            models.CheckConstraint(
                condition=Q(human_outcome="", human_decided_at=None)
                | (~Q(human_outcome="") & Q(human_decided_at__isnull=False)),
                name="a_human_verdict_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(human_outcome="block") & ~Q(human_label="")
                | ~Q(human_outcome="block") & Q(human_label=""),
                name="a_human_block_names_a_label",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="result_newest_first"),
            models.Index(
                fields=["account", "data_id", "-id"], name="result_by_data_id", condition=~Q(data_id="")
            ),
            models.Index(fields=["created_at"], name="result_by_age"),
        ]

    def __str__(self):
        return str(self.request_id)


class ResultLabel(AccountOwned):
    """A risk label that a result carries, kept apart so that the rarest label is found at once."""

    result = models.ForeignKey(ModerationResult, on_delete=models.CASCADE, related_name="label_rows")
    label = models.CharField(_("label"), max_length=64)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)

    class Meta:
        verbose_name = _("label of a result")
        verbose_name_plural = _("labels of results")
        constraints = [
            models.UniqueConstraint(fields=["account", "label", "result"], name="result_carries_a_label_once")
        ]

    def __str__(self):
        return f"{self.result_id}:{self.label}"
