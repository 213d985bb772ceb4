from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import Role


class Account(models.Model):
    """A tenant. Everything a client sends or configures belongs to exactly one."""

    uid = models.CharField(_("UID"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    manual_review_on = models.BooleanField(_("manual review service"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.name


class User(AbstractUser):
    """A person who signs in to the console. A superuser is a platform admin."""

    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def role_in(self, account) -> str:
        """Answer from memberships loaded once per user object, because a page asks many times."""
        if not hasattr(self, "_roles"):
            self._roles = dict(self.memberships.values_list("account_id", "role"))
        return self._roles.get(account.pk, "")


class Membership(models.Model):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["user", "account"], name="one_role_per_member")]

    def __str__(self):
        return f"{self.user_id}:{self.role}"
