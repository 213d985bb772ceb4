"""Telling of a scheduled export that is ready, in the transaction in which it becomes so."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django_q.tasks import async_task

from moderation.callbacks.enqueue import enqueue_callback
from moderation.models import CallbackEndpoint
from stats.models import Export, ExportDelivery

READY = CallbackEndpoint.Event.EXPORT_READY.value


def announce(*, export_id: int, now: datetime) -> None:
    export = Export.objects.select_related("account", "schedule").get(pk=export_id)
    schedule = export.schedule
    if schedule.tells_endpoints:
        enqueue_callback(
            account=export.account,
            service=None,
            event=READY,
            subject=f"export-schedule:{schedule.pk}",
            payload=ready_payload(export),
            now=now,
        )
    if schedule.recipients:
        ExportDelivery.objects.bulk_create(
            ExportDelivery(account_id=export.account_id, export=export, recipient=one, due_at=now)
            for one in schedule.recipients
        )
        transaction.on_commit(partial(async_task, "stats.tasks.deliver_exports"))


def ready_payload(export: Export) -> dict:
    """What it is and where it is; never what stands in it."""
    return {
        "export_id": export.pk,
        "schedule_id": export.schedule_id,
        "name": export.schedule.name,
        "kind": export.kind,
        "format": export.format,
        "from": export.period_first.isoformat(),
        "to": export.period_last.isoformat(),
        "rows": export.rows,
        "is_cut": export.is_cut,
        "bytes": export.size,
        "file": f"/api/v1/exports/{export.pk}/file",
        "expires_at": export.expires_at.isoformat(),
    }
