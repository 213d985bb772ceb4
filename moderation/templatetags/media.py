from django import template
from django.utils.translation import gettext as _

from config.console.templatetags.console import RISKS
from moderation.catalogue.names import label_name
from moderation.media_timeline import LANE, Mark, clock

register = template.Library()

# Half a lane tall at the least: how bad it is shows in the height as well as in the colour.
HEIGHTS = {"none": 4, "low": 10, "medium": 17, "high": 24}


@register.filter
def as_clock(ms) -> str:
    return clock(ms or 0)


@register.filter
def percent(number) -> str:
    """For the attributes of a drawing: never with a comma."""
    return f"{number:g}%"


@register.filter
def bar_height(mark: Mark) -> int:
    return HEIGHTS.get(mark.level, HEIGHTS["none"])


@register.filter
def bar_top(mark: Mark) -> int:
    return LANE - bar_height(mark)


@register.filter
def seconds(ms) -> str:
    """For `#t=` of a recording's address."""
    return f"{(ms or 0) / 1000:g}"


@register.simple_tag
def mark_title(mark: Mark) -> str:
    """What is told of a stretch of the line when it is pointed at."""
    stretch = clock(mark.at_ms)
    if mark.end_ms > mark.at_ms:
        stretch = f"{stretch} – {clock(mark.end_ms)}"
    parts = [stretch, str(RISKS.get(mark.level, mark.level))]
    parts += [
        f"{label_name(one.label)} {one.confidence:g}" if one.confidence is not None else label_name(one.label)
        for one in mark.found
    ]
    if mark.is_unheard:
        parts.append(_("nobody could listen"))
    if mark.text:
        parts.append(f"“{mark.text[:120]}”")
    return " · ".join(parts)


@register.simple_tag
def veils_over(panel, veiled) -> bool:
    """Whether something in a recording is not to be shown before somebody asks for it."""
    return bool(veiled) and not panel.groups.isdisjoint(veiled)
