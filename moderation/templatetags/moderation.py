from django import template
from django.utils.html import format_html, format_html_join

from config.console.hostile import badged
from moderation.catalogue import names
from moderation.highlights import parts_of

register = template.Library()


@register.simple_tag
def label_name(code):
    return names.label_name(code)


@register.simple_tag
def hits(result):
    """A result's text, safe to show, with what the machine hit marked and named."""
    return hits_in(result.content, result.labels)


@register.simple_tag
def hits_in(text, labels):
    """The same of a text that stands elsewhere, such as the one read from a picture."""
    return format_html_join("", "{}", ((shown(part),) for part in parts_of(text, labels)))


def shown(part):
    if not part.labels:
        return badged(part.text)
    why = ", ".join(names.label_name(code) for code in part.labels)
    return format_html('<mark title="{}">{}</mark>', why, badged(part.text))
