"""What is asked of every list of items that somebody decides at once."""

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid


class NothingChosen(Invalid):
    code = "nothing_chosen"
    default_message = _("Choose at least one item.")
