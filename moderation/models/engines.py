"""Engines that come from the database: heads that an account trained, and how its texts look to them."""

import numpy
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType


class HeadQuerySet(AccountOwnedQuerySet):
    def at_work(self):
        """Those that see every text: the ones that decide, and the ones that are tried out beside them."""
        return self.filter(status__in=[Head.Status.ACTIVE, Head.Status.SHADOW])

    def newest_first(self):
        return self.order_by("label", "-version")

    def earlier_than(self, head):
        """Versions of the same head that have decided before, the last of them first."""
        rows = self.filter(account=head.account_id, label=head.label, modality=head.modality)
        return rows.filter(version__lt=head.version, promoted_at__isnull=False).order_by("-version")


class Head(AccountOwned):
    """One version of what an account's reviewers taught the machine about one label."""

    class Status(models.TextChoices):
        SHADOW = "shadow", _("Shadow")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    label = models.CharField(_("label"), max_length=60)
    modality = models.CharField(
        _("content type"), max_length=10, choices=ContentType, default=ContentType.TEXT.value
    )
    version = models.PositiveIntegerField(_("version"))
    embedder = models.CharField(_("encoder"), max_length=60)
    embedder_sha256 = models.CharField(max_length=64)
    coefficients = models.BinaryField()  # float32, little endian
    intercept = models.FloatField()
    slope = models.FloatField()
    offset = models.FloatField()
    n_positive = models.PositiveIntegerField(_("positive examples"))
    n_negative = models.PositiveIntegerField(_("negative examples"))
    metrics = models.JSONField(_("measurements"), default=dict)
    status = models.CharField(_("state"), max_length=7, choices=Status, default=Status.SHADOW.value)
    trained_at = models.DateTimeField(_("trained"))
    promoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    promoted_at = models.DateTimeField(_("promoted"), null=True)

    objects = HeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("head")
        verbose_name_plural = _("heads")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "label", "modality", "version"], name="head_versions_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["account", "label", "modality"],
                condition=Q(status="active"),
                name="one_active_head_per_label",
            ),
            models.UniqueConstraint(
                fields=["account", "label", "modality"],
                condition=Q(status="shadow"),
                name="one_shadow_head_per_label",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(promoted_at__isnull=False),
                name="an_active_head_was_promoted",
            ),
        ]

    def __str__(self):
        return f"{self.label} v{self.version}"

    @property
    def vector(self) -> numpy.ndarray:
        return numpy.frombuffer(bytes(self.coefficients), "<f4")


class TrainingQuerySet(AccountOwnedQuerySet):
    def under_way(self):
        return self.filter(finished_at=None)


class Training(AccountOwned):
    """One wish to train a head, and what came of it."""

    label = models.CharField(_("label"), max_length=60)
    modality = models.CharField(
        _("content type"), max_length=10, choices=ContentType, default=ContentType.TEXT.value
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"))
    embedded = models.PositiveIntegerField(_("texts read"), default=0)
    head = models.ForeignKey(Head, null=True, on_delete=models.PROTECT, related_name="+")
    error = models.CharField(_("error"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "label", "modality"],
                condition=Q(finished_at=None),
                name="one_training_at_a_time_per_label",
            )
        ]

    def __str__(self):
        return f"{self.label} {self.requested_at:%Y-%m-%d %H:%M}"


class LearningSwitch(AccountOwned):
    """While this row is there, embeddings of the service's new texts are kept to learn from."""

    service = models.ForeignKey(
        "moderation.Service",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("service"),
    )
    switched_on_at = models.DateTimeField(_("switched on"))

    class Meta:
        verbose_name = _("learning from reviews")
        verbose_name_plural = _("learning from reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "service"], name="learning_is_on_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"learning {self.service_id or 'all'}"


class Vector(AccountOwned):
    """Base of stored embeddings: float16, little endian, of the encoder that is named."""

    embedder = models.CharField(max_length=60)
    vector = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"embedding {self.pk}"


class ResultEmbedding(Vector):
    result = models.OneToOneField(
        "moderation.ModerationResult", on_delete=models.CASCADE, related_name="embedding"
    )


class SampleEmbedding(Vector):
    """Of a text that people decided on; without it every training would read all of them again."""

    sample = models.OneToOneField("libraries.TextSample", on_delete=models.CASCADE, related_name="embedding")
