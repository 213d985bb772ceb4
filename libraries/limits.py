"""How much an account may keep, and what a keyword may look like. Pure but for its messages."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotAllowedNow
from libraries.matching.folding import FOLDS
from libraries.matching.normalise import folded
from libraries.matching.variants import VARIANTS

MOST_VOCABULARIES = 20
MOST_KEYWORDS = 100_000
LONGEST_KEYWORD = 20
LONGEST_FOLDED = 60  # folding may spell characters out: ㎏ becomes kg
LONGEST_NAME = 60
LONGEST_DESCRIPTION = 300
LONGEST_OWNER = 60
# Beside letters, digits and inner spaces. Also what folds to one of these, such as ’ and －.
ALLOWED_SIGNS = frozenset("-_.'&+@#·")


class VocabularyLimitReached(NotAllowedNow):
    code = "vocabulary_limit_reached"
    default_message = _("An account keeps at most 20 vocabularies: delete one first.")


class KeywordLimitReached(NotAllowedNow):
    code = "keyword_limit_reached"
    default_message = _("An account keeps at most 100,000 keywords in all its vocabularies.")


class VocabularyNameMissing(Invalid):
    code = "vocabulary_name_missing"
    default_message = _("Give the vocabulary a name.")


class VocabularyNameTooLong(Invalid):
    code = "vocabulary_name_too_long"
    default_message = _("A vocabulary's name has at most 60 characters.")


class VocabularyDescriptionTooLong(Invalid):
    code = "vocabulary_description_too_long"
    default_message = _("A vocabulary's description has at most 300 characters.")


class KeywordEmpty(Invalid):
    code = "keyword_empty"
    default_message = _("A keyword has at least one letter or digit.")


class KeywordTooLong(Invalid):
    code = "keyword_too_long"
    default_message = _("A keyword has at most 20 characters.")


class KeywordSpecialCharacters(Invalid):
    code = "keyword_special_characters"
    default_message = _("Special characters are not supported.")


class KeywordOwnerTooLong(Invalid):
    code = "keyword_owner_too_long"
    default_message = _("An owner's name has at most 60 characters.")


class VariantUnknown(Invalid):
    code = "variant_unknown"
    default_message = _("This is not a way of writing that a vocabulary can look for.")


def clean_name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise VocabularyNameMissing(field="name")
    if len(name) > LONGEST_NAME:
        raise VocabularyNameTooLong(field="name", characters=len(name))
    return name


def clean_description(description: str) -> str:
    description = description.replace("\0", "").strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise VocabularyDescriptionTooLong(field="description", characters=len(description))
    return description


def clean_owner(owner: str) -> str:
    owner = " ".join(owner.replace("\0", "").split())
    if len(owner) > LONGEST_OWNER:
        raise KeywordOwnerTooLong(field="owner", characters=len(owner))
    return owner


def clean_variants(variants: Iterable[str]) -> list[str]:
    """Each once, in the order in which they are shown."""
    asked = set(variants)
    if unknown := asked.difference(VARIANTS):
        raise VariantUnknown(field="variants", unknown=sorted(unknown), known=list(VARIANTS))
    return [variant for variant in VARIANTS if variant in asked]


def clean_keyword(text: str) -> tuple[str, str]:
    """The keyword without outer and doubled spaces, and its folded form; or why it cannot be a keyword."""
    word = " ".join(unicodedata.normalize("NFC", text).split())
    strange = {character: None for character in word if not is_allowed(character)}
    if strange:
        shown = " ".join(map(named, strange))
        message = _("Special characters are not supported: take out %(characters)s.")
        raise KeywordSpecialCharacters(message % {"characters": shown}, characters=list(map(named, strange)))
    compared = folded(word)
    if not any(character.isalnum() for character in compared):
        raise KeywordEmpty()
    if len(word) > LONGEST_KEYWORD or len(compared) > LONGEST_FOLDED:
        message = _("A keyword has at most 20 characters; this one has %(characters)s.")
        raise KeywordTooLong(message % {"characters": len(word)}, characters=len(word))
    return word, compared


def is_allowed(character: str) -> bool:
    return (
        character == " "
        or character.isalnum()
        or unicodedata.category(character) in {"Mn", "Mc"}
        and bool(FOLDS[ord(character)])
        or FOLDS[ord(character)] in ALLOWED_SIGNS
    )


def named(character: str) -> str:
    """As it is if it can be seen, by its code point if not."""
    seen = character.isprintable() and not unicodedata.combining(character) and FOLDS[ord(character)]
    return character if seen else f"U+{ord(character):04X}"
