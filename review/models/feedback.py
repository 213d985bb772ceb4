from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType, RiskLevel


class FeedbackQuerySet(AccountOwnedQuerySet):
    def open(self):
        """What stands: not withdrawn."""
        return self.filter(withdrawn_at=None)

    def newest_first(self):
        return self.order_by("-id")

    def samples(self):
        """What engines may learn from: feedback that stands and whose result is still kept."""
        return self.open().filter(result__isnull=False).select_related("result").order_by("id")

    def per_label(self):
        """Rows of kind, label and how many, for figures such as a label's share of false positives."""
        return self.open().order_by("kind", "label").values("kind", "label").annotate(given=Count("pk"))


class Feedback(AccountOwned):
    """What a person or a client says against a result. It changes no verdict; it outlives the result."""

    class Kind(models.TextChoices):
        FALSE_POSITIVE = "false_positive", _("False positive")
        MISSED_VIOLATION = "missed_violation", _("Missed violation")

    result = models.ForeignKey(
        "moderation.ModerationResult", null=True, on_delete=models.SET_NULL, related_name="feedback"
    )
    request_id = models.UUIDField(_("request id"))
    service = models.ForeignKey(
        "moderation.Service", on_delete=models.PROTECT, related_name="+", verbose_name=_("service")
    )
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    kind = models.CharField(_("feedback"), max_length=16, choices=Kind)
    label = models.CharField(_("label"), max_length=64, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    given_by_key = models.ForeignKey("accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_by_key = models.ForeignKey(
        "accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "kind"],
                name="one_open_feedback_per_result_and_kind",
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                condition=~Q(kind="missed_violation") | ~Q(label=""),
                name="a_missed_violation_names_a_label",
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=False, given_by_key=None)
                | Q(given_by=None, given_by_key__isnull=False),
                name="feedback_is_given_by_a_person_or_a_key",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_by_key=None)
                | Q(withdrawn_at__isnull=False)
                & (
                    Q(withdrawn_by__isnull=False, withdrawn_by_key=None)
                    | Q(withdrawn_by=None, withdrawn_by_key__isnull=False)
                ),
                name="withdrawn_feedback_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="feedback_newest_first"),
            models.Index(fields=["account", "request_id"], name="feedback_by_request"),
        ]

    def __str__(self):
        return f"{self.request_id}: {self.kind}"

    @property
    def giver(self):
        return self.given_by or self.given_by_key

    @property
    def withdrawer(self):
        return self.withdrawn_by or self.withdrawn_by_key
