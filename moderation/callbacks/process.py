"""The delivery process: sends due callbacks until it is stopped."""

import uuid
from datetime import datetime

import structlog
from django.conf import settings

from config.leasing import LeaseProcess
from moderation.callbacks.delivery import deliver
from moderation.callbacks.enqueue import CHANNEL
from moderation.callbacks.leasing import bury, lease

log = structlog.get_logger("assay.delivery")


class DeliveryProcess(LeaseProcess):
    name = "delivery"
    channel = CHANNEL

    def __init__(self, threads: int | None = None):
        super().__init__(threads or settings.ASSAY_CALLBACK_THREADS)
        # Kept free for endpoints that have nothing under way.
        self.spare = self.threads // 4

    def lease(self, *, count: int, now: datetime, token: uuid.UUID) -> list[int]:
        return lease(count=count, spare=self.spare, now=now, token=token)

    def bury(self, *, now: datetime) -> list[int]:
        return bury(now=now)

    def handle(self, row_id: int, token: uuid.UUID) -> None:
        outcome = deliver(callback_id=row_id, token=token)
        if outcome is not None:
            log.info(
                "callback_tried",
                callback=row_id,
                delivered=outcome.is_delivered,
                status=outcome.status,
                error=outcome.error_code,
            )
