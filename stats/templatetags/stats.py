from django import template
from django.utils.safestring import mark_safe

from stats import wording
from stats.charts.markup import bars, tiles
from stats.table_markup import figure_rows, label_rows, latency_rows, linked, step_rows

register = template.Library()

register.filter("count", wording.count)
register.filter("signed", wording.signed)
register.filter("percent", wording.percent)
register.filter("milliseconds", wording.milliseconds)
for tag in (tiles, bars, step_rows, label_rows, figure_rows, latency_rows):
    register.simple_tag(tag)


@register.simple_tag
def figure(number: int, link: str):
    """A number that leads to what it counts, where it counts something."""
    return mark_safe(linked(number, link, wording.here()))  # noqa: S308 (the link is escaped)
