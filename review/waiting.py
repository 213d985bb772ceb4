"""How much waits, by kind of content, counted up to a cap: a long queue must not cost a long count."""

from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import Account
from config.console.templatetags.console import said_ago
from moderation.models.content import ContentType
from review.models import ReviewItem

COUNT_CAP = 1000


def waiting_in(account: Account, now) -> tuple[int, object]:
    """How many items are free, counted up to a cap, and since when the oldest waits."""
    free = ReviewItem.objects.owned_by(account).free(now)
    oldest = free.order_by("id").values_list("created_at", flat=True).first()
    return free.order_by()[:COUNT_CAP].count(), oldest


def figures_of(account: Account, now) -> dict:
    waiting = {kind: waiting_of(account, kind, now) for kind in ContentType.values}
    return {"waiting": waiting}


def waiting_of(account: Account, kind: str, now) -> dict:
    free = ReviewItem.objects.owned_by(account).free(now).filter(content_type=kind)
    count = free.order_by()[:COUNT_CAP].count()
    first = free.most_urgent_first().values_list("created_at", "due_at").first() if count else None
    return {
        "count": count,
        "shown": f"{count}+" if count == COUNT_CAP else str(count),
        "since": said_ago(first[0], now) if first else "",
        "due": said_due(first[1], now) if first else "",
        "late": bool(first and first[1] and first[1] < now),
    }


def said_due(due_at, now) -> str:
    """How much time is left, or by how much it is late."""
    if due_at is None:
        return ""
    minutes = round((due_at - now).total_seconds() / 60)
    if minutes < 0:
        return _("late by %(time)s") % {"time": said_minutes(-minutes)}
    return _("due in %(time)s") % {"time": said_minutes(minutes)}


def said_minutes(minutes: int) -> str:
    if minutes < 120:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d days") % {"n": minutes // 1440}


def due_of(item, now=None) -> str:
    return said_due(item.due_at, now or timezone.now())
