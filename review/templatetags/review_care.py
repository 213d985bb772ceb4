from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def seconds(milliseconds: float) -> str:
    """A stretch of time as people say it: tenths of a second, and minutes where there are some."""
    if milliseconds < 60_000:
        return _("%(n)s s") % {"n": number_format(round(milliseconds / 1000, 1), 1)}
    minutes, rest = divmod(round(milliseconds / 1000), 60)
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
