"""The delivery process itself, over real connections: threads, notices, a database that goes away."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from moderation.callbacks.process import DeliveryProcess
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint
from tests.receivers import Reply, receiving, silent, talking

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def delivering(**options):
    process = DeliveryProcess(**options)
    thread = threading.Thread(target=process.run)
    thread.start()
    try:
        yield process
    finally:
        process.stop()
        thread.join(20)
        assert not thread.is_alive()


def wait_for(look, seconds=15):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"Not within {seconds} s.")


class TestDeliveryProcess:
    def test_sends_what_is_due_and_then_ends_if_told_to(self, make_endpoint, enqueue):
        with receiving() as receiver:
            make_endpoint(receiver.url)
            for number in range(20):
                enqueue(f"result:{number}", now=timezone.now())
            call_command("deliver", "--until-empty")

        assert len(receiver.received) == 20
        assert Callback.objects.filter(state="delivered").count() == 20
        assert CallbackAttempt.objects.count() == 20

    def test_hears_of_a_commit_without_waiting_for_its_poll(self, make_endpoint, enqueue):
        delays = []
        with receiving() as receiver, delivering():
            make_endpoint(receiver.url)
            time.sleep(0.5)
            for number in range(10):
                with transaction.atomic():
                    enqueue(f"result:{number}", now=timezone.now())
                committed = time.time()
                wait_for(lambda: len(receiver.received) > len(delays))
                delays.append(receiver.received[-1].at - committed)

        assert sorted(delays)[5] < 0.25

    def test_sends_the_events_of_one_subject_in_order(self, make_endpoint, enqueue):
        broken = set(range(0, 40, 7))

        def answer(received):
            number = len(seen)
            seen.append(received.event_id)
            return Reply(200) if number not in broken else Reply(500)

        seen: list[str] = []
        with receiving(answer) as receiver, delivering():
            make_endpoint(receiver.url)
            ids = [enqueue(f"result:{number % 3}", now=timezone.now())[0].event_id for number in range(12)]
            ends = time.monotonic() + 20
            while Callback.objects.filter(state="due").exists() and time.monotonic() < ends:
                Callback.objects.filter(state="due", due_at__gt=timezone.now()).update(due_at=timezone.now())
                time.sleep(0.1)

        delivered = CallbackAttempt.objects.filter(status=200).order_by("started_at")
        for subject in range(3):
            rows = delivered.filter(callback__subject=f"result:{subject}")
            assert list(rows.values_list("callback__event_id", flat=True)) == ids[subject::3]

    def test_finishes_what_is_under_way_when_it_is_stopped(self, make_endpoint, enqueue):
        with receiving(Reply(after_seconds=0.7)) as receiver:
            make_endpoint(receiver.url)
            for number in range(20):
                enqueue(f"result:{number}", now=timezone.now())
            with delivering():
                wait_for(lambda: receiver.received)

        assert 1 <= len(receiver.received) <= 8
        assert Callback.objects.filter(state="delivered").count() == len(receiver.received)
        assert not Callback.objects.exclude(lease_token=None).exists()

    def test_outlives_its_database_connections(self, make_endpoint, enqueue):
        with receiving(Reply(after_seconds=0.1)) as receiver, delivering():
            make_endpoint(receiver.url)
            for number in range(60):
                enqueue(f"result:{number}", now=timezone.now())
            for _cut in range(3):
                time.sleep(0.3)
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
            wait_for(lambda: Callback.objects.filter(state="delivered").count() == 60)
            make_endpoint(receiver.url, events=["review.corrected"])
            time.sleep(1.5)
            [heard] = enqueue("result:x", event="review.corrected", now=timezone.now())[:1]
            wait_for(lambda: Callback.objects.get(pk=heard.pk).state == "delivered")

        told = {received.event_id for received in receiver.received}
        # What was sent when its connection was cut is sent again, which receivers see by its id.
        assert len(told) == 61 <= len(receiver.received) <= 61 + 3 * 8

    def test_goes_on_after_a_callback_that_breaks_it(self, make_endpoint, enqueue):
        with receiving() as receiver:
            make_endpoint(receiver.url)
            CallbackEndpoint.objects.update(secret=b"broken")
            make_endpoint(receiver.url)
            enqueue(now=timezone.now())
            call_command("deliver", "--until-empty")

        assert len(receiver.received) == 1
        assert sorted(Callback.objects.values_list("state", flat=True)) == ["delivered", "due"]


class TestABlackHole:
    def test_does_not_delay_the_others(self, make_endpoint, enqueue, settings):
        with receiving() as receiver, talking(silent) as (hole, _connections):
            for _number in range(20):
                make_endpoint(receiver.url)
            alone = self.slowest_of_most(receiver, enqueue)
            make_endpoint(hole)
            beside = self.slowest_of_most(receiver, enqueue)

        print(f"95 % within {alone:.2f} s alone, {beside:.2f} s beside a black hole")
        assert beside <= 2 * alone + 0.3

    def slowest_of_most(self, receiver, enqueue) -> float:
        receiver.received.clear()
        with delivering():
            time.sleep(0.5)
            started = time.time()
            for number in range(20):
                enqueue(f"result:{time.time()}-{number}", now=timezone.now())
            wait_for(lambda: len(receiver.received) >= 400, 30)
        delays = sorted(received.at - started for received in receiver.received)
        return delays[int(0.95 * len(delays))]
