from django import template
from django.utils.html import format_html

from stats import wording
from stats.charts.markup import bar_markup, tile_markup

register = template.Library()

register.filter("count", wording.count)
register.filter("signed", wording.signed)
register.filter("percent", wording.percent)
register.filter("milliseconds", wording.milliseconds)
register.simple_tag(tile_markup)
register.simple_tag(bar_markup)


@register.simple_tag
def figure(number: int, link: str):
    """A number that leads to what it counts, where it counts something."""
    text = wording.count(number)
    return format_html('<a href="{}">{}</a>', link, text) if number and link else text
