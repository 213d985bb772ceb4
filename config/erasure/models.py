"""What a person has a right to: to know what is held of them, to have it, and to have it erased."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet

MOST_TRIES = 5
PATIENCE = timedelta(seconds=60)


class SubjectRequestQuerySet(AccountOwnedQuerySet):
    def newest_first(self):
        return self.order_by("-id")

    def unfinished(self):
        return self.filter(state__in=SubjectRequest.UNFINISHED)

    def about(self, digest: str):
        return self.filter(digest=digest)

    def claimable(self, now: datetime):
        """What waits, and what somebody began and went away from."""
        return self.unfinished().filter(
            Q(lease_until=None) | Q(lease_until__lt=now),
            Q(rests_until=None) | Q(rests_until__lte=now),
            tries__lt=MOST_TRIES,
        )

    def given_up(self, now: datetime):
        return self.unfinished().filter(Q(lease_until=None) | Q(lease_until__lt=now), tries__gte=MOST_TRIES)

    def forsaken(self, now: datetime):
        """What nobody has taken up for a while: its job was lost or its worker died."""
        begun = Q(began_at__isnull=False) | Q(created_at__lt=now - PATIENCE)
        return self.claimable(now).filter(begun)


class SubjectRequest(AccountOwned):
    """One wish about one subject: an author, or what has a data id, a request id or a media id.

    Who the subject is stands here, encrypted, only as long as it is worked on; a keyed digest stays.
    """

    class Purpose(models.TextChoices):
        COUNT = "count", _("Count")
        EXPORT = "export", _("Export")
        ERASE = "erase", _("Erase")

    class Kind(models.TextChoices):
        AUTHOR = "author_id", _("Author")
        DATA = "data_id", _("Data id")
        REQUEST = "request_id", _("Request id")
        MEDIA = "media_id", _("Media id")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        HELD = "held", _("Held: a legal hold stands against it")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    UNFINISHED = (State.WAITING.value, State.RUNNING.value, State.HELD.value)

    uid = models.UUIDField(_("id"), unique=True, default=uuid4)
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose)
    kind = models.CharField(_("kind of subject"), max_length=10, choices=Kind)
    digest = models.CharField(_("subject"), max_length=64)
    sealed = models.BinaryField(default=b"")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by_key = models.ForeignKey("accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+")
    asked_name = models.CharField(_("asked by"), max_length=160)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING.value)
    # Which part is under way, after which row it goes on, in which round over all parts.
    part = models.CharField(max_length=40, blank=True)
    after = models.BigIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    gone_before = models.PositiveBigIntegerField(default=0)  # rows, when the round began
    # Rows by table; of how many in all, where that was counted.
    counts = models.JSONField(_("rows"), default=dict)
    files = models.PositiveIntegerField(_("files"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # Of an export: where its file is, and until when.
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True)
    created_at = models.DateTimeField(_("asked for"))
    began_at = models.DateTimeField(_("began"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], sealed=b"", finished_at__isnull=False)
                | ~Q(state__in=["done", "failed"]) & Q(finished_at=None),
                name="an_ended_request_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(lease_token=None, lease_until=None)
                | Q(state="running", lease_token__isnull=False, lease_until__isnull=False),
                name="a_request_under_lease_is_running",
            ),
            models.UniqueConstraint(
                fields=["account", "digest", "purpose"],
                condition=Q(state__in=["waiting", "running", "held"]),
                name="one_request_at_a_time_per_subject",
            ),
        ]
        indexes = [
            models.Index("account", F("id").desc(), name="subject_requests_newest"),
            models.Index(fields=["account", "digest"], name="requests_about_a_subject"),
            models.Index(
                fields=["id"],
                name="subject_requests_unfinished",
                condition=Q(state__in=["waiting", "running", "held"]),
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def actor(self):
        return self.asked_by or self.asked_by_key


class SubjectMark(AccountOwned):
    """By what rows and files of a subject are known, while a request is worked on; forgotten with its end."""

    class Kind(models.TextChoices):
        REQUEST = "request"
        MEDIA = "media"
        # What clients call the subject and their posts.
        NAME = "name"
        # "result:…", "media:…", "sample:…": what events, callbacks and audit records are about.
        REF = "ref"
        SHA256 = "sha256"
        KEY = "key"
        ENDPOINT = "endpoint"

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    request = models.ForeignKey(
        SubjectRequest, on_delete=models.CASCADE, related_name="marks", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "kind", "value"], name="a_mark_is_made_once")
        ]
        indexes = [models.Index(fields=["request", "kind", "id"], name="marks_in_order")]

    def __str__(self):
        return f"mark {self.pk}"


class ErasureReceipt(AccountOwned):
    """Proof that a subject was erased: whose digest, what and how much, when, asked for by whom."""

    uid = models.UUIDField(_("id"), unique=True, default=uuid4)
    request = models.OneToOneField(SubjectRequest, on_delete=models.PROTECT, related_name="receipt")
    kind = models.CharField(_("kind of subject"), max_length=10, choices=SubjectRequest.Kind)
    digest = models.CharField(_("subject"), max_length=64)
    counts = models.JSONField(_("rows"), default=dict)
    rows = models.PositiveBigIntegerField(_("rows in all"))
    files = models.PositiveIntegerField(_("files"))
    asked_name = models.CharField(_("asked by"), max_length=160)
    asked_at = models.DateTimeField(_("asked for"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    # Of all the above, as the audit trail has it, too.
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("erasure receipt")
        verbose_name_plural = _("erasure receipts")
        indexes = [
            models.Index("account", F("id").desc(), name="erasure_receipts_newest"),
            models.Index(fields=["account", "digest"], name="receipts_of_a_subject"),
        ]

    def __str__(self):
        return str(self.uid)
