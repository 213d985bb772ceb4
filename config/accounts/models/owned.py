from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountOwnedQuerySet(models.QuerySet):
    def owned_by(self, account):
        return self.filter(account=account)


class AccountOwned(models.Model):
    """Base of everything that an account owns: the one way in which another account cannot see it."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )

    objects = AccountOwnedQuerySet.as_manager()

    class Meta:
        abstract = True
