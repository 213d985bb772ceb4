"""Filters of lists, beside the theme's own."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter


class DaysFilter(RangeDateFilter):
    """From the beginning of one day to the end of another, in the account's time zone."""

    def queryset(self, request, queryset):
        first, last = (
            day_from(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to")
        )
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": beginning_of(first)})
        if last and last < date.max:
            queryset = queryset.filter(**{f"{self.field_path}__lt": beginning_of(last + timedelta(days=1))})
        return queryset


def day_from(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
