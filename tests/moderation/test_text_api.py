import json
from uuid import UUID

import pytest

from config.accounts import authentication, rates
from moderation.models import ModerationResult
from review.operations.decisions import decide
from tests.factories import NOW, RISKY, make_account, make_item, make_key, make_result, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/texts/moderations"


@pytest.fixture(autouse=True)
def fresh_process():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def send(client, account):
    token = make_key(account).token

    def post(body=None, url=URL, token=token, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(
            url, raw, content_type="application/json", headers={"Authorization": f"Bearer {token}", **headers}
        )

    return post


def comment(**changes):
    return {"service": "comment_detection", "content": RISKY} | changes


class TestModeratingAText:
    def test_answers_with_a_verdict(self, send, account):
        answer = send(comment(data_id="c-1", account={"id": "u-1", "ip": "203.0.113.9"}))

        body = answer.json()
        assert answer.status_code == 200
        assert body["level"] in ("medium", "high")
        assert body["labels"][0]["label"].startswith("pt_")
        result = ModerationResult.objects.owned_by(account).get(request_id=body["request_id"])
        assert (result.data_id, result.author_id, result.context) == ("c-1", "u-1", {"ip": "203.0.113.9"})

    def test_carries_the_request_id_in_header_and_body(self, send):
        answer = send(comment())

        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
        assert UUID(answer.json()["request_id"]).version == 7

    def test_shows_where_the_hit_stands_in_the_text_as_sent(self, send):
        text = "hello  ＡＤＤ me on WeChat: abc_12345 ok"
        label = send(comment(content=text)).json()["labels"][0]

        for found in label["evidence"]:
            assert text[found["start"] : found["end"]] == found["text"]

    @pytest.mark.parametrize(
        "body, status, code, field",
        [
            (b"{", 400, "body_invalid", None),
            (b"\xff\xfe", 400, "body_invalid", None),
            (b"[]", 400, "invalid", None),
            ({"content": "x"}, 400, "invalid", None),
            (comment(content=7), 400, "invalid", "content"),
            (comment(content="  "), 400, "content_missing", "content"),
            (comment(content="x" * 10_001), 400, "content_too_long", "content"),
            (comment(service="nothing"), 400, "service_unknown", "service"),
            (comment(data_id="x" * 129), 400, "id_invalid", "data_id"),
            (comment(data_id="a\nb"), 400, "id_invalid", "data_id"),
            (comment(account={"id": "\0"}), 400, "id_invalid", "account.id"),
        ],
    )
    def test_names_what_is_wrong(self, send, body, status, code, field):
        answer = send(body)

        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, code)
        assert error.get("field") == field
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]

    @pytest.mark.parametrize("content", ["nul \0 inside", "‮ rtl", "🏳️‍🌈", "\U0010ffff", "a" * 10_000])
    def test_takes_any_text(self, send, content):
        assert send(comment(content=content)).status_code == 200

    def test_refuses_strangers(self, send, client):
        assert send(comment(), token="AKNOBODY_x").status_code == 401
        answer = client.post(URL, "{}", content_type="application/json")
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthenticated"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_needs_the_scope(self, send, account):
        token = make_key(account, scopes=["results:read"]).token

        assert send(comment(), token=token).json()["error"]["code"] == "scope_missing"

    def test_keeps_to_the_rate(self, send, account):
        token = make_key(account, calls_per_minute=3).token
        answers = [send(comment(), token=token) for _number in range(5)]

        assert [answer.status_code for answer in answers].count(200) in (3, 4, 5)
        limited = [answer for answer in answers if answer.status_code == 429]
        for answer in limited:
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
            assert answer.json()["error"]["code"] == "rate_limited"

    def test_repeats_its_answer_under_the_same_idempotency_key(self, send):
        first = send(comment(), **{"Idempotency-Key": "k"})
        again = send(comment(), **{"Idempotency-Key": "k"})
        other = send(comment(content="else"), **{"Idempotency-Key": "k"})

        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        assert other.json()["error"]["code"] == "idempotency_key_reused"
        assert ModerationResult.objects.count() == 1

    def test_costs_no_more_for_a_known_key(self, send, django_assert_max_num_queries):
        send(comment(content="warm up"))

        with django_assert_max_num_queries(5):
            send(comment(content="nothing to see here"))


class TestReadingAResult:
    def test_gives_what_was_answered(self, send, client, account):
        token = make_key(account).token
        sent = send(comment()).json()

        read = client.get(
            f"/api/v1/results/{sent['request_id']}", headers={"Authorization": f"Bearer {token}"}
        )

        assert read.json() == sent

    def test_shows_the_human_verdict(self, client, account):
        item = make_item(account)
        reviewer = make_user(account=account)
        decide(account=account, item_id=item.pk, reviewer=reviewer, outcome="pass", now=NOW)
        token = make_key(account).token

        read = client.get(
            f"/api/v1/results/{item.result.request_id}", headers={"Authorization": f"Bearer {token}"}
        )

        assert read.json()["human"] == {"outcome": "pass", "label": "", "decided_at": NOW.isoformat()}

    def test_knows_nothing_of_other_accounts(self, client, account):
        foreign = make_result(make_account())
        token = make_key(account).token

        answer = client.get(
            f"/api/v1/results/{foreign.request_id}", headers={"Authorization": f"Bearer {token}"}
        )

        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


class TestEveryPathUnderTheApi:
    @pytest.mark.parametrize(
        "method, path, status",
        [
            ("get", "/api/", 404),
            ("get", "/api/v1/nothing", 404),
            ("get", "/api/v1/results/no-uuid", 404),
            ("get", URL, 405),
            ("delete", URL, 405),
        ],
    )
    def test_answers_json(self, client, account, method, path, status):
        token = make_key(account).token
        answer = getattr(client, method)(path, headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == status
        assert answer.json()["error"]["code"]
        assert answer.json()["request_id"]

    def test_also_when_it_breaks(self, client, account, send, monkeypatch):
        client.raise_request_exception = False
        monkeypatch.setattr("moderation.api.texts.moderate_text", lambda **kwargs: 1 / 0)

        answer = send(comment())

        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "server_fault"
        assert "division" not in answer.content.decode()
