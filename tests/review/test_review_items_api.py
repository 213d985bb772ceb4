"""Review items by API: lists as the console has them, and decisions of a key."""

import pytest

from config.accounts import authentication, rates
from moderation.models import ModerationResult
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from tests.factories import NOW, make_account, make_item, make_key, make_user
from tests.moderation.results_made import minutes_ago
from tests.review.items_made import keep_item

pytestmark = pytest.mark.django_db
LIST = "/api/v1/review/items"


@pytest.fixture
def account():
    authentication._known.clear()
    rates._lots.clear()
    account = make_account()
    account.manual_review_on = True
    account.save()
    return account


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


@pytest.fixture
def call(account, client):
    """Call as a key of the account; the answer's status and body."""
    token = make_key(account).token

    def call(path, body=None, *, token=token):
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            answer = client.get(path, headers=headers)
        else:
            answer = client.post(path, body, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    return call


def ids(told) -> list[str]:
    status, body = told
    assert status == 200, body
    return [item["data_id"] for item in body["items"]]


class TestTheList:
    def test_stands_newest_first_and_goes_on_by_its_cursor(self, account, call):
        for number in range(5):
            keep_item(account, data_id=f"post-{number}", at=minutes_ago(number))

        first = call(f"{LIST}?limit=3")
        second = call(f"{LIST}?limit=3&cursor={first[1]['next']}")

        assert ids(first) == ["post-0", "post-1", "post-2"]
        assert ids(second) == ["post-3", "post-4"] and second[1]["next"] is None

    def test_is_narrowed_as_the_console_narrows_it(self, account, ann, call):
        keep_item(account, data_id="waits", mode="audit")
        keep_item(account, data_id="passed", mode="human_machine", standing="pass", by=ann)
        keep_item(account, data_id="turned", mode="human_only", standing="block", recheck="pass", by=ann)

        assert ids(call(f"{LIST}?mode=audit")) == ["waits"]
        assert ids(call(f"{LIST}?result=review")) == ["waits"]
        assert ids(call(f"{LIST}?result=pass,block&content_type=text")) == ["turned", "passed"]
        assert ids(call(f"{LIST}?recheck=pass")) == ["turned"]
        assert ids(call(f"{LIST}?violation=pt_to_contact")) == ["turned"]
        assert ids(call(f"{LIST}?data_id=passed")) == ["passed"]

    def test_tells_all_that_is_known_but_the_content(self, account, ann, call):
        asked = {"mode": "human_machine", "standing": "block", "recheck": "pass", "by": ann}
        item = keep_item(account, data_id="post", **asked)

        _status, body = call(f"{LIST}?task_id={item.task_id}")

        [told] = body["items"]
        assert told == {
            "id": item.pk,
            "task_id": str(item.task_id),
            "request_id": str(item.request_id),
            "mode": "human_machine",
            "service": "comment_detection",
            "content_type": "text",
            "data_id": "post",
            "level": "high",
            "label": "pt_to_contact",
            "result": "block",
            "violation": "pt_to_contact",
            "decided_at": NOW.isoformat(),
            "recheck": {"outcome": "pass", "violation": "", "rechecked_at": NOW.isoformat()},
            "created_at": NOW.isoformat(),
            "due_at": item.due_at.isoformat(),
            "expires_at": None,
        }

    @pytest.mark.parametrize("query", ["mode=dream", "violation=category:nowhere", "cursor=x", "limit=0"])
    def test_refuses_what_it_cannot_read(self, call, query):
        status, body = call(f"{LIST}?{query}")

        assert status == 400
        assert body["error"]["field"] == query.partition("=")[0]

    def test_needs_a_key_that_reads_results(self, account, call):
        token = make_key(account, scopes=["texts:moderate"]).token

        assert call(LIST, token=token)[0] == 403


class TestOneItem:
    def test_comes_with_the_machine_and_every_decision(self, account, ann, call):
        item = make_item(account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="block", category="ad", now=NOW)

        status, told = call(f"{LIST}/{item.pk}")

        assert status == 200
        assert told["machine"]["labels"][0]["label"] == "pt_to_contact"
        [decision] = told["decisions"]
        assert decision["reviewer"] == "ann" and decision["category"] == "ad" and decision["key"] == ""

    def test_of_another_account_is_not_there(self, call):
        assert call(f"{LIST}/{make_item(make_account()).pk}")[0] == 404


class TestADecisionByKey:
    def test_is_the_keys_own(self, account, call):
        item = make_item(account)

        status, told = call(f"{LIST}/decisions", {"items": [item.pk], "outcome": "block", "category": "ad"})

        assert status == 200, told
        [decided] = told["decided"]
        assert decided["outcome"] == "block" and decided["key"].startswith("key ")
        assert Decision.objects.get().reviewer is None
        assert ModerationResult.objects.get(pk=item.result_id).human_outcome == "block"

    def test_of_several_items_is_one_batch_that_names_what_was_refused(self, account, ann, call):
        items = [make_item(account) for _number in range(3)]
        decide(account=account, item_id=items[0].pk, reviewer=ann, outcome="pass", now=NOW)

        status, told = call(
            f"{LIST}/decisions", {"items": [item.pk for item in items] + [999_999], "outcome": "pass"}
        )

        assert status == 200, told
        assert {one["item"] for one in told["decided"]} == {items[1].pk, items[2].pk}
        assert {one["item"]: one["error"]["code"] for one in told["refused"]} == {
            items[0].pk: "already_decided",
            999_999: "not_found",
        }
        assert {str(one.batch) for one in Decision.objects.filter(item__in=items[1:])} == {told["batch"]}

    @pytest.mark.parametrize(
        ("body", "code", "status"),
        [
            ({"items": [], "outcome": "pass"}, "nothing_chosen", 400),
            ({"items": [1]}, "invalid", 400),
            ({"items": ["x"], "outcome": "pass"}, "invalid", 400),
            ({"items": [10**30], "outcome": "pass"}, "not_found", 404),
            ({"items": [987654], "outcome": "pass"}, "not_found", 404),
            ({"items": [987654], "outcome": "maybe"}, "outcome_unknown", 400),
            ({"items": [987654], "outcome": "block"}, "label_missing", 400),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, call, body, code, status):
        told = call(f"{LIST}/decisions", body)

        assert (told[0], told[1]["error"]["code"]) == (status, code)

    def test_does_not_reach_the_items_of_others(self, call):
        foreign = make_item(make_account())

        assert call(f"{LIST}/decisions", {"items": [foreign.pk], "outcome": "pass"})[0] == 404
        assert ReviewItem.objects.get(pk=foreign.pk).state == "waiting"

    @pytest.mark.parametrize("action", ["decisions", "rechecks"])
    def test_needs_its_scope(self, account, call, action):
        token = make_key(account, scopes=["results:read", "results:write"]).token

        status, told = call(f"{LIST}/{action}", {"items": [1], "outcome": "pass"}, token=token)

        assert status == 403 and told["error"]["code"] == "scope_missing"


class TestARecheckByKey:
    def test_overrules_a_person(self, account, ann, call):
        item = make_item(account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)

        body = {"items": [item.pk], "outcome": "block", "category": "politics"}
        status, told = call(f"{LIST}/rechecks", body)

        assert status == 200, told
        assert told["decided"][0]["stage"] == "recheck"
        assert ReviewItem.objects.get().effective_outcome == "block"

    def test_is_never_of_the_keys_own_decision(self, account, call):
        item = make_item(account)
        call(f"{LIST}/decisions", {"items": [item.pk], "outcome": "pass"})

        status, told = call(f"{LIST}/rechecks", {"items": [item.pk], "outcome": "block", "category": "ad"})

        assert status == 403 and told["error"]["code"] == "own_decision"

    def test_of_what_nobody_decided_is_refused(self, account, call):
        item = make_item(account)

        status, told = call(f"{LIST}/rechecks", {"items": [item.pk], "outcome": "pass"})

        assert status == 409 and told["error"]["code"] == "not_decided_yet"

    def test_of_several_tells_each(self, account, ann, call):
        items = [make_item(account) for _number in range(2)]
        decide(account=account, item_id=items[0].pk, reviewer=ann, outcome="pass", now=NOW)

        _status, told = call(
            f"{LIST}/rechecks", {"items": [item.pk for item in items], "outcome": "block", "category": "ad"}
        )

        assert [one["item"] for one in told["decided"]] == [items[0].pk]
        assert [one["error"]["code"] for one in told["refused"]] == ["not_decided_yet"]

    def test_is_a_part_of_the_manual_review_service(self, account, call):
        account.manual_review_on = False
        account.save()
        authentication._known.clear()

        status, told = call(f"{LIST}/rechecks", {"items": [1], "outcome": "pass"})

        assert status == 403 and told["error"]["code"] == "manual_review_off"
