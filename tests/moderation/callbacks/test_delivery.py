"""Attempts at real receivers, and what is written down of them."""

import hashlib
import json
import uuid
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from config.audit.models import AuditRecord
from moderation.callbacks import delivery
from moderation.callbacks.delivery import deliver
from moderation.callbacks.endpoints import change_endpoint, rotate_secret
from moderation.callbacks.ladder import MOST_ATTEMPTS
from moderation.callbacks.leasing import lease
from moderation.callbacks.replays import replay
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint
from tests.moderation.callbacks.conftest import NOW
from tests.receivers import Reply, receiving, silent, talking


@pytest.fixture
def told(make_endpoint, enqueue):
    """A callback to an endpoint at `url`, written just now."""

    def make(url, **kwargs):
        issued = make_endpoint(url, **kwargs)
        [callback] = [made for made in enqueue(now=timezone.now()) if made.endpoint == issued.endpoint]
        return callback, issued.secret

    return make


def last_try(callback) -> CallbackAttempt:
    return CallbackAttempt.objects.filter(callback=callback).order_by("-number").first()


class TestADelivery:
    def test_is_signed_as_the_receivers_library_expects(self, told, send):
        with receiving() as receiver:
            callback, secret = told(receiver.url)
            assert send(callback).is_delivered

        [received] = receiver.received
        event = Webhook(secret).verify(received.body, received.headers)
        assert event["type"] == "review.decided"
        assert received.event_id == callback.event_id
        assert received.headers["content-type"] == "application/json"

    def test_ends_the_callback_and_is_written_down(self, told, send):
        with receiving(Reply(202, body=b"taken")) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)

        assert callback.state == "delivered"
        assert callback.finished_at is not None
        assert callback.lease_token is None
        tried = last_try(callback)
        assert (tried.number, tried.status, tried.error_code) == (1, 202, "")
        assert (tried.response_excerpt, tried.address) == ("taken", "127.0.0.1")

    def test_carries_the_request_id(self, told, send):
        with receiving() as receiver:
            callback, _secret = told(receiver.url)
            Callback.objects.update(request_id="0199a6b0-0000-7000-8000-00000000000a")
            send(callback)

        assert receiver.received[0].headers["x-request-id"] == "0199a6b0-0000-7000-8000-00000000000a"

    def test_keeps_two_thousand_bytes_of_the_answer(self, told, send):
        with receiving(Reply(500, body=b"\0" + "名".encode() * 5000)) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)

        assert len(last_try(callback).response_excerpt) < 700


class TestTheVendorsDialect:
    @pytest.mark.parametrize("crypt", ["sha256", "sm3"])
    def test_is_a_form_with_checksum_and_content(self, crypt, account, told, send):
        with receiving() as receiver:
            callback, seed = told(receiver.url, dialect="vendor", crypt=crypt)
            assert send(callback).is_delivered

        [received] = receiver.received
        form = {name: values[0] for name, values in parse_qs(received.body.decode()).items()}
        text = account.uid + seed + form["content"]
        assert form["checksum"] == hashlib.new(crypt, text.encode()).hexdigest()
        assert json.loads(form["content"])["humanAuditResult"]["suggestion"] == "block"
        assert received.headers["content-type"] == "application/x-www-form-urlencoded"
        Webhook(seed).verify(received.body, received.headers, json_parse=False)

    def test_counts_200_alone_as_received(self, told, send):
        with receiving(Reply(204, body=b"")) as receiver:
            callback, _seed = told(receiver.url, dialect="vendor")
            assert not send(callback).is_delivered

        assert callback.state == "due"

    def test_keeps_the_old_seed_while_the_receiver_learns_the_new_one(self, account, told, send):
        with receiving() as receiver:
            callback, old = told(receiver.url, dialect="vendor")
            new = rotate_secret(endpoint=callback.endpoint, actor=None, now=timezone.now()).secret
            send(callback)
            CallbackEndpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
            replay(callback=callback, actor=None, now=timezone.now())
            send(callback)

        for received, seed in zip(receiver.received, [old, new], strict=True):
            form = {name: values[0] for name, values in parse_qs(received.body.decode()).items()}
            text = account.uid + seed + form["content"]
            assert form["checksum"] == hashlib.sha256(text.encode()).hexdigest()
            Webhook(new).verify(received.body, received.headers, json_parse=False)

    def test_stays_that_of_the_time_of_writing(self, told, send):
        with receiving() as receiver:
            callback, _seed = told(receiver.url)
            change_endpoint(endpoint=callback.endpoint, changes={"dialect": "vendor"}, actor=None, now=NOW)
            send(callback)

        assert json.loads(receiver.received[0].body)["type"] == "review.decided"


class TestRotation:
    def test_signs_with_both_secrets_for_a_day(self, told, send):
        with receiving() as receiver:
            callback, old = told(receiver.url)
            new = rotate_secret(endpoint=callback.endpoint, actor=None, now=timezone.now()).secret
            send(callback)
            CallbackEndpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
            replay(callback=callback, actor=None, now=timezone.now())
            send(callback)

        during, after = receiver.received
        Webhook(old).verify(during.body, during.headers)
        Webhook(new).verify(during.body, during.headers)
        Webhook(new).verify(after.body, after.headers)
        assert len(during.headers["webhook-signature"].split()) == 2
        assert len(after.headers["webhook-signature"].split()) == 1


class TestAFailure:
    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
    def test_leaves_the_callback_due(self, status, told, send):
        with receiving(Reply(status, {"Location": "https://elsewhere.example/"})) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)

        assert (callback.state, callback.lease_token) == ("due", None)
        assert timedelta(seconds=3) < callback.due_at - timezone.now() <= timedelta(seconds=6)
        assert (last_try(callback).status, last_try(callback).error_code) == (status, "answer_refused")
        assert len(receiver.received) == 1

    def test_waits_as_long_as_the_receiver_asks(self, told, send):
        with receiving(Reply(503, {"Retry-After": "300"})) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)

        assert abs(callback.due_at - timezone.now() - timedelta(seconds=300)) < timedelta(seconds=5)

    def test_of_a_silent_receiver_names_the_time_out(self, told, send, settings):
        settings.ASSAY_CALLBACK_SECONDS = 1
        with talking(silent) as (url, _connections):
            callback, _secret = told(url)
            send(callback)

        tried = last_try(callback)
        assert (tried.status, tried.error_code, tried.address) == (None, "url_timeout", "127.0.0.1")

    def test_of_an_address_that_may_not_be_called_any_more(self, told, send, settings):
        with receiving() as receiver:
            callback, _secret = told(receiver.url)
            settings.ASSAY_OUTBOUND_ALLOW = []
            send(callback)

        assert last_try(callback).error_code == "url_forbidden_address"
        assert receiver.received == []

    def test_of_our_own_is_written_down_too(self, told, send):
        callback, _secret = told("http://127.0.0.1:9/")
        CallbackEndpoint.objects.update(secret=b"not encrypted with a key of ours")
        send(callback)

        assert last_try(callback).error_code == "server_fault"
        assert callback.state == "due"

    def test_repeats_the_same_id_and_bytes_at_a_fresh_time(self, told, send):
        with receiving(Reply(500)) as receiver:
            callback, secret = told(receiver.url)
            for _number in range(3):
                send(callback)

        assert len({received.event_id for received in receiver.received}) == 1
        assert len({received.body for received in receiver.received}) == 1
        for received in receiver.received:
            Webhook(secret).verify(received.body, received.headers)

    def test_ends_with_the_ladder_and_can_be_replayed(self, told, send):
        with receiving(Reply(500)) as receiver:
            callback, _secret = told(receiver.url)
            for number in range(1, MOST_ATTEMPTS + 1):
                assert callback.state == "due"
                send(callback)
                assert last_try(callback).number == number
            assert callback.state == "dead"

            receiver.answer = Reply(200)
            callback = replay(callback=callback, actor=None, now=timezone.now())
            assert (callback.state, callback.rung) == ("due", 0)
            send(callback)

        assert callback.state == "delivered"
        assert last_try(callback).number == MOST_ATTEMPTS + 1
        assert len({received.body for received in receiver.received}) == 1


class TestHealth:
    def test_of_a_receiver_that_is_gone(self, told, send):
        with receiving(Reply(410)) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)

        endpoint = CallbackEndpoint.objects.get()
        assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "gone")
        assert callback.state == "dead"
        assert AuditRecord.objects.filter(action="endpoint.disabled").count() == 1

    def test_of_one_that_fails_for_five_days(self, told, send):
        with receiving(Reply(500)) as receiver:
            callback, _secret = told(receiver.url)
            CallbackEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=4, hours=23))
            send(callback)
            assert CallbackEndpoint.objects.get().is_enabled
            CallbackEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=5, hours=1))
            send(callback)

        endpoint = CallbackEndpoint.objects.get()
        assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "failing")
        assert callback.state == "due"

    def test_of_one_that_fails_now_and_then(self, told, send):
        with receiving(Reply(500)) as receiver:
            callback, _secret = told(receiver.url)
            send(callback)
            assert CallbackEndpoint.objects.get().failing_since is not None
            receiver.answer = Reply(200)
            send(callback)

        assert CallbackEndpoint.objects.get().failing_since is None

    def test_of_one_that_is_silent_is_to_rest(self, told, send, settings):
        settings.ASSAY_CALLBACK_SECONDS = 1
        with talking(silent) as (url, _connections):
            callback, _secret = told(url)
            for _number in range(3):
                assert CallbackEndpoint.objects.get().resting_until is None
                send(callback)

        endpoint = CallbackEndpoint.objects.get()
        assert endpoint.silences == 3
        assert endpoint.resting_until > timezone.now()

    def test_of_one_that_answers_again_is_good_at_once(self, told, send):
        with receiving() as receiver:
            callback, _secret = told(receiver.url)
            CallbackEndpoint.objects.update(silences=9, failing_since=NOW)
            send(callback)

        endpoint = CallbackEndpoint.objects.get()
        assert (endpoint.silences, endpoint.resting_until, endpoint.failing_since) == (0, None, None)


class TestACrash:
    def test_between_lease_and_finish_repeats_the_same_message(self, told, send):
        with receiving() as receiver:
            callback, _secret = told(receiver.url)
            token = uuid.uuid4()
            lease(count=1, now=timezone.now(), token=token)
            callback.refresh_from_db()
            assert delivery.attempt(callback, timezone.now()).is_delivered
            # Here the process dies, and another one comes when the lease has ended.
            send(callback, now=callback.lease_until + timedelta(seconds=1))

        first, second = receiver.received
        assert (first.event_id, first.body) == (second.event_id, second.body)
        assert (callback.state, callback.attempts) == ("delivered", 2)

    def test_survived_by_a_slow_process_lets_only_one_write(self, told):
        with receiving() as receiver:
            callback, _secret = told(receiver.url)
            slow, quick = uuid.uuid4(), uuid.uuid4()
            lease(count=1, now=timezone.now(), token=slow)
            callback.refresh_from_db()
            late = lease(count=1, now=callback.lease_until + timedelta(seconds=1), token=quick)
            assert late == [callback.pk]

            assert deliver(callback_id=callback.pk, token=slow) is None
            assert deliver(callback_id=callback.pk, token=quick).is_delivered
            outcome = delivery.Outcome(False, error_code="url_timeout")
            stale = {"callback": callback, "outcome": outcome, "started": NOW, "now": timezone.now()}
            assert not delivery.finish(**stale)

        callback.refresh_from_db()
        assert callback.state == "delivered"
        assert CallbackAttempt.objects.count() == 1
