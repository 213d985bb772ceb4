"""Is the process alive, and can it serve? For probes and load balancers; neither needs a key."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from config import backlog

_migrated = False


def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request):
    """503 with the reasons when this process cannot serve.

    A late backlog is told but stays 200: the web would not get better by being taken out of service.
    """
    try:
        reasons = unmet()
        waiting = [] if reasons else backlog.read(now=timezone.now())
    except DatabaseError:
        reasons, waiting = ["The database does not answer."], []
    late = [found.kind for found in waiting if found.oldest_seconds > settings.ASSAY_READY_MAX_AGE]
    body = {
        "status": "not_ready" if reasons else "late" if late else "ready",
        "reasons": reasons or [f"The oldest of {kind} waits for too long." for kind in late],
        "waiting": {
            found.kind: {"count": found.waiting, "oldest_seconds": round(found.oldest_seconds)}
            for found in waiting
        },
    }
    return JsonResponse(body, status=503 if reasons else 200, headers={"Cache-Control": "no-store"})


def unmet() -> list[str]:
    global _migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["Migrations are not applied: run `manage.py migrate`."]
        # Nothing unapplies them while a process runs its code, so the costly question is asked once.
        _migrated = True
    return []
