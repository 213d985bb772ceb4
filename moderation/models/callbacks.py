from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import RiskLevel

NEWEST = ("-created_at", "-id")


def every_level() -> list[str]:
    return list(RiskLevel.values)


def every_mode() -> list[str]:
    return list(CallbackEndpoint.Mode.values)


class CallbackEndpointQuerySet(AccountOwnedQuerySet):
    def set_up(self):
        """Without those that calls brought along."""
        return self.filter(is_ad_hoc=False)

    def in_use(self):
        """Not those that people switched off."""
        return self.filter(Q(is_enabled=True) | ~Q(disabled_reason=""))

    def asking(self, *, service, event: str):
        """On or off: those that want to be told this of a service."""
        return self.filter(Q(service=None) | Q(service=service), events__contains=[event])

    def switched_off_by_us(self):
        return self.exclude(disabled_reason="")


class CallbackEndpoint(AccountOwned):
    """Where a client is told what happened. Its secrets are kept encrypted.

    One that is paused is still written to, and sends it all when it goes on; one that is switched off is not.
    """

    class Dialect(models.TextChoices):
        STANDARD = "standard", _("Standard Webhooks")
        VENDOR = "vendor", _("checksum and content")
        VOD = "vod", _("video on demand")

    class Event(models.TextChoices):
        RESULT_CREATED = "result.created", _("A result was made")
        TASK_FAILED = "task.failed", _("A task could not be done")
        REVIEW_DECIDED = "review.decided", _("A reviewer decided")
        REVIEW_RECHECKED = "review.rechecked", _("A decision was rechecked")
        REVIEW_CORRECTED = "review.corrected", _("A decision was corrected")
        MEDIA_REVIEWED = "media.reviewed", _("The automated review of a recording ended")
        MEDIA_AUDITED = "media.audited", _("A recording was reviewed by a person")
        EXPORT_READY = "export.ready", _("A scheduled export is ready")

    class Mode(models.TextChoices):
        """Whose decisions are told of: the modes of review."""

        AUDIT = "audit", _("Audit")
        HUMAN_MACHINE = "human_machine", _("Human-machine review")
        HUMAN_ONLY = "human_only", _("Human-only review")

    TEST_EVENT = "endpoint.test"

    class Crypt(models.TextChoices):
        SHA256 = "sha256", "SHA-256"
        SM3 = "sm3", "SM3"

    class Off(models.TextChoices):
        GONE = "gone", _("the receiver says that it is gone (410)")
        FAILING = "failing", _("nothing was delivered for five days")

    name = models.CharField(_("name"), max_length=60)
    service = models.ForeignKey(
        "moderation.Service",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("service"),
    )
    url = models.CharField(_("address"), max_length=500)
    dialect = models.CharField(_("dialect"), max_length=8, choices=Dialect, default=Dialect.STANDARD.value)
    crypt = models.CharField(_("checksum by"), max_length=6, choices=Crypt, default=Crypt.SHA256.value)
    events = ArrayField(models.CharField(max_length=30, choices=Event), verbose_name=_("events"))
    levels = ArrayField(
        models.CharField(max_length=6, choices=RiskLevel),
        verbose_name=_("risk levels"),
        default=every_level,
    )
    modes = ArrayField(
        models.CharField(max_length=13, choices=Mode), verbose_name=_("review modes"), default=every_mode
    )
    secret = models.BinaryField()
    previous_secret = models.BinaryField(default=b"")
    previous_until = models.DateTimeField(null=True)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    disabled_reason = models.CharField(_("disabled because"), max_length=10, choices=Off, blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    silences = models.PositiveIntegerField(_("tries in a row without an answer"), default=0)
    resting_until = models.DateTimeField(_("resting until"), null=True)
    # Brought along by a call, with a seed of the client's: found again by the digest of both.
    is_ad_hoc = models.BooleanField(_("from calls"), default=False)
    call_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = CallbackEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback endpoint")
        verbose_name_plural = _("callback endpoints")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="endpoint_names_are_unique_per_account"),
            models.UniqueConstraint(
                fields=["account", "call_digest"],
                name="calls_share_an_endpoint_per_address_and_seed",
                condition=Q(is_ad_hoc=True),
            ),
            models.CheckConstraint(
                condition=Q(is_ad_hoc=True) & ~Q(call_digest="") | Q(is_ad_hoc=False, call_digest=""),
                name="an_endpoint_from_calls_has_its_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"], name="endpoints_we_switched_off", condition=~Q(disabled_reason="")
            )
        ]

    def __str__(self):
        return self.name

    def wants(self, *, event: str, payload: dict) -> bool:
        """Is it told of this risk level, or of what people in this mode decided?"""
        if event == self.Event.RESULT_CREATED:
            return payload.get("machine", {}).get("level") in self.levels
        mode = payload.get("review", {}).get("mode")
        return mode is None or mode in self.modes


class CallbackQuerySet(AccountOwnedQuerySet):
    def due(self, now):
        return self.filter(state=Callback.State.DUE, due_at__lte=now).filter(
            Q(lease_until=None) | Q(lease_until__lt=now)
        )

    def for_healthy_endpoints(self):
        """Without those whose receiver is off or does not answer: no process of ours is late with them."""
        healthy = CallbackEndpoint.objects.filter(is_enabled=True, paused_at=None, silences=0)
        return self.filter(endpoint__in=healthy)

    def finished(self):
        return self.exclude(state=Callback.State.DUE)

    def replayable(self):
        """Not what was taken back: it was never true."""
        return self.filter(state__in=(Callback.State.DELIVERED, Callback.State.DEAD))

    def newest_first(self):
        return self.order_by("-created_at", "-id")

    def untouched(self):
        return self.filter(state=Callback.State.DUE, attempts=0, lease_token=None)


class Callback(AccountOwned):
    """One message to one endpoint, written in the transaction of what it tells of. Its bytes never change."""

    class State(models.TextChoices):
        DUE = "due", _("Due")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")

    event_id = models.CharField(_("event id"), max_length=40)
    # The index of what an endpoint was told serves its key as well.
    endpoint = models.ForeignKey(
        CallbackEndpoint,
        on_delete=models.PROTECT,
        related_name="callbacks",
        db_index=False,
        verbose_name=_("callback endpoint"),
    )
    event = models.CharField(
        _("event"),
        max_length=30,
        choices=[*CallbackEndpoint.Event.choices, (CallbackEndpoint.TEST_EVENT, _("A test"))],
    )
    subject = models.CharField(_("subject"), max_length=120)
    dialect = models.CharField(
        _("dialect"), max_length=8, choices=CallbackEndpoint.Dialect, default="standard"
    )
    body = models.BinaryField()
    data_id = models.CharField(_("data id"), max_length=128, blank=True)
    request_id = models.CharField(_("request id"), max_length=36, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DUE.value)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rung = models.PositiveSmallIntegerField(default=0)  # attempts since it was enqueued or replayed
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"], name="an_endpoint_is_told_an_event_once"
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None, lease_token=None)
                | Q(lease_until__isnull=False, lease_token__isnull=False, state="due"),
                name="a_lease_has_its_token_and_ends_when_the_callback_does",
            ),
            models.CheckConstraint(
                condition=Q(state="due", finished_at=None) | ~Q(state="due") & Q(finished_at__isnull=False),
                name="a_finished_callback_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"],
                name="callbacks_due_per_endpoint",
                condition=Q(state="due"),
            ),
            models.Index(
                fields=["lease_until"], name="callbacks_under_way", condition=Q(lease_token__isnull=False)
            ),
            models.Index(
                fields=["endpoint", "subject", "id"],
                name="callbacks_due_per_subject",
                condition=Q(state="due"),
            ),
            # Each list of deliveries is answered by one of these: see `callbacks.log`.
            models.Index(fields=["account", *NEWEST], name="callbacks_newest_first"),
            models.Index(fields=["account", "state", "event", *NEWEST], name="callbacks_by_standing"),
            models.Index(
                fields=["account", "endpoint", "state", "event", *NEWEST], name="callbacks_of_an_endpoint"
            ),
            models.Index(fields=["account", "subject", "id"], name="callbacks_by_subject"),
            models.Index(
                "account", "data_id", F("id").desc(), name="callbacks_by_data_id", condition=~Q(data_id="")
            ),
            models.Index(
                fields=["account", "created_at"], name="callbacks_by_age", condition=~Q(state="due")
            ),
        ]

    def __str__(self):
        return self.event_id

    @property
    def is_untouched(self) -> bool:
        return self.state == self.State.DUE and not self.attempts and self.lease_token is None


class CallbackAttempt(AccountOwned):
    """What came of one try to deliver a callback."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField(_("time"))
    took_ms = models.PositiveIntegerField(_("milliseconds"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    response_excerpt = models.TextField(_("response"), blank=True)
    address = models.CharField(_("address"), max_length=60, blank=True)
    # What this attempt was signed with: the headers of its signature, and the checksum if it had one.
    signed = models.JSONField(default=dict, db_default={})

    class Meta:
        verbose_name = _("callback attempt")
        verbose_name_plural = _("callback attempts")
        constraints = [
            models.UniqueConstraint(fields=["callback", "number"], name="attempts_are_numbered_per_callback")
        ]

    def __str__(self):
        return f"{self.callback_id}#{self.number}"
