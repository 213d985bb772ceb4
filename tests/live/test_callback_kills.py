"""SIGKILLs of the real delivery and worker processes while callbacks are due: nothing is lost."""

import random
import time
from collections import defaultdict

import pytest
from standardwebhooks import Webhook

from config import embedded
from tests.ground.live import LiveAssay, wait_until
from tests.receivers import Receiver, Reply, receiving

CALLBACKS, ENDPOINTS, KILLS = 1000, 5, 20
A_WORKER_TOO = 4  # at every fourth kill
UNDER_WAY = 8
DICE = random.Random(20)


@pytest.fixture
def installation(make_database):
    var = embedded.BASE / "var" / "live"
    var.mkdir(parents=True, exist_ok=True)
    live = LiveAssay(make_database(), var)
    live.env["ASSAY_CALLBACK_SECONDS"] = "1"  # leases end after two seconds
    try:
        live.prepare()
        yield live
    finally:
        live.stop_all()


def quickly_or_not(_received) -> Reply:
    return Reply(after_seconds=DICE.uniform(0.005, 0.06))


def told(receiver: Receiver) -> int:
    return len({(received.event_id, received.path) for received in list(receiver.received)})


def has_told(receiver: Receiver, number: int):
    return lambda: told(receiver) >= number


def kill_in_the_midst(installation, receiver) -> None:
    """Twenty times: let delivery send its share of the callbacks, then end it without warning."""
    worker = installation.start_worker()
    for kill in range(1, KILLS + 1):
        delivery = installation.start_delivery()
        share = max(told(receiver) + 1, CALLBACKS * kill // (KILLS + 1))
        wait_until(has_told(receiver, min(share, CALLBACKS - 1)), "callbacks come", delivery)
        time.sleep(DICE.uniform(0, 0.03))
        installation.kill(delivery)
        if kill % A_WORKER_TOO == 0:
            installation.kill(worker)
            worker = installation.start_worker()


def counted(installation) -> dict:
    return installation.script("tests.live.prepare_callbacks", action="count")


def all_delivered(installation) -> dict | None:
    found = counted(installation)
    return found if found["states"] == {"delivered": CALLBACKS} and not found["leased"] else None


def test_twenty_kills_lose_no_callback(installation):
    with receiving(quickly_or_not) as receiver:
        urls = [f"{receiver.url}/{number}" for number in range(ENDPOINTS)]
        enqueued = installation.script(
            "tests.live.prepare_callbacks", action="enqueue", urls=urls, events=CALLBACKS // ENDPOINTS
        )
        kill_in_the_midst(installation, receiver)
        under_kills = told(receiver)
        installation.start_delivery()
        wait_until(has_told(receiver, CALLBACKS), "every callback has come")
        found = wait_until(lambda: all_delivered(installation), "every callback is delivered")

    copies = defaultdict(list)
    for received in receiver.received:
        copies[received.event_id, f"http://{received.headers['host']}{received.path}"].append(received)
    repeated = sum(len(messages) > 1 for messages in copies.values())
    print(
        f"\n{KILLS} kills of delivery and {KILLS // A_WORKER_TOO} of worker while {CALLBACKS} callbacks were "
        f"due ({under_kills} had come by the last): {len(copies)} told, {len(receiver.received)} received, "
        f"{repeated} repeated, {found['attempts']} attempts counted"
    )
    assert set(copies) == set(map(tuple, enqueued["due"]))
    assert under_kills < CALLBACKS
    assert len(receiver.received) - CALLBACKS <= KILLS * UNDER_WAY
    for (_event_id, url), messages in copies.items():
        assert len({message.body for message in messages}) == 1
        for message in messages:
            Webhook(enqueued["secrets"][url]).verify(message.body, message.headers)
