import json
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from config import request_id
from moderation.callbacks.endpoints import change_endpoint
from moderation.callbacks.enqueue import CHANNEL, CallbackTooLarge
from moderation.models import Callback
from tests.factories import make_account, service_of
from tests.moderation.callbacks.conftest import NOW, PAYLOAD


def names(callbacks):
    return sorted(callback.endpoint.name for callback in callbacks)


class TestEnqueue:
    def test_writes_a_row_for_each_endpoint_that_wants_it(self, account, make_endpoint, enqueue):
        comments, nicknames = service_of(account), service_of(account, "nickname_detection")
        make_endpoint(name="all")
        make_endpoint(name="comments", service=comments)
        make_endpoint(name="nicknames", service=nicknames)
        make_endpoint(name="results", events=["result.created"])

        assert names(enqueue(service=comments)) == ["all", "comments"]
        assert names(enqueue(service=nicknames)) == ["all", "nicknames"]
        assert names(enqueue()) == ["all"]
        assert names(enqueue(service=comments, event="result.created")) == ["results"]

    def test_passes_endpoints_that_are_off(self, make_endpoint, enqueue):
        endpoint = make_endpoint().endpoint
        change_endpoint(endpoint=endpoint, changes={"is_enabled": False}, actor=None, now=NOW)

        assert enqueue() == []

    def test_passes_endpoints_of_other_accounts(self, make_endpoint, enqueue):
        make_endpoint(account=make_account("Another"))

        assert enqueue() == []

    def test_costs_the_same_for_one_endpoint_and_for_five(
        self, make_endpoint, enqueue, django_assert_num_queries
    ):
        make_endpoint()
        with django_assert_num_queries(4):
            enqueue()
        for _number in range(4):
            make_endpoint()
        with django_assert_num_queries(4):
            assert len(enqueue()) == 5

    def test_gives_all_rows_of_one_event_one_id(self, make_endpoint, enqueue):
        make_endpoint(), make_endpoint()

        assert len({callback.event_id for callback in enqueue()}) == 1
        assert Callback.objects.values("event_id").distinct().count() == 1

    def test_fixes_the_bytes(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()

        assert json.loads(bytes(callback.body)) == {
            "type": "review.decided",
            "timestamp": "2026-11-21T09:00:00+00:00",
            "data": PAYLOAD,
        }

    def test_keeps_the_request_id(self, make_endpoint, enqueue):
        make_endpoint()
        request_id.bind("0199a6b0-0000-7000-8000-00000000000a")
        try:
            [callback] = enqueue()
        finally:
            request_id.bind("")

        assert callback.request_id == "0199a6b0-0000-7000-8000-00000000000a"

    def test_holds_back_what_is_for_later(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue(not_before=NOW + timedelta(seconds=30))

        assert not Callback.objects.due(NOW).exists()
        assert Callback.objects.due(NOW + timedelta(seconds=30)).get() == callback

    def test_refuses_more_than_sixty_four_kilobytes(self, make_endpoint, enqueue):
        make_endpoint()
        enqueue(payload={"x": "a" * 65_000})

        with pytest.raises(CallbackTooLarge):
            enqueue(payload={"x": "a" * 65_537})


@pytest.mark.django_db(transaction=True)
class TestTheTransaction:
    def test_takes_the_callbacks_with_it(self, make_endpoint, enqueue):
        make_endpoint()
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue()
            raise RuntimeError

        assert not Callback.objects.exists()

    def test_wakes_the_delivery_when_it_commits_and_not_before(self, make_endpoint, enqueue):
        make_endpoint()
        parameters = connection.get_connection_params()
        parameters = {
            name: parameters[name]
            for name in ("dbname", "host", "port", "user", "password")
            if parameters.get(name)
        }
        with psycopg.connect(**parameters, autocommit=True) as listener:
            listener.execute(f"LISTEN {CHANNEL}")
            with transaction.atomic():
                enqueue()
                assert list(listener.notifies(timeout=0.2)) == []
            assert len(list(listener.notifies(timeout=2, stop_after=1))) == 1
