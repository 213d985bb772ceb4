"""Jobs that repeat are data in the settings; the table of schedules is made equal to them."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django_q.models import Schedule

LOCK = 0x5C4ED


@transaction.atomic
def sync_schedules(*, now: datetime) -> None:
    with connection.cursor() as cursor:
        # Names are not unique in that table: two workers that start at once must not both add a row.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    Schedule.objects.exclude(name__in=settings.ASSAY_SCHEDULES).delete()
    for name, entry in settings.ASSAY_SCHEDULES.items():
        wanted = {
            "func": entry["func"],
            "schedule_type": Schedule.MINUTES,
            "minutes": entry["minutes"],
            "repeats": -1,
        }
        first, *doubles = Schedule.objects.filter(name=name).order_by("id") or [None]
        if first is None:
            Schedule.objects.create(name=name, next_run=now, **wanted)
        else:
            Schedule.objects.filter(pk=first.pk).update(**wanted)
            Schedule.objects.filter(pk__in=[double.pk for double in doubles]).delete()
