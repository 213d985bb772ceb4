from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet, ApiKey

MOST_TRIES = 3
PATIENCE = timedelta(seconds=60)


class ExportQuerySet(AccountOwnedQuerySet):
    def of_person(self, account, user):
        return self.owned_by(account).filter(requested_by=user)

    def of_keys(self, account):
        """What programs may fetch: what a key asked for, and what comes by itself. Not what people took."""
        return self.owned_by(account).filter(requested_by=None)

    def shown_to(self, account, user, kinds):
        """What the person asked for, and of these kinds what comes by itself."""
        return self.owned_by(account).filter(Q(requested_by=user) | Q(schedule__isnull=False, kind__in=kinds))

    def asked_by(self, actor):
        if isinstance(actor, ApiKey):
            return self.filter(account=actor.account_id, requested_by_key=actor)
        return self.filter(requested_by=actor)

    def unfinished(self):
        return self.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])

    def claimable(self, now: datetime):
        """What waits, and what somebody began and went away from."""
        waits = Q(state=Export.State.WAITING) | Q(state=Export.State.RUNNING, lease_until__lt=now)
        return self.filter(waits, tries__lt=MOST_TRIES)

    def forsaken(self, now: datetime):
        """What nobody has taken up for a while: its job was lost or its worker died."""
        begun = Q(state=Export.State.RUNNING) | Q(tries__gt=0) | Q(created_at__lt=now - PATIENCE)
        return self.claimable(now).filter(begun)

    def given_up(self, now: datetime):
        waits = Q(state=Export.State.WAITING) | Q(state=Export.State.RUNNING, lease_until__lt=now)
        return self.filter(waits, tries__gte=MOST_TRIES)

    def newest_first(self):
        return self.order_by("-id")


class Export(AccountOwned):
    """A table being written to a file.

    For the person or the key that asked and nobody else; what a schedule asked for is for everybody who may
    see such rows.
    """

    class Kind(models.TextChoices):
        RESULTS = "results", _("Detection results")
        USAGE = "usage", _("Usage")
        DECISIONS = "decisions", _("Decisions of people")
        SAMPLES = "samples", _("Reviewed samples")
        VOCABULARY = "vocabulary", _("Vocabularies")
        AUDIT = "audit", _("Audit log")
        CALLBACKS = "callbacks", _("Callbacks")
        REVIEW = "review", _("Work of people in review")
        MACHINE = "machine", _("Machine against people")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.RESULTS.value)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_key = models.ForeignKey(
        "accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    schedule = models.ForeignKey(
        "stats.ExportSchedule", null=True, on_delete=models.PROTECT, related_name="exports"
    )
    # Of a scheduled one: the period that it covers, on the account's clock.
    period_first = models.DateField(null=True)
    period_last = models.DateField(null=True)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    query = models.TextField(_("filters"), blank=True)
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    has_content = models.BooleanField(_("with content"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING.value)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), null=True)
    is_cut = models.BooleanField(_("cut at the limit"), default=False)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    created_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | ~Q(state="running") & Q(lease_token=None, lease_until=None),
                name="an_export_being_written_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="ready", finished_at__isnull=False, expires_at__isnull=False) & ~Q(file="")
                | ~Q(state="ready") & Q(file=""),
                name="only_a_ready_export_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False, requested_by_key=None, schedule=None)
                | Q(requested_by=None, requested_by_key__isnull=False, schedule=None)
                | Q(requested_by=None, requested_by_key=None, schedule__isnull=False),
                name="an_export_was_asked_for_once",
            ),
            models.UniqueConstraint(
                fields=["schedule", "period_first"],
                condition=Q(schedule__isnull=False),
                name="one_export_per_schedule_and_period",
            ),
        ]
        indexes = [
            models.Index("account", "requested_by", F("id").desc(), name="exports_of_a_person"),
            models.Index("account", F("id").desc(), name="exports_newest_first"),
            models.Index(
                fields=["state", "id"],
                name="exports_under_way",
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(fields=["expires_at"], name="exports_by_end", condition=Q(state="ready")),
        ]

    def __str__(self):
        return f"export {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def filters(self) -> str:
        """What it is narrowed by, to be read by people."""
        return ", ".join(f"{name}: {value}" for name, value in parse_qsl(self.query))

    @property
    def file_name(self) -> str:
        if self.period_first:
            return f"{self.kind}-{self.account.uid}-{self.period_first}-to-{self.period_last}"
        return f"{self.kind}-{self.account.uid}-{self.created_at:%Y%m%d-%H%M%S}"
