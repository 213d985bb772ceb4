from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review.queue_figures import CAP

register = template.Library()


@register.filter
def capped(count: int) -> str:
    """A count that ends at CAP: more than that is told as such."""
    said = number_format(min(count, CAP), force_grouping=True)
    return f"{said}+" if count > CAP else said


@register.filter
def minutes(count: int) -> str:
    """A stretch of minutes in the largest unit that tells it exactly."""
    if count % 1440 == 0:
        return ngettext("%(n)d day", "%(n)d days", count // 1440) % {"n": count // 1440}
    if count % 60 == 0:
        return _("%(n)d h") % {"n": count // 60}
    return _("%(n)d min") % {"n": count}


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else f"{number_format(share * 100, 1)} %"
