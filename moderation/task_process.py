"""The process that moderates what was accepted: takes waiting tasks under a lease and works on them."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from config.leasing import LeaseProcess
from moderation.models import ModerationTask
from moderation.operations.tasks import CHANNEL, LEASE_SECONDS, MOST_ATTEMPTS, fail, work_on

# Accounts take turns, so that ten thousand pictures of one do not keep another's first one waiting.
LEASE = """
    WITH offered AS (
        SELECT found.id,
            row_number() OVER (PARTITION BY found.account_id ORDER BY found.due_at, found.id) AS turn
        FROM (SELECT DISTINCT account_id FROM moderation_moderationtask WHERE state = 'waiting') account
        CROSS JOIN LATERAL (
            SELECT id, account_id, due_at FROM moderation_moderationtask task
            WHERE task.account_id = account.account_id AND state = 'waiting' AND due_at <= %(now)s
              AND attempts < %(most)s AND (lease_until IS NULL OR lease_until < %(now)s)
            ORDER BY due_at, id LIMIT %(count)s
        ) found
    ), chosen AS (
        SELECT id FROM moderation_moderationtask
        WHERE id = ANY(ARRAY(SELECT id FROM offered ORDER BY turn, id LIMIT %(count)s))
          AND state = 'waiting' AND (lease_until IS NULL OR lease_until < %(now)s)
        FOR UPDATE SKIP LOCKED
    )
    UPDATE moderation_moderationtask
    SET attempts = attempts + 1, lease_until = %(until)s, lease_token = %(token)s
    WHERE id = ANY(ARRAY(SELECT id FROM chosen)) RETURNING id
"""


class TaskProcess(LeaseProcess):
    name = "tasks"
    channel = CHANNEL

    def __init__(self, threads: int | None = None):
        super().__init__(threads or settings.ASSAY_TASK_THREADS)

    def lease(self, *, count: int, now: datetime, token: uuid.UUID) -> list[int]:
        asked = {
            "now": now,
            "until": now + timedelta(seconds=LEASE_SECONDS),
            "token": token,
            "count": count,
            "most": MOST_ATTEMPTS,
        }
        with connection.cursor() as cursor:
            cursor.execute(LEASE, asked)
            return sorted(row[0] for row in cursor.fetchall())

    def handle(self, row_id: int, token: uuid.UUID) -> None:
        work_on(task_id=row_id, token=token)

    def bury(self, *, now: datetime) -> list[int]:
        """Tasks that took their process along each time: they fail, and the client is told."""
        lost = ModerationTask.objects.waiting().filter(attempts__gte=MOST_ATTEMPTS, lease_until__lt=now)
        buried = list(lost.select_related("account"))
        for task in buried:
            fail(task=task, error={"code": "task_lost", "message": LOST}, now=timezone.now())
        return [task.pk for task in buried]


LOST = _("The process died over this content each time it was tried.")


def waiting(*, now: datetime) -> tuple[int, datetime | None]:
    row = ModerationTask.objects.waiting().filter(due_at__lte=now)
    row = row.aggregate(waiting=Count("pk"), since=Min("due_at"))
    return row["waiting"], row["since"]
