"""The media library: recordings that are kept, reviewed and played, and who may play what is not cleared."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet

RECORDINGS = (("audio", _("Audio")), ("video", _("Video")))
RECORDING_KINDS = tuple(kind for kind, _name in RECORDINGS)


class AssetQuerySet(AccountOwnedQuerySet):
    def there(self):
        return self.filter(removed_at=None)

    def newest_first(self):
        return self.order_by("-created_at", "-id")


class MediaAsset(AccountOwned):
    """A recording under a title. `state` says whether it is played; what it follows from stands beside it."""

    class State(models.TextChoices):
        NORMAL = "normal", _("Normal")
        FLAGGED = "flagged", _("Flagged")
        REVIEWING = "reviewing", _("Reviewing")

    class ReviewStatus(models.TextChoices):
        NOT_STARTED = "not_started", _("Not Started")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        REVIEWING = "reviewing", _("Reviewing")
        RE_REVIEWING = "re_reviewing", _("Re-reviewing")

    class Automated(models.TextChoices):
        VIOLATION = "violation", _("Violation")
        SUSPECTED = "suspected", _("Suspected")
        NORMAL = "normal", _("Normal")

    class Final(models.TextChoices):
        PASS = "pass", _("Pass")
        BLOCK = "block", _("Block")

    media_id = models.CharField(_("media id"), max_length=32, unique=True)
    content_type = models.CharField(_("content type"), max_length=10, choices=RECORDINGS)
    title = models.CharField(_("title"), max_length=128)
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    author_id = models.CharField(_("author"), max_length=128, blank=True)
    # Where it is kept, and what it is.
    key = models.CharField(_("storage address"), max_length=200)
    cover_key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(_("format"), max_length=10)
    bytes = models.BigIntegerField(_("bytes"))
    duration_ms = models.PositiveIntegerField(_("duration"), default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NORMAL.value)
    # The machine's part: by which service, and what came of its newest job.
    review_status = models.CharField(
        _("automated review status"),
        max_length=12,
        choices=ReviewStatus,
        default=ReviewStatus.NOT_STARTED.value,
    )
    template = models.ForeignKey(
        "moderation.Service",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("review template"),
    )
    automated = models.CharField(_("automated review result"), max_length=9, choices=Automated, blank=True)
    violations = ArrayField(models.CharField(max_length=64), verbose_name=_("violations"), default=list)
    # The newest result of a machine; results are forgotten sooner than recordings.
    result = models.ForeignKey(
        "moderation.ModerationResult", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The people's part: blank where nobody has decided.
    final = models.CharField(_("final review result"), max_length=5, choices=Final, blank=True)
    created_at = models.DateTimeField(_("upload time"))
    updated_at = models.DateTimeField(_("changed"))
    removed_at = models.DateTimeField(null=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("media asset")
        verbose_name_plural = _("media assets")
        indexes = [
            models.Index(
                fields=["account", "-created_at", "-id"],
                name="assets_newest_first",
                condition=Q(removed_at=None),
            ),
            models.Index(
                fields=["account", "state", "-created_at", "-id"],
                name="assets_by_state",
                condition=Q(removed_at=None),
            ),
            models.Index(
                fields=["account", "review_status", "-created_at", "-id"],
                name="assets_by_review_status",
                condition=Q(removed_at=None),
            ),
            models.Index(
                fields=["account", "final", "-created_at", "-id"],
                name="assets_by_final",
                condition=Q(removed_at=None),
            ),
            models.Index(
                fields=["account", "automated", "-created_at", "-id"],
                name="assets_by_automated",
                condition=Q(removed_at=None),
            ),
            models.Index(fields=["key"], name="assets_by_file", condition=~Q(key="")),
            models.Index(fields=["cover_key"], name="assets_by_cover", condition=~Q(cover_key="")),
        ]

    def __str__(self):
        return self.media_id

    @property
    def is_reviewed_by_people(self) -> bool:
        return bool(self.final)


class AuditQuerySet(AccountOwnedQuerySet):
    def standing(self):
        """What was not withdrawn."""
        return self.filter(withdrawn_at=None)

    def newest_first(self):
        return self.order_by("-id")


class MediaAudit(AccountOwned):
    """What a person decided on an asset, once and for ever: the history that CreateAudit writes."""

    class Status(models.TextChoices):
        NORMAL = "normal", _("Passed")
        BLOCKED = "blocked", _("Blocked")

    asset = models.ForeignKey(MediaAsset, on_delete=models.PROTECT, related_name="audits")
    status = models.CharField(_("review result"), max_length=7, choices=Status)
    reason = models.CharField(_("review reason"), max_length=128, blank=True)
    comment = models.CharField(_("comment"), max_length=512, blank=True)
    auditor = models.CharField(_("reviewer"), max_length=150)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # The decision it came with, by its id: review stands above this app.
    decision_id = models.BigIntegerField(null=True, db_index=True)
    # The event that told of it, to take it back or to supersede it.
    event_id = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("review time"))
    withdrawn_at = models.DateTimeField(null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("media audit")
        verbose_name_plural = _("media audits")
        indexes = [models.Index(fields=["asset", "-created_at", "-id"], name="audits_of_an_asset")]

    def __str__(self):
        return f"{self.asset_id}:{self.status}"


class SecurityIpGroup(AccountOwned):
    """Addresses from which recordings are played that are not cleared."""

    name = models.CharField(_("name"), max_length=64)
    addresses = ArrayField(models.CharField(max_length=43), verbose_name=_("addresses"), default=list)
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("security IP group")
        verbose_name_plural = _("security IP groups")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="security_groups_are_unique_per_account")
        ]

    def __str__(self):
        return self.name


class MediaUpload(AccountOwned):
    """A file that comes in pieces: how much of it is here already, and until when the rest may come."""

    upload_id = models.UUIDField(_("upload id"), unique=True)
    content_type = models.CharField(_("content type"), max_length=10, choices=RECORDINGS)
    name = models.CharField(_("name"), max_length=200, blank=True)
    length = models.BigIntegerField(_("bytes"))
    offset = models.BigIntegerField(_("bytes received"), default=0)
    # The file is whole, stands under this key, and waits to be named in a call.
    key = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("media upload")
        verbose_name_plural = _("media uploads")
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0) & Q(offset__lte=models.F("length")),
                name="an_upload_receives_no_more_than_it_has",
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="uploads_by_expiry")]

    def __str__(self):
        return str(self.upload_id)
