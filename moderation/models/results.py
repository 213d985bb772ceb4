from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType, RiskLevel
from moderation.values import NO_RISK

# What a list of results may be narrowed by, in the order of the indexes.
FACETS = ("content_type", "level", "source", "human_outcome")
LABEL_FACETS = ("content_type", "result_level", "source", "human_outcome")


class ResultQuerySet(AccountOwnedQuerySet):
    def newest_first(self):
        return self.order_by("-created_at", "-id")

    def hits(self):
        return self.exclude(level=RiskLevel.NONE)

    def with_names(self):
        """With what lists say of service and version, and without the version's long document."""
        return self.select_related("service", "version").defer("version__document")


class ModerationResult(AccountOwned):
    """What the machine said of one piece of content, and what a person made of it.

    Each list of results is answered by one of the indexes at any length: see `results_query`.
    """

    class Source(models.TextChoices):
        API = "api", _("API")
        CONSOLE = "console", _("Console")
        TEST = "test", _("Online test")
        # No machine looked at it: its level and labels say nothing.
        MANUAL = "manual", _("Human-only review")

    class Outcome(models.TextChoices):
        PASS = "pass", _("Pass")
        BLOCK = "block", _("Block")

    # The indexes that begin with the account serve its key as well.
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("account"),
    )
    request_id = models.UUIDField(_("request id"))
    service = models.ForeignKey("moderation.Service", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("moderation.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    context = models.JSONField(_("context"), default=dict)
    content = models.TextField(_("content"))
    # Of a file: sha256, format, bytes, the key it is stored under; of a picture also width, height, frames,
    # pdq, the text read and its lines.
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
            models.Index(fields=["account", "-created_at", "-id"], name="results_newest_first"),
            models.Index(
                fields=["account", *FACETS, "-created_at", "-id"],
                name="results_by_facets",
            ),
            models.Index(
                fields=["account", "service", *FACETS[1:], "-created_at", "-id"],
                name="results_by_service",
            ),
            models.Index(
                fields=["account", "data_id", "-created_at", "-id"],
                name="results_by_data_id",
                condition=~Q(data_id=""),
            ),
            models.Index(
                fields=["account", "author_id", "-created_at", "-id"],
                name="results_by_author",
                condition=~Q(author_id=""),
            ),
            models.Index(fields=["created_at"], name="result_by_age"),
            models.Index(KT("media__key"), name="results_by_picture", condition=Q(media__has_key="key")),
            models.Index(
                KT("media__cover_key"), name="results_by_cover", condition=Q(media__has_key="cover_key")
            ),
        ]

    def __str__(self):
        return str(self.request_id)

    @property
    def is_judged(self) -> bool:
        """Whether a machine has looked at it at all."""
        return self.source != self.Source.MANUAL

    @property
    def is_recording(self) -> bool:
        return self.content_type in (ContentType.AUDIO, ContentType.VIDEO)


class ResultLabelQuerySet(AccountOwnedQuerySet):
    def create_for(self, result):
        """One row per label of a stored result, without `nonLabel`."""
        return self.bulk_create(
            ResultLabel(
                account_id=result.account_id,
                result=result,
                label=label["label"],
                level=label["level"],
                service_id=result.service_id,
                content_type=result.content_type,
                result_level=result.level,
                source=result.source,
                human_outcome=result.human_outcome,
                created_at=result.created_at,
            )
            for label in result.labels
            if label["label"] != NO_RISK
        )


class ResultLabel(AccountOwned):
    """A label that a result carries, apart and with all that lists filter by: the rarest is found at once.

    `nonLabel` has no row. The facets are copies of the result's.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("account"),
    )
    result = models.ForeignKey(ModerationResult, on_delete=models.CASCADE, related_name="label_rows")
    label = models.CharField(_("label"), max_length=64)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    # The result of the same transaction keeps this key.
    service = models.ForeignKey(
        "moderation.Service",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    content_type = models.CharField(max_length=10, choices=ContentType)
    result_level = models.CharField(max_length=6, choices=RiskLevel)
    source = models.CharField(max_length=7, choices=ModerationResult.Source)
    human_outcome = models.CharField(max_length=5, choices=ModerationResult.Outcome, blank=True)
    created_at = models.DateTimeField()

    objects = ResultLabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label of a result")
        verbose_name_plural = _("labels of results")
        constraints = [
            models.UniqueConstraint(fields=["account", "label", "result"], name="result_carries_a_label_once")
        ]
        indexes = [
            models.Index(fields=["account", "label", "-created_at", "-result"], name="labels_newest_first"),
            models.Index(
                fields=["account", "label", *LABEL_FACETS, "-created_at", "-result"],
                name="labels_by_facets",
            ),
            models.Index(
                fields=["account", "label", "service", *LABEL_FACETS[1:], "-created_at", "-result"],
                name="labels_by_service",
            ),
        ]

    def __str__(self):
        return f"{self.result_id}:{self.label}"
