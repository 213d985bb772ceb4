"""Calls that were refused or failed: counted for the account that made them, however many they are."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from config import refused_calls
from config.accounts import authentication, rates, revisions
from stats.models import RefusalCounter, RefusalDelta
from stats.operations import fold_refusals
from stats.periods import DAY, MONTH, Period
from stats.reads import RefusalCount, refusals, refusals_by_step, today_in, zone_of
from stats.refusals import AT_ONCE, tally
from tests.factories import NOW, make_account, make_key, service_of
from tests.ground.live import wait_until

PATH = "/api/v1/texts/moderations"
GOOD = {"service": "comment_detection", "content": "The library opens at nine."}


@pytest.fixture(autouse=True)
def _forget_what_the_process_knows():
    authentication._known.clear()
    rates._lots.clear()
    tally.written.clear()


class Caller:
    def __init__(self, **key):
        self.account = make_account()
        self.token = make_key(self.account, **key).token
        self.client = Client(raise_request_exception=False)

    def post(self, body, path=PATH):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(path, body, content_type="application/json", headers=headers)

    @property
    def refused(self):
        return refusals(account=self.account, period=these_days())


def these_days():
    """Refused calls count when they are made."""
    today = timezone.now().date()
    return Period(DAY, today - timedelta(days=2), today + timedelta(days=2))


@pytest.fixture
def caller(db):
    return Caller()


def append(account, *, status=400, code="invalid", service=None, calls=1, at=NOW):
    return RefusalDelta.objects.create(
        account=account, service=service, status=status, code=code, calls=calls, at=at
    )


class TestCounting:
    def test_a_refused_call_counts_with_its_answer_and_service(self, caller):
        assert caller.post({"service": "comment_detection", "content": " "}).status_code == 400

        assert caller.refused == [RefusalCount("content_missing", 400, 1)]
        assert RefusalDelta.objects.get().service == service_of(caller.account)

    def test_what_went_well_does_not_count(self, caller):
        assert caller.post(GOOD).status_code == 200

        assert caller.refused == []

    def test_a_failure_of_ours_counts(self, caller):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE moderation_moderationresult RENAME TO out_of_reach")

        assert caller.post(GOOD).status_code == 500

        assert caller.refused == [RefusalCount("server_fault", 500, 1)]
        assert RefusalDelta.objects.get().service == service_of(caller.account)

    @pytest.mark.parametrize("service", ["no_such_service", "x" * 5000, "\0", 7, ["comment_detection"], {}])
    def test_a_service_that_is_none_is_not_kept(self, caller, service):
        assert caller.post(GOOD | {"service": service}).status_code == 400

        assert RefusalDelta.objects.get().service is None

    @pytest.mark.parametrize("body", ["[]", "7", "no JSON", '{"service": '])
    def test_a_body_that_is_none_counts(self, caller, body):
        assert caller.post(body).status_code == 400

        assert [one.status for one in caller.refused] == [400]

    def test_one_of_several_services_is_as_none(self, caller):
        address = {"url": "no address"}
        for services in (["baselineCheck"], ["baselineCheck", "profilePhotoCheck"]):
            assert (
                caller.post(address | {"services": services}, "/api/v1/images/moderations").status_code == 400
            )

        assert [one.service and one.service.code for one in RefusalDelta.objects.order_by("id")] == [
            "baselineCheck",
            None,
        ]

    def test_who_is_not_known_counts_for_nobody(self, caller):
        caller.token = "prefix_of-nobody"

        assert caller.post(GOOD).status_code == 401

        assert not RefusalDelta.objects.exists()

    def test_a_count_that_fails_changes_nothing_about_the_answer(self, caller):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE stats_refusaldelta ADD CONSTRAINT none CHECK (calls < 0) NOT VALID")

        answer = caller.post({"service": "comment_detection", "content": " "})

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "content_missing")
        tally.waiting.clear()


@pytest.mark.django_db(transaction=True)
class TestFloods:
    def test_of_refused_calls_each_counts_and_few_rows_are_written(self):
        caller, calls, began = Caller(calls_per_minute=3), 400, time.monotonic()
        statuses = [caller.post(GOOD).status_code for _number in range(calls)]

        refused = statuses.count(429)
        wait_until(lambda: sum(one.count for one in caller.refused) == refused, "all are written", seconds=20)
        assert refused >= calls - 6
        assert caller.refused == [RefusalCount("rate_limited", 429, refused)]
        assert RefusalDelta.objects.count() <= rows_allowed(began)

    def test_from_many_threads_at_once_each_counts(self):
        account = make_account()
        caller = authentication.Caller(make_key(account).key, revisions.read(account.pk), frozenset())
        call = refused_calls.RefusedCall(caller, "", 429, "rate_limited", timezone.now())

        def flood():
            for _number in range(2000):
                refused_calls.listeners[0](call)
            connection.close()

        began = time.monotonic()
        threads = [threading.Thread(target=flood) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        wait_until(lambda: sum_of(account) == 8000, "all are written", seconds=20)
        assert RefusalDelta.objects.count() <= rows_allowed(began)

    def test_what_could_not_be_written_is_written_when_the_table_is_back(self):
        caller = Caller()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE stats_refusaldelta RENAME TO out_of_reach")
        try:
            for _number in range(5):
                assert caller.post({"service": "comment_detection", "content": " "}).status_code == 400
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE out_of_reach RENAME TO stats_refusaldelta")

        wait_until(lambda: sum_of(caller.account) == 5, "all are written", seconds=20)


def rows_allowed(began: float) -> float:
    """In each second some at once and one for the rest, which is two where a minute ends."""
    return (AT_ONCE + 2) * (time.monotonic() - began + 2)


def sum_of(account) -> int:
    return sum(RefusalDelta.objects.owned_by(account).values_list("calls", flat=True))


class TestFold:
    def test_sums_stay_the_same(self, db):
        account = make_account()
        service = service_of(account)
        append(account, service=service, code="content_missing")
        append(account, service=service, code="content_missing", calls=4)
        append(account, status=429, code="rate_limited", calls=10)
        append(account, status=429, code="rate_limited", calls=1)
        period = Period(DAY, NOW.date(), NOW.date())
        before = refusals(account=account, period=period)

        assert fold_refusals(now=NOW) == 4
        assert not RefusalDelta.objects.exists()
        assert RefusalCounter.objects.count() == 2
        assert before == refusals(account=account, period=period)
        assert before == [RefusalCount("rate_limited", 429, 11), RefusalCount("content_missing", 400, 5)]
        append(account, status=429, code="rate_limited")
        fold_refusals(now=NOW)
        assert RefusalCounter.objects.get(code="rate_limited").calls == 12

    def test_what_nobody_owns_any_more_is_dropped(self, db):
        RefusalDelta.objects.create(account_id=0, status=400, code="invalid", calls=1, at=NOW)

        assert fold_refusals(now=NOW) == 1
        assert not RefusalDelta.objects.exists() and not RefusalCounter.objects.exists()


class TestReading:
    def test_is_narrowed_to_services(self, db):
        account = make_account()
        service = service_of(account)
        append(account, service=service, code="content_missing")
        append(account, code="rate_limited", status=429)
        fold_refusals(now=NOW)
        append(account, service=service_of(account, "chat_detection"), code="content_missing")

        period = Period(DAY, NOW.date(), NOW.date())
        assert refusals(account=account, period=period, services=[service]) == [
            RefusalCount("content_missing", 400, 1)
        ]

    def test_is_by_day_of_the_account_s_clock(self, db):
        account = make_account()
        account.time_zone = "Asia/Kathmandu"
        account.save()
        period = Period(DAY, NOW.date(), NOW.date())
        starts_at, ends_at = period.moments(zone_of(account))
        for at in (starts_at - timedelta(seconds=1), starts_at, ends_at - timedelta(seconds=1), ends_at):
            append(account, at=at)
        for folds in (False, True):
            if folds:
                fold_refusals(now=NOW)
            assert refusals(account=account, period=period) == [RefusalCount("invalid", 400, 2)]

    def test_by_step_names_statuses(self, db):
        account = make_account()
        append(account)
        append(account, status=429, code="rate_limited", calls=3)
        append(account, at=NOW - timedelta(days=1))
        today = today_in(account, NOW)
        days = Period(DAY, today - timedelta(days=6), today)

        assert refusals_by_step(account=account, period=days) == {
            today - timedelta(days=1): {400: 1},
            today: {400: 1, 429: 3},
        }
        months = Period(MONTH, today.replace(day=1), today.replace(day=30))
        assert refusals_by_step(account=account, period=months) == {today.replace(day=1): {400: 2, 429: 3}}

    def test_of_another_account_is_not_told(self, db):
        append(make_account())

        assert refusals(account=make_account(), period=Period(DAY, NOW.date(), NOW.date())) == []
