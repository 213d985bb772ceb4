from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models.owned import AccountOwned, AccountOwnedQuerySet


class ApiKeyQuerySet(AccountOwnedQuerySet):
    def live(self, now):
        return self.filter(revoked_at=None).filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now))

    def newest_first(self):
        return self.order_by("-created_at", "-id")


class ApiKey(AccountOwned):
    """A client's key: a bearer token kept as a keyed hash, and a signing secret kept encrypted.

    Keys of one `name` form a rotation: two may live at the same time, never three.
    """

    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(_("access key id"), max_length=24, unique=True)
    token_hash = models.BinaryField(max_length=32)
    signing_secret = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    ip_allow_list = ArrayField(
        models.CharField(max_length=43), default=list, blank=True, verbose_name=_("allowed addresses")
    )
    calls_per_minute = models.PositiveIntegerField(_("calls per minute"), default=6000)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self):
        return f"{self.name} ({self.prefix})"


class RateWindow(models.Model):
    """Calls taken by a key in one minute. Processes take them in small lots, see `rates`."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="one_window_per_minute")]

    def __str__(self):
        return f"{self.key_id}@{self.starts_at:%H:%M}"
