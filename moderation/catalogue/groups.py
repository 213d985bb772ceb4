"""Detection types: the tabs of the rules page, in their order."""

from django.utils.translation import gettext_lazy as _

GROUPS = {
    "pornographic": _("Pornographic"),
    "suggestive": _("Suggestive"),
    "terrorist": _("Terrorist and violent"),
    "prohibited": _("Prohibited"),
    "political": _("Political"),
    "flag": _("Flags"),
    "religion": _("Religion"),
    "undesirable": _("Undesirable"),
    "abusive": _("Abusive"),
    "advertising": _("Advertising"),
    "logo": _("Logos"),
    "fraud": _("Fraud"),
    "object": _("Objects"),
    "privacy": _("Privacy"),
    "quality": _("Quality"),
    "customized": _("Customized"),
}
PLACES = {code: place for place, code in enumerate(GROUPS)}


def group_name(code: str) -> str:
    return str(GROUPS.get(code, code))


def place_of(code: str) -> int:
    return PLACES.get(code, len(PLACES))
