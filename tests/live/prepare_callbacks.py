"""Run inside an installation: make an account with endpoints and callbacks that are due, or count them."""

import json
import sys

import django
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

django.setup()

from config.accounts.operations.accounts import open_account  # noqa: E402
from moderation.callbacks.endpoints import change_endpoint, create_endpoint  # noqa: E402
from moderation.callbacks.enqueue import enqueue_callback  # noqa: E402
from moderation.callbacks.replays import replay_dead_since  # noqa: E402
from moderation.models import Callback, CallbackEndpoint  # noqa: E402

PAYLOAD = {"machine": {"level": "high", "labels": []}, "review": {"outcome": "pass", "label": ""}}


def main(*, action: str, **arguments) -> dict | list:
    return {"enqueue": enqueue, "gather": gather, "storm": storm, "mend": mend, "count": count}[action](
        **arguments
    )


def enqueue(*, urls: list[str], events: int) -> dict:
    now = timezone.now()
    account = open_account(name="Kills", actor=None, now=now)
    issued = [
        create_endpoint(account=account, name=f"endpoint {number}", url=url, actor=None, now=now)
        for number, url in enumerate(urls)
    ]
    with transaction.atomic():
        for number in range(events):
            enqueue_callback(
                account=account,
                service=None,
                event="review.decided",
                subject=f"result:{number}",
                payload=PAYLOAD | {"data_id": f"comment-{number}"},
                now=now,
            )
    callbacks = Callback.objects.owned_by(account)
    return {
        "secrets": {one.endpoint.url: one.secret for one in issued},
        "due": sorted(map(list, callbacks.values_list("event_id", "endpoint__url"))),
    }


def gather(*, urls: list[str]) -> dict:
    """Endpoints that ask for nothing that happens: they are told by name."""
    now = timezone.now()
    account = open_account(name="Storm", actor=None, now=now)
    issued = [
        create_endpoint(
            account=account, name=f"endpoint {number}", url=url, events=["task.failed"], actor=None, now=now
        )
        for number, url in enumerate(urls)
    ]
    return {one.endpoint.url: one.secret for one in issued}


def storm(*, first: int, count: int, share: int) -> list:
    """Each event goes to one endpoint: a share to the first, then to the others in turns.

    Of three in a row of an endpoint two are about the same.
    """
    leader, *others = CallbackEndpoint.objects.select_related("account").order_by("id")
    due = []
    for number in range(first, first + count):
        endpoint = leader if number < share else others[number % len(others)]
        place, now = number if number < share else number // len(others), timezone.now()
        with transaction.atomic():
            [callback] = enqueue_callback(
                account=endpoint.account,
                service=None,
                event="review.decided",
                subject=f"result:{place * 2 // 3}",
                payload=PAYLOAD | {"number": number},
                also=[endpoint],
                now=now,
            )
        due.append([callback.event_id, endpoint.url, callback.subject])
    return due


def mend() -> dict:
    """What a person does once the receiver is there again: switch it on, send again what was given up."""
    now, again = timezone.now(), 0
    for endpoint in CallbackEndpoint.objects.filter(is_enabled=False, disabled_reason="gone"):
        change_endpoint(endpoint=endpoint, changes={"is_enabled": True}, actor=None, now=now)
        again += replay_dead_since(endpoint=endpoint, since=endpoint.created_at, actor=None, now=now)
    return {"again": again}


def count() -> dict:
    states = Callback.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return {
        "states": dict(states),
        "leased": Callback.objects.exclude(lease_token=None).count(),
        "attempts": Callback.objects.aggregate(sum=Sum("attempts"))["sum"],
    }


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
