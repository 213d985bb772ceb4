import json

from django import template
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def share(value):
    """A share of 1 in per cent; a dash where there was nothing to count."""
    return "–" if value is None else f"{value * 100:.0f} %"


@register.simple_tag
def measured(holdout):
    """What the held-out examples say of a head, in three numbers with their names."""
    parts = (
        (_("precision"), holdout.get("precision")),
        (_("recall"), holdout.get("recall")),
        (_("average precision"), holdout.get("average_precision")),
    )
    shown = ((name, share(value)) for name, value in parts)
    return format_html_join(" · ", '<span class="as-nowrap">{} {}</span>', shown)


@register.filter
def described(document):
    """A flat document, a line for each of its values."""
    return "\n".join(f"{name}: {json.dumps(value)}" for name, value in document.items())
