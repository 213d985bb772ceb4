from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from libraries.admin import (
    image_adding,
    image_libraries,
    images,
    imports,
    keywords,
    samples,
    trying,
    vocabularies,
)

__all__ = [
    "image_adding",
    "image_libraries",
    "images",
    "imports",
    "keywords",
    "samples",
    "trying",
    "vocabularies",
]

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
register(
    NavItem(
        "libraries",
        _("Image libraries"),
        "image_libraries",
        "photo_library",
        "libraries.view",
        order=15,
        covers=(
            "image_library",
            "image_library_new",
            "image_library_edit",
            "image_library_delete",
            "library_images_add",
            "library_image",
        ),
    )
)
