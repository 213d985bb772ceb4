from django import template
from django.utils.safestring import mark_safe

from stats import wording
from stats.charts.markup import bar_markup, tile_markup
from stats.table_markup import label_row, linked, step_row

register = template.Library()

register.filter("count", wording.count)
register.filter("signed", wording.signed)
register.filter("percent", wording.percent)
register.filter("milliseconds", wording.milliseconds)
register.simple_tag(tile_markup)
register.simple_tag(bar_markup)
register.simple_tag(step_row)
register.simple_tag(label_row)


@register.simple_tag
def figure(number: int, link: str):
    """A number that leads to what it counts, where it counts something."""
    return mark_safe(linked(number, link))  # noqa: S308 (the link is escaped, and numbers need not be)
