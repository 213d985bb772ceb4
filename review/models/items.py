from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType, RiskLevel
from moderation.models.results import ModerationResult
from review.states import State


class ReviewItemQuerySet(AccountOwnedQuerySet):
    def open(self):
        return self.exclude(state=State.DECIDED)

    def free(self, now):
        """Waiting items, and those whose reviewer went away without a word."""
        return self.open().filter(Q(state=State.WAITING) | Q(lease_until__lt=now))

    def held_by(self, reviewer, now):
        return self.filter(state=State.CLAIMED, claimed_by=reviewer, lease_until__gte=now)

    def most_urgent_first(self):
        return self.order_by("priority", "id")

    def claimable(self, count, now):
        return self.free(now).most_urgent_first().select_for_update(skip_locked=True, of=("self",))[:count]

    def with_content(self):
        return self.select_related("result__service", "claimed_by")


class ReviewItem(AccountOwned):
    """One result that a person is to decide on."""

    class Status(models.TextChoices):
        WAITING = State.WAITING.value, _("Waiting")
        CLAIMED = State.CLAIMED.value, _("With a reviewer")
        DECIDED = State.DECIDED.value, _("Decided")

    # Empty once the result's time of keeping is over: what was decided stays, what it was about goes.
    result = models.OneToOneField(
        "moderation.ModerationResult",
        null=True,
        on_delete=models.SET_NULL,
        related_name="review_item",
    )
    request_id = models.UUIDField(_("request id"))
    service = models.ForeignKey("moderation.Service", on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    state = models.CharField(_("state"), max_length=7, choices=Status, default=State.WAITING.value)
    priority = models.PositiveSmallIntegerField(_("priority"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("waiting since"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("review item")
        verbose_name_plural = _("review items")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="claimed", claimed_by__isnull=False, lease_until__isnull=False)
                | ~Q(state="claimed") & Q(claimed_by=None, lease_until=None),
                name="a_claimed_item_has_its_reviewer_and_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="decided", decided_at__isnull=False)
                | ~Q(state="decided") & Q(decided_at=None),
                name="a_decided_item_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="decided") | Q(result__isnull=False),
                name="only_a_decided_item_outlives_its_result",
            ),
        ]
        indexes = [
            models.Index(
                "account", "priority", "id", name="review_queue", condition=~Q(state=State.DECIDED.value)
            ),
            models.Index("account", F("id").desc(), name="review_items_newest_first"),
        ]

    def __str__(self):
        return f"item {self.pk}"


class Decision(AccountOwned):
    """What a person decided. Never changed: a later round adds a row."""

    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    outcome = models.CharField(_("decision"), max_length=5, choices=ModerationResult.Outcome)
    label = models.CharField(_("category"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="one_decision_per_item_and_round"),
            models.CheckConstraint(
                condition=Q(outcome="pass", label="") | Q(outcome="block") & ~Q(label=""),
                name="block_names_a_label_and_pass_does_not",
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="decisions_newest_first")]

    def __str__(self):
        return f"{self.item_id}: {self.outcome}"
