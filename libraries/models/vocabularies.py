from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from libraries.matching.normalise import folded


class Variant(models.TextChoices):
    """Ways of writing a word in which it is found only where a vocabulary asks for it."""

    PINYIN = "pinyin", _("Pinyin: 女权 written nü quan, nvquan or 女quan")
    INITIALS = "initials", _("First letters of the pinyin: 同性恋 written txl (three characters or more)")
    SPLIT = "split", _("Split characters: 骗子 written 马扁子")
    EMOJI = "emoji", _("Emoji for their sound: 骂 written 🐴")
    HOMOPHONES = "homophones", _("Other characters of the same sound: 同性恋 written 痛姓连")
    LOOKALIKES = "lookalikes", _("Characters that look alike: 福建 written 蝠建")


class VocabularyQuerySet(AccountOwnedQuerySet):
    def by_name(self):
        return self.order_by("name", "id")

    def with_variants(self):
        return self.exclude(variants=[])


class Vocabulary(AccountOwned):
    """A list of words that an account keeps, to flag them or to ignore them."""

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)
    variants = ArrayField(
        models.CharField(max_length=12, choices=Variant),
        default=list,
        blank=True,
        verbose_name=_("also find"),
    )
    keyword_count = models.PositiveIntegerField(_("keywords"), default=0)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], name="vocabulary_names_are_unique_per_account"
            )
        ]

    def __str__(self):
        return self.name


class KeywordQuerySet(AccountOwnedQuerySet):
    def starting_with(self, text: str):
        """In whatever spelling it is given."""
        return self.filter(folded__startswith=folded(text))

    def containing(self, text: str):
        return self.filter(folded__contains=folded(text))

    def named(self, *, ids: Iterable[int] = (), texts: Iterable[str] = ()):
        return self.filter(Q(pk__in=list(ids)) | Q(folded__in={folded(text) for text in texts}))

    def in_force(self, now: datetime):
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def expired(self, now: datetime):
        return self.filter(expires_at__lte=now)


class Keyword(AccountOwned):
    """A word as it was typed, and the form in which it is compared."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("account"),
        db_index=False,
    )
    vocabulary = models.ForeignKey(
        Vocabulary,
        on_delete=models.CASCADE,
        related_name="keywords",
        verbose_name=_("vocabulary"),
        db_index=False,
    )
    text = models.CharField(_("keyword"), max_length=20)
    folded = models.CharField(_("compared as"), max_length=60, db_collation="C")
    owner = models.CharField(_("owner"), max_length=60, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    hit_count = models.BigIntegerField(_("hits"), default=0, db_default=0)
    last_hit_at = models.DateTimeField(_("last hit"), null=True)
    created_at = models.DateTimeField(_("added"))

    objects = KeywordQuerySet.as_manager()

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "folded"], name="a_vocabulary_holds_a_keyword_once")
        ]
        indexes = [
            models.Index(fields=["vocabulary", "id"], name="keywords_of_a_vocabulary"),
            models.Index(
                fields=["account", "id"],
                include=["vocabulary", "folded", "expires_at"],
                name="keywords_newest_first",
            ),
        ]

    def __str__(self):
        return self.text


class KeywordHits(AccountOwned):
    """Hits as they happen, a row per word and result: counters of much used words would be waited for.

    Folded into the words on schedule. No foreign key: a word may be gone by then.
    """

    keyword_id = models.BigIntegerField()
    hits = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("keyword hits")
        verbose_name_plural = _("keyword hits")
