import uuid
from datetime import UTC, datetime

import pytest

from moderation.callbacks.delivery import deliver
from moderation.callbacks.endpoints import create_endpoint
from moderation.callbacks.enqueue import enqueue_callback
from moderation.callbacks.leasing import lease
from moderation.models import Callback
from tests.factories import make_account

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PAYLOAD = {
    "request_id": "0199a6b0-0000-7000-8000-000000000001",
    "data_id": "comment-81",
    "service": "comment_detection",
    "content_type": "text",
    "machine": {
        "level": "high",
        "labels": [{"label": "pt_to_contact", "level": "high", "confidence": 92.5}],
    },
    "review": {"outcome": "block", "label": "pt_to_contact", "round": 1},
}


@pytest.fixture(autouse=True)
def loopback(settings):
    """Receivers of the tests live on this machine, and may be called."""
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]
    settings.ASSAY_CALLBACK_SECONDS = 2


@pytest.fixture
def account(db):
    return make_account("Harbour Forum")


@pytest.fixture
def make_endpoint(account):
    def make(url="https://client.example/hook", **kwargs):
        number = account.pk and Counter.next()
        made = {"name": f"endpoint {number}", "account": account, "actor": None, "now": NOW}
        return create_endpoint(url=url, **(made | kwargs))

    return make


class Counter:
    last = 0

    @classmethod
    def next(cls):
        cls.last += 1
        return cls.last


@pytest.fixture
def enqueue(account):
    def write(subject="result:1", *, event="review.decided", now=NOW, payload=None, **kwargs):
        return enqueue_callback(
            account=kwargs.pop("account", account),
            service=kwargs.pop("service", None),
            event=event,
            subject=subject,
            payload=PAYLOAD if payload is None else payload,
            now=now,
            **kwargs,
        )

    return write


@pytest.fixture
def send(db):
    """One attempt at the callback, as the delivery process makes it."""

    def once(callback, now=None):
        token = uuid.uuid4()
        now = now or Callback.objects.get(pk=callback.pk).due_at
        assert callback.pk in lease(count=1, now=now, token=token)
        outcome = deliver(callback_id=callback.pk, token=token)
        callback.refresh_from_db()
        return outcome

    return once
