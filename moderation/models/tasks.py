from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType


class TaskQuerySet(AccountOwnedQuerySet):
    def waiting(self):
        return self.filter(state=ModerationTask.State.WAITING)


class ModerationTask(AccountOwned):
    """Content that was accepted and will be moderated: a row with a lease, finished once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    task_id = models.UUIDField(_("task id"), unique=True)
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    services = models.JSONField(_("services"))
    url = models.TextField(_("address"), blank=True)
    # Where the bytes are kept that came with the call.
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    context = models.JSONField(_("context"), default=dict)
    # Where the call itself asked to be told.
    callback = models.ForeignKey(
        "moderation.CallbackEndpoint", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING.value)
    error = models.JSONField(_("error"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(_("accepted"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderation task")
        verbose_name_plural = _("moderation tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") & ~Q(key="") | ~Q(url="") & Q(key=""),
                name="a_task_has_an_address_or_bytes",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at=None)
                | ~Q(state="waiting") & Q(finished_at__isnull=False),
                name="a_finished_task_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="tasks_waiting", condition=Q(state="waiting")),
            models.Index(fields=["account", "created_at", "id"], name="tasks_by_age_and_account"),
            models.Index(fields=["key"], name="tasks_by_file", condition=~Q(key="")),
        ]

    def __str__(self):
        return str(self.task_id)
