"""How long an account keeps what, what must not go, and what did go."""

from datetime import datetime

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet


class RetentionPeriod(AccountOwned):
    """Where an account keeps a class longer or shorter than the installation does. 0 days: for ever."""

    name = models.CharField(_("class"), max_length=40)
    days = models.PositiveIntegerField(_("days"))
    changed_by = models.CharField(_("changed by"), max_length=160)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_period_per_class")]

    def __str__(self):
        return f"{self.name}: {self.days}"


class LegalHoldQuerySet(AccountOwnedQuerySet):
    def standing(self, now: datetime):
        return self.filter(released_at=None).filter(Q(until=None) | Q(until__gt=now))

    def newest_first(self):
        return self.order_by("-id")


class LegalHold(AccountOwned):
    """What somebody said must stay: everything of the account, or all that bears a mark."""

    class Scope(models.TextChoices):
        ACCOUNT = "account", _("The whole account")
        AUTHOR = "author_id", _("An author")
        DATA = "data_id", _("A data id")
        REQUEST = "request_id", _("A request")
        MEDIA = "media_id", _("A recording")

    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    value = models.CharField(_("id"), max_length=128, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    placed_by = models.CharField(_("placed by"), max_length=160)
    placed_at = models.DateTimeField(_("placed"))
    until = models.DateTimeField(_("until"), null=True)
    released_by = models.CharField(_("released by"), max_length=160, blank=True)
    released_at = models.DateTimeField(_("released"), null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="account", value="") | ~Q(scope="account") & ~Q(value=""),
                name="a_hold_on_less_than_the_account_names_what",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="")
                | Q(released_at__isnull=False) & ~Q(released_by=""),
                name="a_released_hold_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="standing_holds", condition=Q(released_at=None)),
            models.Index("account", F("id").desc(), name="holds_newest_first"),
        ]

    def __str__(self):
        return f"hold {self.pk}"

    def stands(self, now: datetime) -> bool:
        return self.released_at is None and (self.until is None or self.until > now)


class ReceiptQuerySet(AccountOwnedQuerySet):
    def newest_first(self):
        return self.order_by("-id")

    def newest_of_each(self):
        """The newest one of each class."""
        return self.order_by("name", "-id").distinct("name")

    def with_files_left(self):
        """`files_left`: that are still to be removed."""
        left = DoomedFile.objects.filter(receipt=OuterRef("pk")).order_by()
        counted = left.values("receipt").annotate(count=Count("pk")).values("count")
        return self.annotate(files_left=Coalesce(Subquery(counted), 0))

    def forsaken(self, than: datetime):
        """Of purges that were killed: nobody has gone on with them since then."""
        return self.filter(ended_at=None, touched_at__lt=than)


class PurgeReceipt(AccountOwned):
    """What one purge took away. Grows in the transaction of each batch: true at every moment."""

    name = models.CharField(_("class"), max_length=40)
    older_than = models.DateTimeField(_("older than"))
    first_at = models.DateTimeField(_("oldest"))
    last_at = models.DateTimeField(_("newest"))
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    files = models.PositiveBigIntegerField(_("files"), default=0)
    # Of the ids in the order in which they went, each with a line feed.
    ids_sha256 = models.CharField(_("SHA-256 of the ids"), max_length=64)
    began_at = models.DateTimeField(_("began"))
    touched_at = models.DateTimeField(_("last batch"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    was_killed = models.BooleanField(_("cut short"), default=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("purge receipt")
        verbose_name_plural = _("purge receipts")
        indexes = [
            models.Index("account", F("id").desc(), name="receipts_newest_first"),
            models.Index("account", "name", F("id").desc(), name="receipts_of_a_class"),
            models.Index(fields=["touched_at"], name="purges_under_way", condition=Q(ended_at=None)),
        ]

    def __str__(self):
        return f"receipt {self.pk}"


class DoomedFile(AccountOwned):
    """A file whose row is gone and which is to go next: it has an owner until it has gone.

    A key that ends with a slash is a whole folder.
    """

    key = models.CharField(max_length=250)
    receipt = models.ForeignKey(PurgeReceipt, null=True, on_delete=models.PROTECT, related_name="doomed")
    doomed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file to be removed")
        verbose_name_plural = _("files to be removed")
        indexes = [models.Index(fields=["due_at", "id"], name="files_to_remove")]

    def __str__(self):
        return f"file {self.pk}"
