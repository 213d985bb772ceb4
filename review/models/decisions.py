from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.results import ModerationResult
from review.states import Stage


class DecisionQuerySet(AccountOwnedQuerySet):
    def standing(self):
        """What was not undone."""
        return self.filter(undone_at=None)

    def newest_first(self):
        return self.order_by("-id")


class Decision(AccountOwned):
    """What a person decided. Never changed but for being undone: a later round adds a row."""

    item = models.ForeignKey("review.ReviewItem", on_delete=models.PROTECT, related_name="decisions")
    # Counts every decision on the item, those undone as well.
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    stage = models.CharField(_("stage"), max_length=8, choices=Stage, default=Stage.DECISION.value)
    # One of them: a person in the console, or a key with which an outside team hands in its result.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reviewer_key = models.ForeignKey("accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("decision"), max_length=5, choices=ModerationResult.Outcome)
    label = models.CharField(_("label"), max_length=60, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=128, blank=True)
    note = models.CharField(_("note"), max_length=512, blank=True)
    # Shared by what was decided, and is undone, in one go.
    batch = models.UUIDField(null=True)
    # Milliseconds in which the reviewer was indeed at it; None: nobody measured.
    handling_ms = models.PositiveIntegerField(_("handling time"), null=True)
    # The event that told of it, to take it back or to supersede it.
    event_id = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="one_decision_per_item_and_round"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(stage="decision", undone_at=None),
                name="one_standing_decision_per_item",
            ),
            models.CheckConstraint(
                condition=Q(outcome="pass", label="") | Q(outcome="block") & ~Q(label=""),
                name="block_names_a_label_and_pass_does_not",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=False, reviewer_key=None)
                | Q(reviewer=None, reviewer_key__isnull=False),
                name="a_decision_is_a_persons_or_a_keys",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False),
                name="an_undone_decision_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="decisions_newest_first"),
            models.Index("account", "reviewer", F("id").desc(), name="decisions_of_a_reviewer"),
            models.Index(
                fields=["account", "stage", "decided_at"],
                include=["outcome"],
                name="decisions_by_time",
                condition=Q(undone_at=None),
            ),
            models.Index(fields=["batch"], name="decisions_of_a_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self):
        return f"{self.item_id}: {self.outcome}"

    @property
    def decider(self):
        return self.reviewer or self.reviewer_key


class ItemNote(AccountOwned):
    """What reviewers tell each other about an item."""

    item = models.ForeignKey("review.ReviewItem", on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=500)
    created_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["item", "id"], name="notes_of_an_item")]

    def __str__(self):
        return f"{self.item_id}: {self.author_id}"


class Skip(AccountOwned):
    """An item that a reviewer passed on: it is not offered to them again."""

    item = models.ForeignKey("review.ReviewItem", on_delete=models.PROTECT, related_name="skips")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=120)
    skipped_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("skip")
        verbose_name_plural = _("skips")
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="a_reviewer_skips_an_item_once")]

    def __str__(self):
        return f"{self.item_id}: {self.user_id}"
