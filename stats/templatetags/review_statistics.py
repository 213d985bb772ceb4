from django import template
from django.utils.translation import gettext as _

from review.templatetags.review_care import seconds
from stats import wording
from stats.review_measures import Share

register = template.Library()
HOUR, DAY = 3_600_000, 86_400_000


@register.filter
def stretch(milliseconds: float | None) -> str:
    """How long something took: seconds of work as well as days of waiting."""
    if milliseconds is None:
        return "–"
    if milliseconds >= 2 * DAY:
        return _("%(n)s days") % {"n": wording.spelled(milliseconds / DAY, decimals=1)}
    if milliseconds >= HOUR:
        return _("%(n)s h") % {"n": wording.spelled(milliseconds / HOUR, decimals=1)}
    return seconds(milliseconds)


@register.filter
def edges(share: Share) -> str:
    """The interval of a share in words."""
    if share.interval is None:
        return ""
    low, high = share.interval
    return _("%(low)s to %(high)s") % {"low": wording.percent(low), "high": wording.percent(high)}


@register.inclusion_tag("stats/review/share.html")
def share_cell(share: Share, link: str = "") -> dict:
    """A share with its interval, drawn and in words; too few are told as such."""
    low, high = share.interval or (0.0, 0.0)
    return {
        "share": share,
        "link": link,
        "start": round(low * 100, 2),
        "width": round(max((high - low) * 100, 0.5), 2),
        "middle": round((share.value or 0.0) * 100, 2),
    }
