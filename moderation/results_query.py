"""Filters over the results list, each answered by an index whatever the size of the table."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from moderation.models import ResultLabel
from moderation.values import NO_RISK

ANY_RISK = f"!={NO_RISK}"


def by_labels(results, asked: str):
    """Results that carry any of the comma-separated labels; `!=nonLabel` means any risk at all."""
    asked = asked.strip()
    if asked == ANY_RISK:
        return results.hits()
    labels = [label for label in (part.strip() for part in asked.split(",")) if label]
    if labels == [NO_RISK]:
        return results.filter(level="none")
    carrying = ResultLabel.objects.filter(
        account=OuterRef("account"), result=OuterRef("pk"), label__in=labels
    )
    return results.filter(Exists(carrying)) if labels else results


def on_day(results, text: str, account):
    """Results of one day in the account's time zone; a day that is none finds nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return results.none()
    starts = datetime.combine(day, time(), ZoneInfo(account.time_zone))
    return results.filter(created_at__gte=starts, created_at__lt=starts + timedelta(days=1))
