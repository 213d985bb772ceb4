"""Receivers that fail in every way while the delivery process is killed again and again: nothing is lost."""

import random
import threading
import time
from collections import Counter, defaultdict

import pytest
from standardwebhooks import Webhook

from config import embedded
from tests.ground import proofs
from tests.ground.live import LiveAssay, wait_until
from tests.receivers import Receiver, Reply, breaking_off, receiving

EVENTS, ENDPOINTS, KILLS = proofs.of(5000, part=1000), 10, proofs.of(20, part=5)
PROCESSES, PORTION = 2, EVENTS // 8
SHARE = EVENTS // ENDPOINTS
GONE = "/hook/0"  # says once that it is gone, when its last event comes: who is off is told nothing new
LAST = b'"number":%d' % (SHARE - 1)
SECONDS = 180


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


def never(connection) -> None:
    time.sleep(1.5)


def slowly(connection) -> None:
    """An answer that is complete in time, its body byte by byte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n")
    for _byte in range(6):
        time.sleep(0.05)
        connection.sendall(b"x")


def endlessly(connection) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _byte in range(30):
        time.sleep(0.05)
        connection.sendall(b"x")


FAILURES = {
    "500": Reply(500),
    "429 with Retry-After": Reply(429, {"Retry-After": "2"}),
    "redirect": Reply(302, {"Location": "/elsewhere"}),
    "reset": Reply(manner=breaking_off),
    "timeout": Reply(manner=never),
    "body without end": Reply(manner=endlessly),
}
# In a thousand each, more where there are fewer events: an event fails once, when it first comes.
ODDS = tuple(odds * proofs.of(1, part=4) for odds in (30, 8, 8, 20, 6, 4))


class Storm:
    """Misbehaves by dice of its own, and keeps what it accepted."""

    def __init__(self):
        self.dice, self.lock = random.Random(20), threading.Lock()
        self.seen, self.accepted, self.done = set(), [], Counter()
        self.was_gone = False

    def __call__(self, received) -> Reply:
        with self.lock:
            first = received.event_id not in self.seen
            self.seen.add(received.event_id)
            kind = self.fate(received, first)
            self.done[kind] += 1
            if kind in FAILURES:
                return FAILURES[kind]
            if kind == "410":
                return Reply(410)
            self.accepted.append((received.event_id, received.path))
            return Reply(manner=slowly) if kind == "slow" else Reply()

    def fate(self, received, first: bool) -> str:
        if received.path == GONE and not self.was_gone and LAST in received.body:
            self.was_gone = True
            return "410"
        roll, bound = self.dice.randrange(1000), 0
        for kind, odds in zip(FAILURES, ODDS, strict=True):
            bound += odds
            if first and roll < bound:
                return kind
        return "slow" if roll > 990 else "good"

    def told(self) -> int:
        with self.lock:
            return len(set(self.accepted))

    def has_told(self, number: int):
        return lambda: self.told() >= number


def kill_in_the_midst(installation, storm: Storm) -> None:
    """Two deliveries at work; twenty times one of them ends without warning, and another begins."""
    running = [installation.start_delivery() for _number in range(PROCESSES)]
    for kill in range(1, KILLS + 1):
        share = EVENTS * kill // (KILLS + 6)
        wait_until(storm.has_told(share), "callbacks come", running[-1], seconds=SECONDS)
        installation.kill(running.pop(0))
        running.append(installation.start_delivery())


def counted(installation) -> dict:
    return prepare(installation, action="count")


def all_delivered(installation) -> dict | None:
    found = counted(installation)
    return found if found["states"] == {"delivered": EVENTS} and not found["leased"] else None


def prepare(installation, **asked):
    return installation.script("tests.live.prepare_callbacks", **asked)


class Telling(threading.Thread):
    """Clients and reviewers at work meanwhile: events come to be, a portion after the other."""

    def __init__(self, installation):
        super().__init__()
        self.installation, self.due = installation, []

    def run(self):
        for first in range(0, EVENTS, PORTION):
            self.due += prepare(self.installation, action="storm", first=first, count=PORTION, share=SHARE)


def receive_all(installation, storm: Storm, receiver: Receiver):
    place = receiver.url.removesuffix("/hook")
    urls = [f"{place}/hook/{number}" for number in range(ENDPOINTS)]
    secrets = prepare(installation, action="gather", urls=urls)
    began, telling = time.monotonic(), Telling(installation)
    telling.start()
    kill_in_the_midst(installation, storm)
    under_kills = storm.told()
    telling.join()
    wait_until(lambda: storm.was_gone, "the receiver was gone", seconds=SECONDS)
    wait_until(lambda: prepare(installation, action="mend")["again"], "it is there again", seconds=SECONDS)
    wait_until(storm.has_told(EVENTS), "every event has come", seconds=SECONDS)
    found = wait_until(lambda: all_delivered(installation), "every callback is delivered", seconds=SECONDS)
    return (secrets, telling.due), place, under_kills, found, time.monotonic() - began


def test_no_event_is_lost_in_a_storm(installation):
    storm = Storm()
    with receiving(storm) as receiver:
        (secrets, due), place, under_kills, found, took = receive_all(installation, storm, receiver)

    copies = defaultdict(list)
    for received in receiver.received:
        copies[received.event_id, place + received.path].append(received)
    wanted = {(event_id, url) for event_id, url, _subject in due}
    missing = wanted - {(event_id, place + path) for event_id, path in storm.accepted}
    print(
        f"\n{EVENTS} events, {KILLS} kills of delivery ({under_kills} had come by the last), {took:.0f} s: "
        f"{len(missing)} missing, {len(receiver.received)} received, {found['attempts']} attempts; "
        + ", ".join(f"{kind} {number}" for kind, number in storm.done.most_common())
    )
    assert missing == set()
    assert set(copies) == wanted
    assert all(storm.done[kind] for kind in FAILURES), storm.done
    assert storm.done["410"] == 1
    assert under_kills < EVENTS
    for (_event_id, url), messages in copies.items():
        assert len({message.body for message in messages}) == 1
        for message in messages:
            Webhook(secrets[url]).verify(message.body, message.headers)
    require_order(due, storm, place)


def require_order(due, storm: Storm, place: str) -> None:
    """Of one endpoint and subject the first was accepted before the second came to be."""
    order = {}
    for at, (event_id, path) in enumerate(storm.accepted):
        order.setdefault((event_id, place + path), at)
    subjects = defaultdict(list)
    for event_id, url, subject in due:
        subjects[url, subject].append(order[event_id, url])
    pairs = [places for (url, _subject), places in subjects.items() if len(places) > 1 and GONE not in url]
    assert len(pairs) > EVENTS // 5
    assert all(places == sorted(places) for places in pairs)
