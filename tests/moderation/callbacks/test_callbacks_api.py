"""Endpoints, deliveries and the feed by the REST API."""

import json

import pytest

from config.accounts import authentication, rates
from config.accounts.secrets import decrypt
from moderation.callbacks.per_call import endpoint_for_call
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint, Event, ModerationTask
from tests.factories import make_account, make_key, make_result
from tests.moderation.callbacks.conftest import NOW

V1 = "/api/v1"
NEW = {"name": "site", "url": "https://client.example/hook"}


@pytest.fixture(autouse=True)
def _fresh_keys():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def call(client, account):
    def send(method: str, path: str, body=None, *, of=account, **kwargs):
        token = make_key(of, **kwargs).token
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(V1 + path, headers={"Authorization": f"Bearer {token}"}, **sent)

    return send


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"].get("field")


class TestEndpoints:
    def test_are_made_with_their_secret_told_once(self, call):
        made = call("post", "/callback-endpoints", NEW | {"service": "comment_detection", "levels": ["high"]})

        assert made.status_code == 201
        told = made.json()
        assert decrypt(CallbackEndpoint.objects.get().secret) == told["secret"]
        again = call("get", f"/callback-endpoints/{told['id']}").json()
        assert again == {name: value for name, value in told.items() if name != "secret"}
        assert (again["service"], again["levels"]) == ("comment_detection", ["high"])
        assert call("get", "/callback-endpoints").json() == [again]

    @pytest.mark.parametrize(
        "asked, refused",
        [
            (NEW | {"url": "https://169.254.169.254/"}, (400, "url_forbidden_address", "url")),
            (NEW | {"service": "none"}, (400, "service_unknown", "service")),
            (NEW | {"events": ["x"]}, (400, "endpoint_invalid", "events")),
            (NEW | {"events": ["result.created"], "levels": []}, (400, "endpoint_invalid", "levels")),
            (NEW | {"modes": ["x"]}, (400, "endpoint_invalid", "modes")),
            (NEW | {"colour": "red"}, (400, "invalid", None)),
        ],
    )
    def test_are_refused(self, asked, refused, call):
        assert refusal(call("post", "/callback-endpoints", asked)) == refused

    def test_are_changed_where_something_is_said(self, call, make_endpoint):
        pk = make_endpoint(name="site").endpoint.pk
        changed = call(
            "patch", f"/callback-endpoints/{pk}", {"url": "https://b.example/", "is_enabled": False}
        )

        assert (changed.json()["name"], changed.json()["url"]) == ("site", "https://b.example/")
        assert changed.json()["is_enabled"] is False

    def test_are_rotated_paused_resumed_tried_and_deleted(self, call, make_endpoint):
        issued = make_endpoint()
        address = f"/callback-endpoints/{issued.endpoint.pk}"

        rotated = call("post", f"{address}/rotate").json()
        assert rotated["secret"] != issued.secret
        assert rotated["two_secrets_until"]
        assert call("post", f"{address}/pause").json()["paused_at"]
        assert refusal(call("post", f"{address}/test"))[:2] == (409, "endpoint_off")
        assert call("post", f"{address}/resume").json()["paused_at"] is None
        assert call("post", f"{address}/test").json()["event"] == "endpoint.test"
        assert refusal(call("delete", address))[:2] == (409, "endpoint_in_use")
        Callback.objects.all().delete()
        assert call("delete", address).status_code == 204

    def test_from_calls_are_listed_for_those_who_ask(self, call, account):
        endpoint = endpoint_for_call(account=account, url="https://call.example/", seed="abc", now=NOW)

        assert call("get", "/callback-endpoints").json() == []
        [told] = call("get", "/callback-endpoints?from_calls=true").json()
        assert (told["id"], told["from_calls"]) == (endpoint.pk, True)
        assert refusal(call("post", f"/callback-endpoints/{endpoint.pk}/rotate"))[1] == "endpoint_from_calls"

    def test_need_their_scopes(self, call, make_endpoint):
        pk = make_endpoint().endpoint.pk

        assert call("get", "/callback-endpoints", scopes=["callbacks:read"]).status_code == 200
        assert call("post", "/callback-endpoints", NEW, scopes=["callbacks:read"]).status_code == 403
        assert call("post", f"/callback-endpoints/{pk}/pause", scopes=["callbacks:read"]).status_code == 403
        assert call("get", "/deliveries", scopes=["events:read"]).status_code == 403
        assert call("get", "/events", scopes=["callbacks:read"]).status_code == 403

    def test_of_another_account_are_not_there(self, call, make_endpoint):
        pk = make_endpoint(account=make_account("Another")).endpoint.pk

        assert call("get", f"/callback-endpoints/{pk}").status_code == 404
        assert call("post", f"/callback-endpoints/{pk}/rotate").status_code == 404


class TestDeliveries:
    @pytest.fixture
    def three(self, make_endpoint, enqueue):
        make_endpoint()
        made = [enqueue(f"result:{number}", payload={"data_id": f"d{number}"})[0] for number in range(3)]
        Callback.objects.filter(pk__in=[one.pk for one in made[:2]]).update(state="dead", finished_at=NOW)
        return made

    def test_are_listed_newest_first_by_pages(self, call, three):
        first = call("get", "/deliveries?limit=2").json()
        assert [one["data_id"] for one in first["deliveries"]] == ["d2", "d1"]
        rest = call("get", f"/deliveries?limit=2&cursor={first['next']}").json()
        assert ([one["data_id"] for one in rest["deliveries"]], rest["next"]) == (["d0"], None)

    def test_are_found(self, call, three):
        for query, found in (
            ("state=dead", 2),
            ("state=dead,due", 3),
            ("data_id=d1", 1),
            (f"event_id={three[0].event_id}", 1),
            (f"endpoint={three[0].endpoint_id}", 3),
            ("event=result.created", 0),
            ("from=2026-11-22", 0),
        ):
            assert len(call("get", f"/deliveries?{query}").json()["deliveries"]) == found, query
        assert refusal(call("get", "/deliveries?state=x")) == (400, "filter_invalid", "state")
        assert refusal(call("get", "/deliveries?endpoint=x")) == (400, "filter_invalid", "endpoint")

    def test_have_their_body_and_what_was_signed(self, call, three):
        callback = three[0]
        CallbackAttempt.objects.create(
            account=callback.account,
            callback=callback,
            number=1,
            started_at=NOW,
            took_ms=7,
            status=500,
            signed={"webhook-signature": "v1,abc"},
        )
        told = call("get", f"/deliveries/{callback.pk}").json()

        assert json.loads(told["body"])["data"] == {"data_id": "d0"}
        [tried] = told["tries"]
        assert tried["headers"] == {"Content-Type": "application/json", "webhook-signature": "v1,abc"}

    def test_are_sent_again_one_by_one(self, call, three):
        assert call("post", f"/deliveries/{three[0].pk}/replay").json()["state"] == "due"
        assert refusal(call("post", f"/deliveries/{three[0].pk}/replay"))[:2] == (409, "replay_refused")

    def test_are_counted_and_then_sent_again(self, call, three):
        asked = {"state": "dead", "since": "2026-11-21"}

        assert call("post", "/deliveries/replay", asked | {"dry_run": True}).json() == {
            "count": 2,
            "dry_run": True,
        }
        assert Callback.objects.filter(state="due").count() == 1
        assert call("post", "/deliveries/replay", asked).json()["count"] == 2
        assert Callback.objects.filter(state="due").count() == 3

    def test_are_not_sent_again_by_a_filter_that_cannot_be_read(self, call, three):
        assert call("post", "/deliveries/replay", {"since": "yesterday"}).status_code == 400
        assert call("post", "/deliveries/replay", {"from": "2026-11-21"}).status_code == 400
        assert Callback.objects.filter(state="due").count() == 1


@pytest.mark.django_db(transaction=True)
class TestEvents:
    def test_are_read_on_from_the_last_answer(self, call, account, make_endpoint):
        make_endpoint(events=["result.created"])
        for number in range(3):
            make_result(account, data_id=f"d{number}")

        first = call("get", "/events?limit=2").json()
        assert [event["data"]["data_id"] for event in first["events"]] == ["d0", "d1"]
        assert first["has_more"]
        rest = call("get", f"/events?after={first['next']}").json()
        assert [event["data"]["data_id"] for event in rest["events"]] == ["d2"]
        assert not rest["has_more"]
        over = call("get", f"/events?after={rest['next']}").json()
        assert over == {"events": [], "next": rest["next"], "has_more": False}

    def test_say_what_a_callback_says(self, call, account, make_endpoint):
        make_endpoint(events=["result.created"])
        make_result(account)

        callback = Callback.objects.get()
        [event] = call("get", "/events").json()["events"]
        assert event == {"id": callback.event_id} | json.loads(bytes(callback.body))

    def test_of_another_account_are_not_told(self, call, account, make_endpoint):
        another = make_account("Another")
        make_endpoint(account=another, events=["result.created"])
        make_result(another)

        assert call("get", "/events").json() == {"events": [], "next": None, "has_more": False}
        assert Event.objects.count() == 1

    @pytest.mark.parametrize("after", ["x", "!!", "MTIz", "LTEuLTE", "8J+YgA"])
    def test_refuse_a_place_that_is_none(self, after, call):
        assert refusal(call("get", f"/events?after={after}")) == (400, "cursor_invalid", "after")


class TestACallWithACallback:
    ASKED = {"service": "baselineCheck", "url": "https://img.example.com/1.jpg"}

    def test_is_kept_with_its_task(self, call):
        asked = self.ASKED | {"callback": "https://client.example/x", "seed": "abc", "crypt_type": "SM3"}
        answer = call("post", "/images/tasks", asked)

        assert answer.status_code == 202
        endpoint = ModerationTask.objects.get().callback
        assert (endpoint.url, endpoint.crypt, endpoint.dialect) == (asked["callback"], "sm3", "vendor")

    @pytest.mark.parametrize(
        "asked, refused",
        [
            ({"callback": "https://client.example/x"}, (400, "seed_invalid", "seed")),
            ({"seed": "abc"}, (400, "url_invalid", "callback")),
            (
                {"callback": "https://client.example/x", "seed": "a", "crypt_type": "MD5"},
                (400, "crypt_type_unknown", "crypt_type"),
            ),
        ],
    )
    def test_is_refused_at_once(self, asked, refused, call):
        assert refusal(call("post", "/images/tasks", self.ASKED | asked)) == refused
        assert not ModerationTask.objects.exists()
