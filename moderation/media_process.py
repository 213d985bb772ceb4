"""The process that judges recordings: takes waiting jobs under a lease, keeps it, and works on them."""

import threading
import time
import uuid
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from config.leasing import DATABASE_LOST, LeaseProcess
from moderation.media_steps.work import MOST_ATTEMPTS, fail, work_on_media
from moderation.models import MediaJob
from moderation.operations.media_leases import CHANNEL, lease_end, renew

# One at a time hands out leases: else two processes would each give an account all that it may have.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s)"
LOCK = 0x4D454449
# Accounts take turns, who has least under way first. Of an account what has priority comes first, then the
# oldest, so that what was begun is ended before the next is begun.
LEASE = """
    WITH offered AS (
        SELECT found.id, found.due_at, busy.number + row_number() OVER (
            PARTITION BY found.account_id ORDER BY found.priority DESC, found.due_at, found.id
        ) AS turn
        FROM (SELECT DISTINCT account_id FROM moderation_mediajob WHERE state = 'waiting') account
        CROSS JOIN LATERAL (
            SELECT count(*) AS number FROM moderation_mediajob held
            WHERE held.account_id = account.account_id AND state = 'waiting' AND lease_until >= %(now)s
        ) busy
        CROSS JOIN LATERAL (
            SELECT id, account_id, priority, due_at FROM moderation_mediajob job
            WHERE job.account_id = account.account_id AND state = 'waiting' AND due_at <= %(now)s
              AND attempts < %(most)s AND (lease_until IS NULL OR lease_until < %(now)s)
            ORDER BY priority DESC, due_at, id
            LIMIT least(%(count)s, greatest(0, %(per_account)s - busy.number))
        ) found
    ), chosen AS (
        SELECT id FROM moderation_mediajob
        WHERE id = ANY(ARRAY(SELECT id FROM offered ORDER BY turn, due_at, id LIMIT %(count)s))
          AND state = 'waiting' AND (lease_until IS NULL OR lease_until < %(now)s)
        FOR UPDATE SKIP LOCKED
    )
    UPDATE moderation_mediajob
    SET attempts = attempts + 1, lease_until = %(until)s, lease_token = %(token)s
    WHERE id = ANY(ARRAY(SELECT id FROM chosen)) RETURNING id
"""
# Whoever has written nothing for so long hangs: its lease is let go.
LONGEST_SILENCE = 1800.0

log = structlog.get_logger("assay.media")


class MediaProcess(LeaseProcess):
    name = "media"
    channel = CHANNEL

    def __init__(self, threads: int | None = None):
        super().__init__(threads or settings.ASSAY_MEDIA_THREADS)
        self.under_way: dict[int, tuple[uuid.UUID, float]] = {}
        self.is_over = threading.Event()

    def run(self, *, until_empty: bool = False) -> None:
        heart = threading.Thread(target=self.beat, name="heart")
        heart.start()
        try:
            super().run(until_empty=until_empty)
        finally:
            self.is_over.set()
            heart.join()

    def lease(self, *, count: int, now: datetime, token: uuid.UUID) -> list[int]:
        asked = {
            "now": now,
            "until": lease_end(now),
            "token": token,
            "count": count,
            "most": MOST_ATTEMPTS,
            "per_account": settings.ASSAY_MEDIA_PER_ACCOUNT,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [LOCK])
            cursor.execute(LEASE, asked)
            return sorted(row[0] for row in cursor.fetchall())

    def handle(self, row_id: int, token: uuid.UUID) -> None:
        with self.lock:
            self.under_way[row_id] = token, time.monotonic()
        try:
            work_on_media(job_id=row_id, token=token, is_stopping=lambda: self.is_stopping)
        finally:
            with self.lock:
                self.under_way.pop(row_id, None)

    def beat(self) -> None:
        """Renew the leases of what is under way, so that nobody else takes a step that only takes long."""
        while not self.is_over.wait(settings.ASSAY_MEDIA_LEASE_SECONDS / 3):
            with self.lock:
                held = dict(self.under_way)
            now = time.monotonic()
            alive = [(pk, token) for pk, (token, since) in held.items() if now - since < LONGEST_SILENCE]
            try:
                renew(alive, now=timezone.now())
            except DATABASE_LOST as error:
                log.error("leases_not_renewed", error=str(error).strip())
                connection.close()
        connection.close()

    def bury(self, *, now: datetime) -> list[int]:
        """Jobs that took their process along at the same place each time: they fail, and it is told."""
        lost = MediaJob.objects.waiting().filter(attempts__gte=MOST_ATTEMPTS, lease_until__lt=now)
        buried = list(lost.select_related("account", "service", "asset", "callback"))
        for job in buried:
            fail(job, error={"code": "task_lost", "message": LOST}, now=timezone.now())
        return [job.pk for job in buried]


LOST = _("The process died over this content each time it was tried.")


def waiting(*, now: datetime) -> tuple[int, datetime | None]:
    """Those that nobody is at."""
    idle = Q(lease_until=None) | Q(lease_until__lt=now)
    row = MediaJob.objects.waiting().filter(idle, due_at__lte=now)
    row = row.aggregate(waiting=Count("pk"), since=Min("due_at"))
    return row["waiting"], row["since"]
