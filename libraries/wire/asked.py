"""The libraries that a call names."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.registry import Call
from libraries.models import ImageLibrary, Vocabulary


def library_of(call: Call) -> ImageLibrary:
    """What reviewers decide fills two more: those are not among the account's own."""
    rows = ImageLibrary.objects.owned_by(call.account).custom().select_related("account")
    return named(call, rows, _("This account has no such image library."))


def vocabulary_of(call: Call) -> Vocabulary:
    rows = Vocabulary.objects.owned_by(call.account).select_related("account")
    return named(call, rows, _("This account has no such keyword library."))


def named(call: Call, rows, message):
    text = call.parameters.required("LibId").strip()
    found = rows.filter(pk=int(text)).first() if is_id(text) else None
    if found is None:
        raise NotFound(message, field="LibId")
    return found


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def ids_in(call: Call, name: str, texts) -> list[int]:
    """Ids in a list; what cannot be an id is one that is not there."""
    return [int(text) for text in (str(one).strip() for one in texts) if is_id(text)]
