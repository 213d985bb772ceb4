"""What the admin theme reads as settings.UNFOLD. Colours and fonts are in static/console/theme.css."""

from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Assay",
    "SITE_HEADER": "Assay",
    "SITE_SYMBOL": "balance",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "SITE_SUBHEADER": _("Content moderation"),
}
