from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from libraries.matching.normalise import folded


class VocabularyQuerySet(AccountOwnedQuerySet):
    def by_name(self):
        return self.order_by("name", "id")


class Vocabulary(AccountOwned):
    """A list of words that an account keeps, to flag them or to ignore them."""

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)
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

    def named(self, *, ids: Iterable[int] = (), texts: Iterable[str] = ()):
        return self.filter(Q(pk__in=list(ids)) | Q(folded__in={folded(text) for text in texts}))


class Keyword(AccountOwned):
    """A word as it was typed, and the form in which it is compared."""

    vocabulary = models.ForeignKey(
        Vocabulary,
        on_delete=models.CASCADE,
        related_name="keywords",
        verbose_name=_("vocabulary"),
        db_index=False,
    )
    text = models.CharField(_("keyword"), max_length=20)
    folded = models.CharField(_("compared as"), max_length=60, db_collation="C")
    created_at = models.DateTimeField(_("added"))

    objects = KeywordQuerySet.as_manager()

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "folded"], name="a_vocabulary_holds_a_keyword_once")
        ]
        indexes = [models.Index(fields=["vocabulary", "id"], name="keywords_of_a_vocabulary")]

    def __str__(self):
        return self.text
