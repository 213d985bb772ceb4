"""Filters of lists, beside the theme's own."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateFilter

# Each name by one step into an index that begins with account and name: there are few among many rows.
NAMES = """
WITH RECURSIVE step (name) AS (
    (SELECT {column} FROM {table} WHERE account_id = %(account)s ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (
        SELECT {column} FROM {table} WHERE account_id = %(account)s AND {column} > step.name
        ORDER BY {column} LIMIT 1
    ) FROM step WHERE step.name IS NOT NULL
)
SELECT name FROM step WHERE name IS NOT NULL
"""
# By how much the times in a log may contradict the order in which it was written.
LATE = timedelta(days=1)
LAST = 2**63 - 1


class DaysFilter(RangeDateFilter):
    """From the beginning of one day to the end of another, in the account's time zone."""

    def queryset(self, request, queryset):
        starts_at, ends_at = self.edges()
        if starts_at:
            queryset = queryset.filter(**{f"{self.field_path}__gte": starts_at})
        if ends_at:
            queryset = queryset.filter(**{f"{self.field_path}__lt": ends_at})
        return queryset

    def edges(self) -> tuple[datetime | None, datetime | None]:
        first, last = (
            day_from(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to")
        )
        ends_at = beginning_of(last + timedelta(days=1)) if last and last < date.max else None
        return first and beginning_of(first), ends_at


class DaysOfLogFilter(DaysFilter):
    """The same of a log that is listed by its ids: old days are found without a walk down to them."""

    def queryset(self, request, queryset):
        starts_at, ends_at = self.edges()
        name, log = self.field_path, queryset.model.objects.owned_by(request.account)
        if starts_at:
            later = log.filter(**{f"{name}__gte": earlier_by(starts_at, LATE)}).order_by(name)
            queryset = queryset.filter(pk__gte=later.values_list("pk", flat=True).first() or LAST)
        if ends_at:
            before = log.filter(**{f"{name}__lt": ends_at + LATE}).order_by(f"-{name}")
            queryset = queryset.filter(pk__lte=before.values_list("pk", flat=True).first() or 0)
        return super().queryset(request, queryset)


class FewNamesFilter(FieldTextFilter):
    """A part of a name of which an account has few: those are looked through, then their rows are found."""

    def queryset(self, request, queryset):
        part = (self.value() or "").casefold()
        if not part:
            return queryset
        found = [
            name
            for name in names_in(queryset.model, self.field_path, request.account)
            if part in name.casefold()
        ]
        return queryset.filter(**{f"{self.field_path}__in": found})


def names_in(model, column: str, account) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(table=model._meta.db_table, column=column), {"account": account.pk})
        return [name for (name,) in cursor.fetchall()]


def earlier_by(moment: datetime, span: timedelta) -> datetime:
    try:
        return moment - span
    except OverflowError:
        return moment


def day_from(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
