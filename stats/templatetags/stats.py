from django import template

from stats import wording

register = template.Library()

register.filter("count", wording.count)
register.filter("signed", wording.signed)
register.filter("percent", wording.percent)
register.filter("milliseconds", wording.milliseconds)
