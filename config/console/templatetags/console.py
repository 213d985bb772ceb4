from django import template
from django.contrib.admin.views.main import PAGE_VAR
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.hostile import badged

register = template.Library()

RISKS = {"none": _("Safe"), "low": _("Low risk"), "medium": _("Medium risk"), "high": _("High risk")}
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.simple_tag
def risk(level):
    """A risk level as a tag that says so in words, too."""
    level = str(level)
    return format_html('<span class="as-risk as-risk-{}">{}</span>', level, RISKS.get(level, level))


@register.simple_tag
def hostile(text):
    """Text of end users: escaped, isolated from the page's direction, hidden characters shown."""
    return format_html('<bdi dir="auto">{}</bdi>', badged(text))


@register.simple_tag
def ago(moment, now=None):
    """How long ago, with the exact moment as title and in a form for machines."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S %Z}",
        said_ago(moment, now or timezone.now()),
    )


def said_ago(moment, now) -> str:
    seconds = int((now - moment).total_seconds())
    if seconds < 0:
        return date_format(timezone.localtime(moment), "Y-m-d H:i")
    if seconds < MINUTE:
        return ngettext("%(n)d s ago", "%(n)d s ago", seconds) % {"n": seconds}
    if seconds < HOUR:
        return ngettext("%(n)d min ago", "%(n)d min ago", seconds // MINUTE) % {"n": seconds // MINUTE}
    if seconds < DAY:
        return ngettext("%(n)d h ago", "%(n)d h ago", seconds // HOUR) % {"n": seconds // HOUR}
    if seconds < 30 * DAY:
        return ngettext("%(n)d day ago", "%(n)d days ago", seconds // DAY) % {"n": seconds // DAY}
    return date_format(timezone.localtime(moment), "Y-m-d")


@register.filter
def address(link):
    """A link as it is, or the address of a page named 'admin:...'."""
    return reverse(link) if str(link).startswith("admin:") else link


@register.filter
def kind_of(bound_field) -> str:
    """The widget of a form field in one word, for the template that draws it."""
    name = type(bound_field.field.widget).__name__
    if name == "CheckboxSelectMultiple":
        return "choices"
    return "switch" if name == "CheckboxInput" else "input"


@register.simple_tag(takes_context=True)
def panel_body(context, panel):
    """A dashboard panel, rendered by the template of the app that gave it."""
    return get_template(panel.template).render(panel.context, context["request"])


@register.simple_tag(takes_context=True)
def crumbs(context):
    """Where the page stands: its own breadcrumbs, or those of a model page."""
    if context.get("breadcrumbs_items"):
        return context["breadcrumbs_items"]
    opts = context.get("opts")
    if not opts:
        return [{"title": context.get("title", "")}]
    stem = f"admin:{opts.app_label}_{opts.model_name}"
    plural = {"title": capfirst(opts.verbose_name_plural), "link": reverse(f"{stem}_changelist")}
    shown = context.get("original") or context.get("object")
    if not shown:
        return [plural] if context.get("cl") else [plural, {"title": context.get("title", "")}]
    return [plural, {"title": Truncator(shown).chars(60)}]


@register.simple_tag
def page_links(cl):
    """Numbers of pages around the present one, with addresses; None for the present one and for gaps."""
    if not cl.multi_page:
        return []
    numbers = cl.paginator.get_elided_page_range(cl.page_num, on_each_side=2, on_ends=1)
    return [
        {
            "number": number,
            "url": cl.get_query_string({PAGE_VAR: number})
            if isinstance(number, int) and number != cl.page_num
            else "",
        }
        for number in numbers
    ]
