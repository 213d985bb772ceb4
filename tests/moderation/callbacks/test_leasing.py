import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from moderation.callbacks.endpoints import change_endpoint
from moderation.callbacks.ladder import MOST_ATTEMPTS
from moderation.callbacks.leasing import bury, lease, lease_seconds
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint
from tests.moderation.callbacks.conftest import NOW


def take(count=8, *, now=NOW, spare=0):
    return lease(count=count, spare=spare, now=now, token=uuid.uuid4())


def finished(*callback_ids):
    Callback.objects.filter(pk__in=callback_ids).update(
        state="delivered", finished_at=NOW, lease_until=None, lease_token=None
    )


class TestLease:
    def test_counts_the_attempt_before_it_is_made(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()

        assert take() == [callback.pk]
        callback.refresh_from_db()
        assert (callback.attempts, callback.rung) == (1, 1)
        assert callback.lease_until == NOW + timedelta(seconds=lease_seconds())

    def test_gives_a_callback_to_one_process_only(self, make_endpoint, enqueue):
        make_endpoint()
        enqueue()

        assert len(take()) == 1
        assert take() == []

    def test_gives_it_again_when_the_lease_has_ended(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()
        take()

        assert take(now=NOW + timedelta(seconds=lease_seconds())) == []
        assert take(now=NOW + timedelta(seconds=lease_seconds() + 1)) == [callback.pk]

    def test_leaves_what_is_due_later(self, make_endpoint, enqueue):
        make_endpoint()
        enqueue(not_before=NOW + timedelta(seconds=1))

        assert take() == []

    def test_leaves_endpoints_that_are_off(self, make_endpoint, enqueue):
        endpoint = make_endpoint().endpoint
        enqueue()
        change_endpoint(endpoint=endpoint, changes={"is_enabled": False}, actor=None, now=NOW)

        assert take() == []

    def test_takes_the_eldest_first(self, make_endpoint, enqueue):
        make_endpoint()
        for number in range(4):
            enqueue(f"result:{number}", now=NOW - timedelta(seconds=number))

        assert [Callback.objects.get(pk=take(1)[0]).subject for _number in range(4)] == [
            "result:3",
            "result:2",
            "result:1",
            "result:0",
        ]


class TestOrder:
    def test_a_callback_waits_for_its_elder_of_the_same_subject(self, make_endpoint, enqueue):
        make_endpoint()
        [first], [second] = enqueue("result:1"), enqueue("result:1")

        assert take() == [first.pk]
        assert take() == []
        finished(first.pk)
        assert take() == [second.pk]

    def test_also_while_the_elder_climbs_the_ladder(self, make_endpoint, enqueue):
        make_endpoint()
        [first], [second] = enqueue("result:1"), enqueue("result:1")
        Callback.objects.filter(pk=first.pk).update(due_at=NOW + timedelta(hours=2))

        assert take() == []
        Callback.objects.filter(pk=first.pk).update(state="dead", finished_at=NOW)
        assert take() == [second.pk]

    def test_other_subjects_and_other_endpoints_do_not_wait(self, make_endpoint, enqueue):
        slow, fast = make_endpoint().endpoint, make_endpoint().endpoint
        enqueue("result:1")
        Callback.objects.filter(endpoint=slow).update(due_at=NOW + timedelta(hours=2))
        enqueue("result:1"), enqueue("result:2")

        taken = Callback.objects.filter(pk__in=take()).values_list("endpoint", "subject")
        assert sorted(taken) == sorted([(slow.pk, "result:2"), (fast.pk, "result:1"), (fast.pk, "result:2")])


class TestFairness:
    def test_an_endpoint_has_no_more_than_four_under_way(self, make_endpoint, enqueue):
        make_endpoint()
        for number in range(10):
            enqueue(f"result:{number}")

        assert len(take(8)) == 4
        assert take(8) == []

    def test_a_backlog_of_one_does_not_hide_the_others(self, make_endpoint, enqueue):
        busy = make_endpoint(events=["result.created"]).endpoint
        for number in range(600):
            enqueue(f"result:{number}", event="result.created", now=NOW - timedelta(hours=1))
        others = [make_endpoint(events=["review.decided"]).endpoint.pk for _number in range(6)]
        enqueue("result:1")

        taken = list(Callback.objects.filter(pk__in=take(8)).values_list("endpoint", flat=True))
        assert set(others) < set(taken)
        assert taken.count(busy.pk) == 2

    def test_the_last_threads_are_for_those_with_nothing_under_way(self, make_endpoint, enqueue):
        make_endpoint(events=["result.created"])
        for number in range(4):
            enqueue(f"result:{number}", event="result.created")
        assert len(take(1)) == 1

        assert take(2, spare=2) == []
        newcomer = make_endpoint(events=["review.decided"]).endpoint
        enqueue("result:9")
        [taken] = take(2, spare=2)
        assert Callback.objects.get(pk=taken).endpoint == newcomer

    def test_a_silent_endpoint_has_one_under_way(self, make_endpoint, enqueue):
        endpoint = make_endpoint().endpoint
        for number in range(4):
            enqueue(f"result:{number}")
        CallbackEndpoint.objects.filter(pk=endpoint.pk).update(silences=3)

        assert len(take(8)) == 1

    def test_a_resting_endpoint_has_none(self, make_endpoint, enqueue):
        endpoint = make_endpoint().endpoint
        enqueue()
        CallbackEndpoint.objects.filter(pk=endpoint.pk).update(resting_until=NOW + timedelta(seconds=5))

        assert take() == []
        assert len(take(now=NOW + timedelta(seconds=5))) == 1

    def test_stays_quick_beside_a_backlog_of_a_hundred_thousand(self, account, make_endpoint, enqueue):
        make_endpoint(events=["result.created"])
        [pattern] = enqueue(event="result.created")
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO moderation_callback (account_id, event_id, endpoint_id, event, subject,
                       dialect, body, data_id, request_id, state, attempts, rung, due_at, created_at)
                   SELECT account_id, 'evt_' || n, endpoint_id, event, 'result:' || n, dialect, body, '', '',
                       'due', 0, 0, due_at, created_at
                   FROM moderation_callback, generate_series(1, 100000) n WHERE id = %s""",
                [pattern.pk],
            )
            cursor.execute("ANALYZE moderation_callback")
        make_endpoint(events=["review.decided"])
        enqueue("result:9")

        took = []
        for expected in (5, 0, 0):
            started = time.perf_counter()
            assert len(take()) == expected
            took.append(time.perf_counter() - started)
        assert min(took) < 0.02


class TestBury:
    def test_gives_up_what_its_process_died_over_every_time(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()
        now = NOW
        for _attempt in range(MOST_ATTEMPTS):
            assert take(now=now) == [callback.pk]
            assert bury(now=now) == []
            now += timedelta(seconds=lease_seconds() + 1)

        assert take(now=now) == []
        assert bury(now=now) == [callback.pk]
        callback.refresh_from_db()
        assert (callback.state, callback.attempts) == ("dead", MOST_ATTEMPTS)
        assert CallbackAttempt.objects.get().error_code == "attempt_lost"

    def test_leaves_leases_that_last(self, make_endpoint, enqueue):
        make_endpoint()
        enqueue()
        take()
        Callback.objects.update(rung=MOST_ATTEMPTS)

        assert bury(now=NOW) == []


@pytest.mark.django_db
def test_a_lease_needs_its_token(make_endpoint, enqueue):
    make_endpoint()
    enqueue()
    with pytest.raises(Exception, match="a_lease_has_its_token"):
        Callback.objects.update(lease_until=NOW)


class TestABlackHole:
    """One of fifty endpoints takes every request and never answers; what it was given is never finished."""

    THREADS, SPARE = 8, 2

    def test_keeps_no_other_waiting(self, make_endpoint, enqueue, account):
        hole = make_endpoint(events=["task.failed"]).endpoint
        others = [make_endpoint(events=["task.failed"]).endpoint for _number in range(49)]
        for number in range(40):
            enqueue(f"hole:{number}", also=[hole], now=NOW - timedelta(minutes=5))
        for endpoint in others:
            for number in range(2):
                enqueue(f"other:{number}", also=[endpoint])

        held, rounds = [], 0
        while Callback.objects.filter(state="due", endpoint__in=others).exists():
            free = self.THREADS - len(held)
            assert free >= self.SPARE
            taken = Callback.objects.filter(pk__in=take(free, spare=self.SPARE)).values_list("pk", "endpoint")
            held += [pk for pk, endpoint in taken if endpoint == hole.pk]
            finished(*[pk for pk, endpoint in taken if endpoint != hole.pk])
            rounds += 1
            assert len(held) <= 4
            assert rounds < 98 / (self.THREADS - 4 - self.SPARE) + 4

        assert len(held) <= 4

    def test_is_given_one_at_a_time_once_it_was_silent(self, make_endpoint, enqueue):
        hole = make_endpoint().endpoint
        for number in range(40):
            enqueue(f"hole:{number}")
        CallbackEndpoint.objects.filter(pk=hole.pk).update(silences=3)

        assert len(take(self.THREADS, spare=self.SPARE)) == 1
        assert take(self.THREADS - 1, spare=self.SPARE) == []
