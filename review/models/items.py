from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from config.uuid7 import uuid7
from moderation.models.content import ContentType, RiskLevel
from moderation.models.results import ModerationResult
from review.states import Mode, State

OPEN = (State.WAITING.value, State.CLAIMED.value)
# What a list of items may be narrowed by, in the order of the indexes.
FACETS = ("mode", "state", "outcome", "recheck_outcome", "level")


class ReviewItemQuerySet(AccountOwnedQuerySet):
    def open(self):
        return self.filter(state__in=OPEN)

    def manual_tasks(self):
        """What the manual review service is for, without the account's own audit."""
        return self.exclude(mode=Mode.AUDIT)

    def decided(self):
        return self.filter(state=State.DECIDED)

    def free(self, now):
        """Waiting items, and those whose reviewer went away without a word."""
        return self.open().filter(Q(state=State.WAITING) | Q(lease_until__lt=now))

    def held_by(self, reviewer, now):
        return self.filter(state=State.CLAIMED, claimed_by=reviewer, lease_until__gte=now)

    def in_hand_of(self, reviewer):
        """What a reviewer was given and nobody has taken over, also when its lease is over."""
        return self.filter(state=State.CLAIMED, claimed_by=reviewer)

    def lock_those_at_rest(self) -> list[int]:
        """Lock the rows that no other transaction is changing: who waits for nobody never deadlocks."""
        rows = self.select_for_update(of=("self",), skip_locked=True)
        return list(rows.values_list("pk", flat=True))

    def put_back(self) -> int:
        with transaction.atomic(savepoint=False):
            rows = self.model.objects.filter(pk__in=self.lock_those_at_rest())
            return rows.update(state=State.WAITING, claimed_by=None, lease_until=None)

    def most_urgent_first(self):
        return self.order_by("urgent_at", "id")

    def newest_first(self):
        return self.order_by("-id")

    def with_content(self):
        return self.select_related("result__service", "claimed_by", "queue")


class ReviewItem(AccountOwned):
    """One piece of content that a person is to decide on. Its `task_id` is the manual task's.

    `urgent_at` is fixed when the item is opened, from its queue's time to decide and its severity: whoever
    orders by it takes severity, age and due date into account, and nothing is ever rewritten.
    """

    class Status(models.TextChoices):
        WAITING = State.WAITING.value, _("Waiting")
        CLAIMED = State.CLAIMED.value, _("With a reviewer")
        DECIDED = State.DECIDED.value, _("Decided")
        EXPIRED = State.EXPIRED.value, _("Time is over")
        CANCELLED = State.CANCELLED.value, _("Cancelled")

    # Empty once the result's time of keeping is over: what was decided stays, what it was about goes.
    result = models.OneToOneField(
        "moderation.ModerationResult",
        null=True,
        on_delete=models.SET_NULL,
        related_name="review_item",
    )
    task_id = models.UUIDField(_("task id"), unique=True, default=uuid7)
    request_id = models.UUIDField(_("request id"))
    mode = models.CharField(_("mode"), max_length=13, choices=Mode, default=Mode.AUDIT.value)
    queue = models.ForeignKey(
        "review.ReviewQueue",
        null=True,
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name=_("review queue"),
    )
    service = models.ForeignKey("moderation.Service", on_delete=models.PROTECT, related_name="+")
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    # The machine's: its level, its worst label and that label's detection type.
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    label = models.CharField(_("label"), max_length=64, blank=True)
    group = models.CharField(_("detection type"), max_length=40, blank=True)
    # Of the content: what is the same, and what is like it (PDQ of a picture, simhash of a text).
    digest = models.BinaryField(max_length=32, null=True)
    likeness = models.BinaryField(max_length=32, null=True)
    state = models.CharField(_("state"), max_length=9, choices=Status, default=State.WAITING.value)
    # 1 is the most severe.
    priority = models.PositiveSmallIntegerField(_("priority"))
    created_at = models.DateTimeField(_("waiting since"))
    due_at = models.DateTimeField(_("due"), null=True)
    urgent_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("kept until"), null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lease_until = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    escalated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # As it stands: the first decision, and what the recheck made of it. Rounds count what was not undone.
    rounds = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(_("decision"), max_length=5, choices=ModerationResult.Outcome, blank=True)
    decided_label = models.CharField(_("violation type"), max_length=60, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    recheck_outcome = models.CharField(
        _("recheck result"), max_length=5, choices=ModerationResult.Outcome, blank=True
    )
    recheck_label = models.CharField(_("recheck violation type"), max_length=60, blank=True)
    rechecked_at = models.DateTimeField(_("rechecked"), null=True)
    # When whoever had sent it took it back: nobody is told of anything after that.
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    # An endpoint that the call itself named: told of this item beside those that are set up.
    endpoint = models.ForeignKey(
        "moderation.CallbackEndpoint", null=True, on_delete=models.PROTECT, related_name="+"
    )

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
                condition=Q(state="decided", decided_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="decided") & Q(decided_at=None, outcome="", decided_label=""),
                name="a_decided_item_has_its_time_and_outcome",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_at=None, recheck_outcome="", recheck_label="")
                | Q(rechecked_at__isnull=False, state="decided") & ~Q(recheck_outcome=""),
                name="only_a_decided_item_is_rechecked",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | ~Q(state="cancelled") & Q(cancelled_at=None),
                name="a_cancelled_item_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "expired", "cancelled"]) | Q(result__isnull=False),
                name="only_a_finished_item_outlives_its_result",
            ),
        ]
        indexes = [
            models.Index("account", "urgent_at", "id", name="review_queue", condition=Q(state__in=OPEN)),
            # Read by review/lanes.py: the most urgent of each lane without a look at the others.
            models.Index(
                "account",
                "queue",
                "group",
                "content_type",
                "mode",
                "urgent_at",
                "id",
                name="review_lanes",
                condition=Q(state__in=OPEN, escalated_at=None),
            ),
            models.Index(
                "account",
                "urgent_at",
                "id",
                name="escalated_items",
                condition=Q(state__in=OPEN, escalated_at__isnull=False),
            ),
            models.Index("account", "queue", "due_at", name="open_items_by_due", condition=Q(state__in=OPEN)),
            models.Index(
                "account", "queue", "created_at", name="open_items_by_age", condition=Q(state__in=OPEN)
            ),
            models.Index(
                "account", "rechecked_at", name="rechecked_items", condition=Q(rechecked_at__isnull=False)
            ),
            models.Index("account", "author_id", name="open_items_by_author", condition=Q(state__in=OPEN)),
            models.Index("account", "data_id", name="open_items_by_data_id", condition=Q(state__in=OPEN)),
            models.Index(
                "account", "digest", name="review_items_by_digest", condition=Q(digest__isnull=False)
            ),
            models.Index("account", F("id").desc(), name="review_items_newest_first"),
            # Each list of items is answered by one of these: see `items_query`.
            models.Index(
                fields=["account", "content_type", *FACETS, "-created_at", "-id"], name="items_by_facets"
            ),
            models.Index(
                fields=["account", "service", *FACETS, "-created_at", "-id"], name="items_by_service"
            ),
            models.Index(
                fields=["account", "label", "service", *FACETS, "-created_at", "-id"],
                name="items_by_label",
                condition=~Q(label=""),
            ),
            models.Index(
                fields=["account", "decided_label", "service", *FACETS, "-created_at", "-id"],
                name="items_by_violation",
                condition=~Q(decided_label=""),
            ),
            models.Index(
                fields=["account", "recheck_label", "service", *FACETS, "-created_at", "-id"],
                name="items_by_recheck_violation",
                condition=~Q(recheck_label=""),
            ),
            models.Index(
                fields=["account", "label", "content_type", *FACETS, "-created_at", "-id"],
                name="items_by_label_and_type",
                condition=~Q(label=""),
            ),
            models.Index(
                fields=["account", "decided_label", "content_type", *FACETS, "-created_at", "-id"],
                name="items_by_violation_and_type",
                condition=~Q(decided_label=""),
            ),
            models.Index(
                fields=["account", "recheck_label", "content_type", *FACETS, "-created_at", "-id"],
                name="items_by_recheck_and_type",
                condition=~Q(recheck_label=""),
            ),
            models.Index(
                fields=["account", "data_id", "-created_at", "-id"],
                name="items_by_data_id",
                condition=~Q(data_id=""),
            ),
            models.Index(fields=["account", "request_id"], name="items_by_request"),
            # What is behind the figures of a queue: see `stats.review_items`.
            models.Index(
                "account",
                "queue",
                "outcome",
                F("decided_at").desc(),
                F("id").desc(),
                name="items_by_decision",
                condition=Q(state="decided"),
            ),
            models.Index(
                "account",
                "queue",
                "outcome",
                F("decided_at").desc(),
                F("id").desc(),
                name="items_decided_late",
                condition=Q(state="decided", decided_at__gt=F("due_at")),
            ),
            # What outlives its result, the oldest first: see `review.retention`.
            models.Index(
                fields=["account", "created_at", "id"],
                name="items_without_results",
                condition=Q(result=None),
            ),
            models.Index(fields=["expires_at"], name="items_that_expire", condition=Q(state__in=OPEN)),
        ]

    def __str__(self):
        return f"item {self.pk}"

    def put_back(self) -> None:
        """Out of a reviewer's hand; call it on a locked row."""
        if self.state == State.CLAIMED:
            self.state, self.claimed_by, self.lease_until = State.WAITING.value, None, None
            self.save(update_fields=["state", "claimed_by", "lease_until"])

    @property
    def effective_outcome(self) -> str:
        return self.recheck_outcome or self.outcome

    @property
    def effective_label(self) -> str:
        return self.recheck_label if self.recheck_outcome else self.decided_label


def urgency(*, created_at: datetime, due_at: datetime, priority: int) -> datetime:
    """The worst is as urgent as if it were due at once; the mildest when it is due."""
    share = {1: 0.0, 2: 0.25, 3: 0.5}.get(priority, 1.0)
    return created_at + timedelta(seconds=(due_at - created_at).total_seconds() * share)
