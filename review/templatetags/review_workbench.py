from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config.console.templatetags.console import ago
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from review.waiting import due_of

register = template.Library()

OUTCOMES = dict(ModerationResult.Outcome.choices)
TONES = {"pass": "good", "block": "bad"}


@register.simple_tag
def due(item):
    return due_of(item)


@register.filter
def is_late(moment) -> bool:
    return moment < timezone.now()


@register.simple_tag
def outcome_tag(item):
    """What people made of an item, as a tag; that it waits, where nobody has."""
    outcome = item.effective_outcome
    if not outcome:
        return format_html('<span class="as-tag as-tag-quiet">{}</span>', item.get_state_display())
    label = item.effective_label
    said = label_name(label) if label else OUTCOMES[outcome]
    return format_html('<span class="as-tag as-tag-{}">{}</span>', TONES[outcome], said)


@register.simple_tag
def past(item):
    """An earlier decision: what, how like, by whom, when, and whether a recheck overturned it."""
    like = _("similar") if item.distance else _("the same")
    overturned = (
        format_html(' <span class="wb-late">{}</span>', _("overturned by recheck"))
        if item.recheck_outcome and item.recheck_outcome != item.outcome
        else ""
    )
    by = item.decided_by.get_username() if item.decided_by else _("outside team")
    return format_html(
        '{} {}{} <span class="as-muted">{} · {}</span>',
        outcome_tag(item),
        like,
        overturned,
        by,
        ago(item.decided_at),
    )
