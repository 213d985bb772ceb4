from datetime import timedelta

import pytest

from config.accounts.secrets import decrypt
from config.audit.models import AuditRecord
from config.errors import PlatformError
from moderation.callbacks.endpoints import (
    EndpointInUse,
    EndpointOff,
    change_endpoint,
    delete_endpoint,
    rotate_secret,
    send_test,
)
from moderation.callbacks.replays import ReplayRefused, replay, replay_dead_since
from moderation.callbacks.secrets import secrets_of
from moderation.models import Callback, CallbackEndpoint
from tests.factories import make_account, service_of
from tests.moderation.callbacks.conftest import NOW


def actions():
    return list(
        AuditRecord.objects.filter(subject__startswith="endpoint:")
        .order_by("id")
        .values_list("action", flat=True)
    )


class TestCreate:
    def test_gives_the_secret_this_once_and_keeps_it_encrypted(self, make_endpoint):
        issued = make_endpoint()

        stored = bytes(CallbackEndpoint.objects.get().secret)
        assert issued.secret.encode() not in stored
        assert decrypt(stored) == issued.secret
        assert actions() == ["endpoint.created"]
        assert issued.secret not in AuditRecord.objects.latest("id").body

    @pytest.mark.parametrize(
        "asked, field, code",
        [
            ({"name": ""}, "name", "endpoint_invalid"),
            ({"name": " "}, "name", "endpoint_invalid"),
            ({"name": "x" * 61}, "name", "endpoint_invalid"),
            ({"name": "a\0b"}, "name", "endpoint_invalid"),
            ({"events": []}, "events", "endpoint_invalid"),
            ({"events": ["endpoint.test"]}, "events", "endpoint_invalid"),
            ({"dialect": "xml"}, "dialect", "endpoint_invalid"),
            ({"crypt": "md5"}, "crypt", "endpoint_invalid"),
            ({"url": "https://user@client.example/"}, "url", "url_invalid"),
            ({"url": "https://client.example/" + "a" * 500}, "url", "url_invalid"),
            ({"url": "https://169.254.169.254/"}, "url", "url_forbidden_address"),
        ],
    )
    def test_refuses(self, asked, field, code, make_endpoint):
        with pytest.raises(PlatformError) as refusal:
            make_endpoint(**asked)

        assert (refusal.value.code, refusal.value.field) == (code, field)
        assert not CallbackEndpoint.objects.exists()

    def test_refuses_a_name_twice_but_not_in_two_accounts(self, make_endpoint):
        make_endpoint(name="site")
        make_endpoint(name="site", account=make_account("Another"))

        with pytest.raises(PlatformError, match="Another endpoint"):
            make_endpoint(name=" site ")

    def test_refuses_a_service_of_another_account(self, make_endpoint):
        with pytest.raises(PlatformError) as refusal:
            make_endpoint(service=service_of(make_account("Another")))

        assert refusal.value.field == "service"


class TestChange:
    def test_is_audited_with_before_and_after(self, make_endpoint):
        endpoint = make_endpoint(name="site").endpoint
        change_endpoint(endpoint=endpoint, changes={"name": "shop"}, actor=None, now=NOW)

        assert CallbackEndpoint.objects.get().name == "shop"
        record = AuditRecord.objects.latest("id")
        assert '"name": "site"' in record.body
        assert '"name": "shop"' in record.body

    def test_to_enabled_gives_a_fresh_start(self, make_endpoint):
        endpoint = make_endpoint().endpoint
        CallbackEndpoint.objects.update(
            is_enabled=False, disabled_reason="gone", silences=7, failing_since=NOW, resting_until=NOW
        )
        endpoint = change_endpoint(endpoint=endpoint, changes={"is_enabled": True}, actor=None, now=NOW)

        assert (endpoint.disabled_reason, endpoint.silences) == ("", 0)
        assert (endpoint.failing_since, endpoint.resting_until) == (None, None)


class TestDelete:
    def test_is_for_endpoints_that_were_never_told_anything(self, make_endpoint, enqueue):
        unused, used = make_endpoint(events=["result.created"]).endpoint, make_endpoint().endpoint
        enqueue()
        delete_endpoint(endpoint=unused, actor=None, now=NOW)

        with pytest.raises(EndpointInUse):
            delete_endpoint(endpoint=used, actor=None, now=NOW)
        assert CallbackEndpoint.objects.get() == used


class TestRotate:
    def test_keeps_both_secrets_for_a_day(self, make_endpoint):
        issued = make_endpoint()
        rotated = rotate_secret(endpoint=issued.endpoint, actor=None, now=NOW)

        endpoint = CallbackEndpoint.objects.get()
        assert secrets_of(endpoint=endpoint, now=NOW) == [rotated.secret, issued.secret]
        assert secrets_of(endpoint=endpoint, now=NOW + timedelta(hours=24)) == [rotated.secret]

    def test_twice_ends_the_oldest(self, make_endpoint):
        endpoint = make_endpoint().endpoint
        second = rotate_secret(endpoint=endpoint, actor=None, now=NOW)
        third = rotate_secret(endpoint=endpoint, actor=None, now=NOW)

        live = secrets_of(endpoint=CallbackEndpoint.objects.get(), now=NOW)
        assert live == [third.secret, second.secret]


class TestSendTest:
    @pytest.mark.parametrize("dialect", ["standard", "vendor"])
    def test_writes_a_callback_that_is_due(self, dialect, make_endpoint):
        endpoint = make_endpoint(dialect=dialect).endpoint
        send_test(endpoint=endpoint, actor=None, now=NOW)

        assert Callback.objects.due(NOW).get().event == "endpoint.test"
        assert actions()[-1] == "endpoint.tested"

    def test_is_refused_by_an_endpoint_that_is_off(self, make_endpoint):
        endpoint = make_endpoint().endpoint
        endpoint = change_endpoint(endpoint=endpoint, changes={"is_enabled": False}, actor=None, now=NOW)

        with pytest.raises(EndpointOff):
            send_test(endpoint=endpoint, actor=None, now=NOW)


class TestReplay:
    def test_is_refused_while_the_callback_is_due(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()

        with pytest.raises(ReplayRefused):
            replay(callback=callback, actor=None, now=NOW)

    @pytest.mark.parametrize("state", ["delivered", "dead"])
    def test_makes_a_finished_callback_due(self, state, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()
        Callback.objects.update(state=state, finished_at=NOW, attempts=11, rung=11)
        later = NOW + timedelta(days=4)

        callback = replay(callback=callback, actor=None, now=later)

        assert (callback.state, callback.due_at, callback.finished_at) == ("due", later, None)
        assert (callback.attempts, callback.rung) == (11, 0)
        assert actions()[-1] == "callback.replayed"

    def test_is_refused_for_what_was_taken_back(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()
        Callback.objects.update(state="cancelled", finished_at=NOW)

        with pytest.raises(ReplayRefused):
            replay(callback=callback, actor=None, now=NOW)

    def test_of_all_that_died_since(self, make_endpoint, enqueue):
        endpoint, other = make_endpoint().endpoint, make_endpoint().endpoint
        for hours in range(4):
            enqueue(f"result:{hours}", now=NOW + timedelta(hours=hours))
        Callback.objects.update(state="dead", finished_at=NOW)
        Callback.objects.filter(subject="result:3").update(state="delivered")

        since = NOW + timedelta(hours=1)
        assert replay_dead_since(endpoint=endpoint, since=since, actor=None, now=NOW) == 2
        due = Callback.objects.filter(state="due")
        assert sorted(due.values_list("subject", flat=True)) == ["result:1", "result:2"]
        assert not due.filter(endpoint=other).exists()
