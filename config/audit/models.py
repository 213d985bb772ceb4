from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet


class AuditQuerySet(AccountOwnedQuerySet):
    def in_chain_order(self):
        return self.order_by("account_id", "number")

    def newest_first(self):
        return self.order_by("-id")

    def whole(self):
        """What was not emptied."""
        return self.filter(emptied_at=None)


class AuditRecord(AccountOwned):
    """One thing that somebody did. The database refuses to change or delete it; see `records`.

    It lets one change pass, once: `subject`, `body`, `request_id` and `salt` are emptied for ever.
    """

    number = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_key = models.ForeignKey("accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(_("actor"), max_length=160)
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("what changed"))
    request_id = models.CharField(_("request id"), max_length=36, blank=True)
    # The chain holds the seal of what may be personal, and not that itself: it can be emptied.
    salt = models.CharField(max_length=32, blank=True, default="", db_default="")
    seal = models.CharField(max_length=64, blank=True, default="", db_default="")
    emptied_at = models.DateTimeField(_("emptied"), null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit log")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="audit_numbers_are_unique_per_account")
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="audit_newest_first"),
            # What the log is narrowed by: see config/console/admin/audit.py.
            models.Index(fields=["account", "action", "-id"], name="audit_by_action"),
            models.Index(fields=["account", "actor_name", "-id"], name="audit_by_actor"),
            models.Index(fields=["account", "subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["account", "at"], name="audit_by_time"),
            models.Index(fields=["request_id"], name="audit_by_request", condition=~Q(request_id="")),
        ]

    def __str__(self):
        return f"{self.account_id}#{self.number} {self.action}"
