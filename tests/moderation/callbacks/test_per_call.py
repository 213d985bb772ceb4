"""Endpoints that a call brings along, from the API to a receiver that checks the checksum."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from config.errors import PlatformError
from moderation.callbacks.endpoints import (
    EndpointFromCalls,
    change_endpoint,
    pause_endpoint,
    rotate_secret,
)
from moderation.callbacks.per_call import endpoint_for_call, forget_unused
from moderation.callbacks.secrets import secret_from_seed
from moderation.models import Callback, CallbackEndpoint, ModerationTask
from moderation.models.content import ContentType
from tests.factories import make_account
from tests.moderation.callbacks.conftest import NOW, PAYLOAD
from tests.receivers import receiving

URL = "https://client.example/hook"


@pytest.fixture
def ask(account):
    def for_call(url=URL, seed="abc_123", crypt="", **kwargs):
        return endpoint_for_call(
            account=kwargs.get("account", account), url=url, seed=seed, crypt=crypt, now=NOW
        )

    return for_call


class TestAnEndpointForACall:
    def test_is_found_again_by_address_and_seed(self, ask):
        assert ask() == ask(crypt="SHA256")
        assert len({ask().pk, ask(seed="other").pk, ask(url=f"{URL}/2").pk, ask(crypt="SM3").pk}) == 4

    def test_is_each_accounts_own(self, ask):
        assert ask() != ask(account=make_account("Another"))

    def test_keeps_no_readable_seed(self, ask):
        endpoint = ask(seed="abc_123")

        assert b"abc_123" not in bytes(endpoint.secret)
        assert "abc_123" not in endpoint.call_digest

    def test_is_told_nothing_but_what_calls_ask(self, ask, enqueue):
        ask()

        assert enqueue(event="result.created") == []
        assert [callback.endpoint for callback in enqueue(also=[ask()])] == [ask()]

    def test_is_told_once_where_it_is_named_twice(self, ask, enqueue):
        assert len(enqueue(also=[ask(), ask()])) == 1

    @pytest.mark.parametrize(
        "asked, field, code",
        [
            ({"seed": ""}, "seed", "seed_invalid"),
            ({"seed": "a b"}, "seed", "seed_invalid"),
            ({"seed": "a" * 65}, "seed", "seed_invalid"),
            ({"crypt": "MD5"}, "crypt_type", "crypt_type_unknown"),
            ({"url": ""}, "callback", "url_invalid"),
            ({"url": "https://client.example/" + "a" * 500}, "callback", "url_invalid"),
            ({"url": "https://169.254.169.254/"}, "callback", "url_forbidden_address"),
        ],
    )
    def test_is_refused(self, asked, field, code, ask):
        with pytest.raises(PlatformError) as refusal:
            ask(**asked)

        assert (refusal.value.code, refusal.value.field) == (code, field)
        assert not CallbackEndpoint.objects.exists()

    def test_begins_afresh_where_we_had_switched_it_off(self, ask):
        CallbackEndpoint.objects.filter(pk=ask().pk).update(is_enabled=False, disabled_reason="gone")

        assert ask().is_enabled
        assert CallbackEndpoint.objects.get().disabled_reason == ""

    def test_stays_off_where_a_person_switched_it_off(self, ask, enqueue):
        change_endpoint(endpoint=ask(), changes={"is_enabled": False}, actor=None, now=NOW)

        assert not ask().is_enabled
        assert enqueue(also=[ask()]) == []

    def test_can_be_paused_and_not_be_changed(self, ask):
        endpoint = change_endpoint(
            endpoint=ask(), changes={"url": "https://other.example/"}, actor=None, now=NOW
        )

        assert endpoint.url == URL
        assert pause_endpoint(endpoint=endpoint, actor=None, now=NOW).paused_at == NOW
        with pytest.raises(EndpointFromCalls):
            rotate_secret(endpoint=endpoint, actor=None, now=NOW)

    def test_is_forgotten_once_nothing_names_it(self, account, ask, make_endpoint, enqueue):
        make_endpoint()
        used, _unused = ask(seed="used"), ask(seed="unused")
        enqueue(also=[used])
        CallbackEndpoint.objects.update(created_at=NOW - timedelta(days=31))
        ask(seed="new")

        assert forget_unused(now=NOW, kept=timedelta(days=30)) == 1
        assert CallbackEndpoint.objects.filter(is_ad_hoc=True).count() == 2
        assert CallbackEndpoint.objects.filter(pk=used.pk).exists()

    @pytest.mark.django_db(transaction=True)
    def test_is_one_although_calls_cross(self, ask):
        found, together = [], threading.Barrier(4)

        def call():
            try:
                together.wait()
                found.append(ask().pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=call) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1


class TestWhatItReceives:
    @pytest.mark.parametrize("crypt", ["SHA256", "SM3"])
    def test_has_a_checksum_with_the_callers_seed(self, crypt, account, ask, enqueue, send):
        with receiving() as receiver:
            [callback] = enqueue(also=[ask(url=receiver.url, crypt=crypt)], now=timezone.now())
            assert send(callback).is_delivered

        [received] = receiver.received
        form = parse_qs(received.body.decode(), strict_parsing=True)
        [checksum], [content] = form["checksum"], form["content"]
        text = f"{account.uid}abc_123{content}".encode()
        assert checksum == hashlib.new(crypt.lower(), text).hexdigest()
        assert callback.tries.get().signed["checksum"] == checksum
        # The package's verify() goes on to read JSON, which a form is not.
        at = datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), tz=UTC)
        standard = Webhook(secret_from_seed("abc_123")).sign(received.event_id, at, received.body.decode())
        assert received.headers["webhook-signature"] == standard

    def test_goes_on_with_what_people_say_later(self, account, ask, enqueue):
        ModerationTask.objects.create(
            account=account,
            task_id=PAYLOAD["request_id"],
            content_type=ContentType.IMAGE,
            services=["baselineCheck"],
            url="https://img.example.com/1.jpg",
            callback=ask(),
            due_at=NOW,
            created_at=NOW,
        )

        assert [one.endpoint for one in enqueue(event="review.decided")] == [ask()]
        assert enqueue(event="result.created") == []
        assert Callback.objects.count() == 1
