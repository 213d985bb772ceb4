"""The delivery of callbacks without the network: leased, sent and written down by the product's own code."""

import json
import uuid
from datetime import datetime

from moderation.callbacks.delivery import Outcome, finish
from moderation.callbacks.leasing import lease
from moderation.models import Callback

DELIVERED = Outcome(True, status=200)
REFUSED = Outcome(False, status=500, error_code="answer_refused")


def leased(now: datetime, count: int = 100) -> list[Callback]:
    """Callbacks that a delivery process has begun to send."""
    ids = lease(count=count, now=now, token=uuid.uuid4())
    return list(Callback.objects.filter(pk__in=ids).select_related("endpoint__account").order_by("pk"))


def send_all(now: datetime) -> list[dict]:
    """Deliver what is due, and what becomes due by that; the bodies in the order of their delivery."""
    bodies = []
    while callbacks := leased(now):
        for callback in callbacks:
            bodies.append(json.loads(bytes(callback.body)))
            assert finish(callback=callback, outcome=DELIVERED, started=now, now=now)
    return bodies
