"""Schedules being run."""

from datetime import timedelta

from django.utils import timezone

from stats.exports.jobs import make_export
from stats.exports.mailing import deliver_exports
from stats.exports.schedules import start_due_exports
from stats.models import Export

DAY = timedelta(days=1)


def run(now) -> list[Export]:
    """Everything that is due by then is made, and what is to be sent is sent."""
    while start_due_exports(now=now):
        pass
    for export in Export.objects.filter(state="waiting"):
        assert make_export(export_id=export.pk, now=now)
    deliver_exports(now=timezone.now())
    return list(Export.objects.exclude(schedule=None).order_by("period_first"))
