from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet

THIS_TRANSACTION = RawSQL("pg_current_xact_id()::text::bigint", [])
# Each transaction before this one has ended: what it wrote is there, or never will be.
SETTLED = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])


class EventQuerySet(AccountOwnedQuerySet):
    def held(self):
        """Not in the feed yet, so that it may be taken back."""
        return self.filter(transaction=None)

    def release(self) -> int:
        return self.held().update(transaction=THIS_TRANSACTION)

    def settled(self):
        return self.filter(transaction__lt=SETTLED)

    def in_order(self):
        return self.order_by("transaction", "id")

    def after(self, transaction: int, event_id: int):
        return self.filter(Q(transaction=transaction, id__gt=event_id) | Q(transaction__gt=transaction))


class Event(AccountOwned):
    """What happened, once, in the transaction in which it did, whether or not an endpoint is told of it.

    Ids are given out before transactions commit, so by them alone a reader would pass over what commits
    late. Read in the order of transactions, and only as far as all of them have ended, nothing is missed.
    """

    # The index that begins with the account serves its key as well.
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("account"),
    )
    event_id = models.CharField(_("event id"), max_length=40, unique=True)
    type = models.CharField(_("event"), max_length=30)
    subject = models.CharField(_("subject"), max_length=120)
    payload = models.JSONField(_("payload"))
    held_until = models.DateTimeField(null=True)
    # The one that wrote it; of what was held back, the one that let it into the feed.
    transaction = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("time"))

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["account", "transaction", "id"], name="events_in_order"),
            models.Index(F("account"), F("subject"), name="events_held_back", condition=Q(transaction=None)),
            models.Index(fields=["account", "created_at", "id"], name="events_by_age_and_account"),
        ]

    def __str__(self):
        return self.event_id
