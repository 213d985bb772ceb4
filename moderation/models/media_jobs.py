"""Recordings that are being judged: rows with a lease, done step by step."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import RiskLevel
from moderation.models.media import RECORDINGS


class JobQuerySet(AccountOwnedQuerySet):
    def waiting(self):
        return self.filter(state=MediaJob.State.WAITING)

    def newest_first(self):
        return self.order_by("-created_at", "-id")


class MediaJob(AccountOwned):
    """One recording on its way to a result. What a step has found is committed with the step's end."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Step(models.TextChoices):
        FETCH = "fetch", _("Fetching")
        PROBE = "probe", _("Opening")
        FRAMES = "frames", _("Looking")
        AUDIO = "audio", _("Listening")
        VERDICT = "verdict", _("Judging")

    job_id = models.UUIDField(_("task id"), unique=True)
    content_type = models.CharField(_("content type"), max_length=10, choices=RECORDINGS)
    service = models.ForeignKey("moderation.Service", on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(
        "moderation.MediaAsset", null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    url = models.TextField(_("address"), blank=True)
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    context = models.JSONField(_("context"), default=dict)
    callback = models.ForeignKey(
        "moderation.CallbackEndpoint", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The higher, the sooner.
    priority = models.SmallIntegerField(_("priority"), default=0)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING.value)
    step = models.CharField(_("step"), max_length=7, choices=Step, default=Step.FETCH.value)
    # Of the recording: sha256, format, bytes, duration_ms, width, height, codecs, peaks of its sound.
    facts = models.JSONField(default=dict)
    # How far the step has come, and what later steps need of it.
    progress = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField(_("progress"), default=0)
    error = models.JSONField(_("error"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(_("accepted"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("media task")
        verbose_name_plural = _("media tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at=None)
                | ~Q(state="waiting") & Q(finished_at__isnull=False),
                name="a_finished_media_task_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(key=""), name="a_media_task_has_an_address_or_a_file"
            ),
            models.UniqueConstraint(
                fields=["asset"], name="an_asset_is_in_one_review_at_a_time", condition=Q(state="waiting")
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-priority", "due_at", "id"],
                name="media_tasks_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["account", "-created_at", "-id"], name="media_tasks_newest_first"),
            models.Index(
                fields=["account", "data_id", "-created_at", "-id"],
                name="media_tasks_by_data_id",
                condition=~Q(data_id=""),
            ),
            models.Index(fields=["created_at"], name="media_tasks_by_age"),
        ]

    def __str__(self):
        return str(self.job_id)


class MediaShot(AccountOwned):
    """A frame that was looked at, and what was seen in it."""

    class Kind(models.TextChoices):
        KEY = "key", _("Key frame")
        SECOND = "second", _("By time")
        CUT = "cut", _("Scene cut")

    job = models.ForeignKey(MediaJob, on_delete=models.CASCADE, related_name="shots")
    at_ms = models.PositiveIntegerField(_("time"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    key = models.CharField(max_length=200)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    # By service: its code, level, labels with their evidence, what it could not look for, the text read.
    verdicts = models.JSONField(default=list)

    class Meta:
        verbose_name = _("frame of a recording")
        verbose_name_plural = _("frames of recordings")
        constraints = [models.UniqueConstraint(fields=["job", "at_ms"], name="a_moment_is_looked_at_once")]

    def __str__(self):
        return f"{self.job_id}@{self.at_ms}"


class MediaSlice(AccountOwned):
    """A stretch of speech, what was understood of it, and what that means."""

    job = models.ForeignKey(MediaJob, on_delete=models.CASCADE, related_name="slices")
    start_ms = models.PositiveIntegerField(_("start"))
    end_ms = models.PositiveIntegerField(_("end"))
    text = models.TextField(_("transcript"), blank=True)
    # Nobody could listen: that is not the same as silence.
    is_unheard = models.BooleanField(_("not heard"), default=False)
    level = models.CharField(_("risk level"), max_length=6, choices=RiskLevel)
    labels = models.JSONField(_("labels"), default=list)
    uncovered = models.JSONField(_("uncovered"), default=list)

    class Meta:
        verbose_name = _("slice of a recording")
        verbose_name_plural = _("slices of recordings")
        constraints = [
            models.UniqueConstraint(fields=["job", "start_ms"], name="a_stretch_is_heard_once"),
            models.CheckConstraint(
                condition=Q(end_ms__gt=models.F("start_ms")), name="a_slice_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return f"{self.job_id}@{self.start_ms}"
