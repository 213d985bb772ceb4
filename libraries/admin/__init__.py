from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from libraries.admin import imports, keywords, samples, trying, vocabularies

__all__ = ["imports", "keywords", "samples", "trying", "vocabularies"]

register(
    NavItem(
        "libraries",
        _("Vocabularies"),
        "libraries_vocabulary_changelist",
        "book",
        "libraries.view",
        order=10,
    ),
    NavItem(
        "libraries",
        _("Keywords"),
        "libraries_keyword_changelist",
        "match_word",
        "libraries.view",
        order=20,
    ),
    NavItem(
        "libraries",
        _("Try keywords"),
        "libraries_try",
        "science",
        "libraries.view",
        order=25,
    ),
    NavItem(
        "libraries",
        _("Reviewed texts"),
        "libraries_textsample_changelist",
        "fact_check",
        "libraries.view",
        order=30,
    ),
)
