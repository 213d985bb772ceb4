from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from stats.models.exports import Export


class ExportScheduleQuerySet(AccountOwnedQuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def due(self, now: datetime):
        return self.present().filter(is_enabled=True, due_at__lte=now, account__is_active=True)

    def by_name(self):
        return self.order_by("name", "id")


class ExportSchedule(AccountOwned):
    """An export of each day, week or month once it is over on the account's clock.

    `next_first` is the first day that is still to be written. It moves on in the transaction in which that
    period's export is made, so that none is made twice or left out.
    """

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Export.Kind)
    format = models.CharField(_("format"), max_length=4, choices=Export.Format)
    query = models.TextField(_("filters"), blank=True)
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    has_content = models.BooleanField(_("with content"), default=False)
    every = models.CharField(_("how often"), max_length=5, choices=Every)
    hour = models.PositiveSmallIntegerField(_("hour"), default=6)
    recipients = ArrayField(models.EmailField(), default=list, blank=True, verbose_name=_("recipients"))
    tells_endpoints = models.BooleanField(_("tell callback endpoints"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Who answers for what it sends: the last to have set it up or changed it. Their rights are asked for at
    # each run, because a file with content must not outlive them.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by_key = models.ForeignKey(
        "accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    next_first = models.DateField(_("next period"))
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("created"))
    removed_at = models.DateTimeField(null=True)

    objects = ExportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled export")
        verbose_name_plural = _("scheduled exports")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                condition=Q(removed_at=None),
                name="export_schedule_names_are_unique_per_account",
            ),
            models.CheckConstraint(condition=Q(hour__lt=24), name="a_day_has_24_hours"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="export_schedules_due",
                condition=Q(is_enabled=True, removed_at=None),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def actor(self):
        return self.changed_by or self.changed_by_key


class ExportDeliveryQuerySet(AccountOwnedQuerySet):
    def due(self, now: datetime):
        return self.filter(state=ExportDelivery.State.DUE, due_at__lte=now).filter(
            Q(lease_until=None) | Q(lease_until__lt=now)
        )


class ExportDelivery(AccountOwned):
    """A mail that brings one export to one address. Each try bears the same Message-ID."""

    class State(models.TextChoices):
        DUE = "due", _("Due")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Given up")

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.EmailField(_("recipient"))
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.DUE.value)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = ExportDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of an export")
        verbose_name_plural = _("deliveries of exports")
        constraints = [
            models.UniqueConstraint(
                fields=["export", "recipient"], name="an_export_is_sent_to_an_address_once"
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None, lease_token=None)
                | Q(lease_until__isnull=False, lease_token__isnull=False, state="due"),
                name="a_leased_delivery_is_due",
            ),
            models.CheckConstraint(
                condition=Q(state="due", finished_at=None) | ~Q(state="due") & Q(finished_at__isnull=False),
                name="a_finished_delivery_has_its_time",
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="export_deliveries_due", condition=Q(state="due")),
        ]

    def __str__(self):
        return f"{self.export_id} to {self.recipient}"
