"""How tasks for people end: cancelled, decided by a team outside, rechecked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.audit.models import AuditRecord
from moderation.models import Callback
from review.categories import categories_of
from review.operations.claims import claim
from review.operations.decisions import ItemCancelled
from review.operations.recheck import recheck
from tests.factories import NOW, make_item, make_user
from tests.purges import purge_results
from tests.review.manual_sent import decided, files, item_of, read, submitted

pytestmark = pytest.mark.django_db


class TestCancelling:
    """If you stop before the results are returned, you will not receive the manual review results."""

    def test_takes_the_task_from_the_people(self, caller, manual_account):
        task = submitted(caller, callback="https://client.example/this-call", seed="s")
        body = caller.post(f"/api/v1/manual/{task['task_id']}/cancel").json()

        assert (body["state"], body["result"]) == ("cancelled", None)
        assert body["cancelled_at"]
        reviewer = make_user(account=manual_account)
        assert claim(account=manual_account, reviewer=reviewer, count=5, now=NOW + timedelta(days=1)) == []
        assert not Callback.objects.exists()
        assert AuditRecord.objects.owned_by(manual_account).filter(action="review.cancelled").count() == 1

    def test_takes_it_out_of_the_hands_of_a_reviewer(self, caller, manual_account):
        task = submitted(caller)
        reviewer, now = make_user(account=manual_account), item_of(task).created_at
        claim(account=manual_account, reviewer=reviewer, count=1, now=now)

        assert caller.post(f"/api/v1/manual/{task['task_id']}/cancel").json()["state"] == "cancelled"

    def test_again_changes_nothing(self, caller):
        task = submitted(caller)
        first = caller.post(f"/api/v1/manual/{task['task_id']}/cancel").json()

        assert caller.post(f"/api/v1/manual/{task['task_id']}/cancel").json() == first

    def test_after_the_decision_is_too_late(self, caller, manual_account):
        task = submitted(caller)
        decided(task, manual_account)
        answer = caller.post(f"/api/v1/manual/{task['task_id']}/cancel")

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_decided")
        assert read(caller, task)["state"] == "decided"

    def test_needs_the_scope_of_those_who_send(self, caller, make_caller, manual_account):
        task = submitted(caller)
        outside = make_caller(manual_account, scopes=["manual:decide"])

        assert outside.post(f"/api/v1/manual/{task['task_id']}/cancel").status_code == 403

    def test_lets_the_file_go_in_its_time(self, caller):
        task = submitted(caller, "video")
        caller.post(f"/api/v1/manual/{task['task_id']}/cancel")

        assert purge_results(now=item_of(task).created_at + timedelta(days=31)) == 1
        assert files() == []
        assert read(caller, task)["state"] == "cancelled"


class TestAResultOfATeamOutside:
    def test_counts_as_a_reviewers_decision(self, caller, make_caller, manual_account):
        outside = make_caller(manual_account, scopes=["manual:decide"])
        task = submitted(caller, "audio", callback="https://client.example/this-call", seed="s")
        answer = outside.post(
            f"/api/v1/manual/{task['task_id']}/result",
            {"outcome": "block", "label": "contraband_drug", "reason": "Heard a price list", "note": "0:12"},
        )

        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert body == read(caller, task)
        assert (body["state"], body["result"]["outcome"]) == ("decided", "block")
        assert (body["result"]["label"], body["result"]["reason"]) == (
            "contraband_drug",
            "Heard a price list",
        )
        item = item_of(task)
        assert item.decisions.get().reviewer_key == outside.issued.key
        assert item.result.human_outcome == "block"
        assert Callback.objects.get().endpoint.url == "https://client.example/this-call"
        audited = AuditRecord.objects.owned_by(manual_account).get(action="review.decided")
        assert audited.actor_key == outside.issued.key

    def test_names_a_category_of_the_account(self, caller, make_caller, manual_account):
        outside = make_caller(manual_account, scopes=["manual:decide", "manual:submit"])
        task = submitted(caller, "video")
        [category, *_rest] = categories_of(manual_account)
        answer = outside.post(
            f"/api/v1/manual/{task['task_id']}/result", {"outcome": "block", "category": category.code}
        )

        said = answer.json()["result"]
        assert said["category"] == category.code and said["label"]

    def test_is_taken_once(self, caller, manual_account):
        task = submitted(caller)
        url = f"/api/v1/manual/{task['task_id']}/result"
        first = caller.post(url, {"outcome": "pass"})
        again = caller.post(url, {"outcome": "block", "label": "ad"})

        assert first.json()["result"]["outcome"] == "pass"
        assert (again.status_code, again.json()["error"]["code"]) == (409, "already_decided")
        assert read(caller, task)["result"]["outcome"] == "pass"

    def test_does_not_take_an_item_out_of_a_reviewers_hands(self, caller, manual_account):
        task = submitted(caller)
        reviewer, now = make_user(account=manual_account), timezone.now()
        claim(account=manual_account, reviewer=reviewer, count=1, now=now)
        answer = caller.post(f"/api/v1/manual/{task['task_id']}/result", {"outcome": "pass"})

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "held_by_another")

    def test_of_a_cancelled_task_is_refused(self, caller, manual_account):
        task = submitted(caller)
        caller.post(f"/api/v1/manual/{task['task_id']}/cancel")
        answer = caller.post(f"/api/v1/manual/{task['task_id']}/result", {"outcome": "pass"})

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "item_cancelled")
        with pytest.raises(ItemCancelled):
            decided(task, manual_account)
        assert not Callback.objects.exists()

    @pytest.mark.parametrize(
        "body, code",
        [
            ({}, "invalid"),
            ({"outcome": "maybe"}, "outcome_unknown"),
            ({"outcome": "block"}, "label_missing"),
            ({"outcome": "block", "label": "no_such"}, "label_unknown"),
            ({"outcome": "block", "category": "no_such"}, "category_unknown"),
            ({"outcome": "pass", "label": "ad"}, "label_unwanted"),
        ],
    )
    def test_must_make_sense(self, caller, body, code):
        task = submitted(caller)
        answer = caller.post(f"/api/v1/manual/{task['task_id']}/result", body)

        assert answer.json()["error"]["code"] == code
        assert read(caller, task)["state"] == "waiting"

    def test_needs_the_scope_of_those_who_decide(self, caller, make_caller, manual_account):
        task = submitted(caller)
        sender = make_caller(manual_account, scopes=["manual:submit"])

        answer = sender.post(f"/api/v1/manual/{task['task_id']}/result", {"outcome": "pass"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "scope_missing")

    def test_is_not_for_the_accounts_own_audit(self, caller, manual_account):
        """Audit items are no manual tasks: they are the account's own people's."""
        item = make_item(manual_account)

        assert caller.get(f"/api/v1/manual/{item.task_id}").status_code == 404
        answer = caller.post(f"/api/v1/manual/{item.task_id}/result", {"outcome": "pass"})
        assert answer.status_code == 404


class TestARecheck:
    def test_stands_beside_the_result(self, caller, manual_account):
        task = submitted(caller, "audio")
        decided(task, manual_account, "block", label="contraband_drug")
        rechecker = make_user(account=manual_account, role="rechecker")
        recheck(account=manual_account, item_id=item_of(task).pk, reviewer=rechecker, outcome="pass", now=NOW)

        body = read(caller, task)
        assert (body["result"]["outcome"], body["recheck"]["outcome"]) == ("block", "pass")
