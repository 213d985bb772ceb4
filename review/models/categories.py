from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType
from moderation.models.labels import is_chinese


class BlockCategoryQuerySet(AccountOwnedQuerySet):
    def in_order(self):
        return self.order_by("position", "id")

    def in_use(self):
        return self.filter(is_retired=False)


class BlockCategory(AccountOwned):
    """Under what a reviewer blocks: the account's own words, and the detection types that they stand for.

    The label of a decision is the machine's own of one of `groups` if it found one, else the first that
    the catalogue has there for the kind of content.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("name in Chinese"), max_length=60, blank=True)
    groups = ArrayField(models.CharField(max_length=40), verbose_name=_("detection types"))
    content_types = ArrayField(
        models.CharField(max_length=10, choices=ContentType),
        default=list,
        blank=True,
        verbose_name=_("content types"),
    )
    policy = models.TextField(_("policy"), blank=True)
    reasons = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name=_("reasons")
    )
    is_severe = models.BooleanField(_("severe"), default=False)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    is_retired = models.BooleanField(_("retired"), default=False)

    objects = BlockCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("block category")
        verbose_name_plural = _("block categories")
        constraints = [
            models.UniqueConstraint(fields=["account", "code"], name="category_codes_are_unique_per_account")
        ]

    def __str__(self):
        return self.code

    @property
    def shown_name(self) -> str:
        return self.name_zh if self.name_zh and is_chinese() else self.name
