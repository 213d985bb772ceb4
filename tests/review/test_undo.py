"""Taking decisions back, before anybody was told and after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.errors import NotFound
from libraries.models import TextSample
from moderation.models import Callback, ModerationResult, ResultLabel
from review.models import Decision, ReviewItem
from review.operations.claims import claim
from review.operations.decisions import decide, decide_many
from review.operations.recheck import recheck
from review.operations.undo import (
    DecidedSince,
    NotYourDecision,
    TooLateToUndo,
    TooManyToUndo,
    UndoneAlready,
    last_decisions,
    undo,
)
from tests.factories import (
    NOW,
    RISKY,
    make_account,
    make_endpoint,
    make_item,
    make_result,
    make_user,
    publish,
    service_of,
)
from tests.review.sending import leased, send_all

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=4)
SENT = NOW + timedelta(seconds=9)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


@pytest.fixture
def lead(account):
    return make_user("lead", account=account, role=Role.RECHECKER)


@pytest.fixture
def endpoint(account):
    return make_endpoint(account).endpoint


def blocked(item, reviewer, now=NOW, **kwargs):
    said = {"outcome": "block", "label": "pt_to_contact"} | kwargs
    return decide(account=item.account, item_id=item.pk, reviewer=reviewer, now=now, **said)


def taken_back(decision, actor, now=SOON):
    return undo(account=decision.account, decision_ids=[decision.pk], actor=actor, now=now)


def fresh(item):
    return ReviewItem.objects.get(pk=item.pk)


class TestUndo:
    def test_leaves_everything_as_if_nothing_had_been_decided(self, account, ann, endpoint):
        item = make_item(account)
        decision = blocked(item, ann)

        assert taken_back(decision, ann) == [decision]

        item, result = fresh(item), ModerationResult.objects.get(pk=item.result_id)
        assert (item.state, item.outcome, item.decided_label, item.rounds) == ("claimed", "", "", 0)
        assert (item.decided_by, item.decided_at) == (None, None)
        assert (result.human_outcome, result.human_label, result.human_decided_at) == ("", "", None)
        assert set(ResultLabel.objects.filter(result=result).values_list("human_outcome", flat=True)) == {""}
        assert not TextSample.objects.owned_by(account).present().exists()
        assert Callback.objects.get().state == "cancelled"
        assert Decision.objects.get().undone_by == ann

    def test_is_written_into_the_audit_trail(self, account, ann):
        taken_back(blocked(make_item(account), ann), ann)

        entry = AuditRecord.objects.owned_by(account).get(action="review.undone")
        assert entry.actor_user == ann and '"pt_to_contact"' in entry.body

    def test_leaves_the_item_in_the_hands_of_who_undid_it(self, account, ann, lead):
        item = make_item(account)
        taken_back(blocked(item, ann), ann)

        assert claim(account=account, reviewer=lead, count=5, now=SOON) == []
        assert claim(account=account, reviewer=ann, count=5, now=SOON) == [item]

    def test_lets_the_item_be_decided_again(self, account, ann, endpoint):
        item = make_item(account)
        taken_back(blocked(item, ann), ann)
        again = decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=SOON)

        assert (again.round, fresh(item).rounds, fresh(item).outcome) == (2, 1, "pass")
        assert [body["data"]["review"]["outcome"] for body in send_all(LATER)] == ["pass"]

    def test_makes_the_machine_judge_the_same_text_afresh(self, account, ann):
        item = make_item(account, RISKY)
        passed = decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        assert make_result(account, RISKY).level == "none"
        taken_back(passed, ann)

        assert make_result(account, RISKY).level != "none"

    def test_lets_an_earlier_decision_on_the_same_text_hold_again(self, account, ann):
        first, second = make_item(account, RISKY), make_item(account, RISKY.upper())
        blocked(first, ann, label="contraband_drug")
        later = decide(account=account, item_id=second.pk, reviewer=ann, outcome="pass", now=SOON)
        taken_back(later, ann)

        sample = TextSample.objects.owned_by(account).present().get()
        assert (sample.outcome, sample.label) == ("block", "contraband_drug")
        assert sample.origin == str(first.request_id)


class TestTheReceiver:
    def test_hears_nothing_of_what_was_undone_in_time(self, account, ann, endpoint):
        taken_back(blocked(make_item(account), ann), ann)

        assert send_all(LATER) == []

    def test_is_told_when_the_service_says_and_not_before(self, account, ann, endpoint):
        blocked(make_item(account), ann)

        assert send_all(SOON) == []
        assert [body["type"] for body in send_all(SENT)] == ["review.decided"]

    def test_is_told_at_once_where_the_delay_is_nought(self, account, ann, endpoint):
        service = service_of(account)
        publish(service, replace(service.current_version.rules, send_delay=0))
        blocked(make_item(account), ann)

        assert len(send_all(NOW)) == 1

    def test_is_told_otherwise_when_it_was_told_already(self, account, ann, endpoint):
        item = make_item(account)
        decision = blocked(item, ann)
        send_all(SENT)
        taken_back(decision, ann, now=LATER)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=LATER)

        correction, again = send_all(LATER + timedelta(seconds=8))

        assert correction["type"] == "review.corrected"
        assert correction["data"]["supersedes"] == decision.event_id
        assert (correction["data"]["review"]["outcome"], correction["data"]["review"]["label"]) == (
            "review",
            "",
        )
        assert (again["type"], again["data"]["review"]["outcome"]) == ("review.decided", "pass")
        assert correction["data"]["review"]["sequence"] < again["data"]["review"]["sequence"]

    def test_is_told_otherwise_when_the_sending_has_begun(self, account, ann, endpoint):
        decision = blocked(make_item(account), ann)
        leased(SENT)
        taken_back(decision, ann, now=SENT)

        assert list(Callback.objects.order_by("id").values_list("event", "state")) == [
            ("review.decided", "due"),
            ("review.corrected", "due"),
        ]

    def test_is_told_otherwise_only_if_it_was_told(self, account, ann, endpoint):
        deaf = make_endpoint(account, url="https://other.example/", events=["review.corrected"]).endpoint
        decision = blocked(make_item(account), ann)
        send_all(SENT)
        taken_back(decision, ann, now=LATER)

        told = Callback.objects.filter(event="review.corrected").values_list("endpoint", flat=True)
        assert list(told) == [endpoint.pk] and deaf.pk != endpoint.pk

    def test_is_told_otherwise_whatever_it_wants_to_hear_by_now(self, account, ann):
        make_endpoint(account, events=["review.decided"])
        decision = blocked(make_item(account), ann)
        send_all(SENT)
        taken_back(decision, ann, now=LATER)

        assert [body["type"] for body in send_all(LATER)] == ["review.corrected"]

    def test_that_the_call_named_is_told_as_well(self, account, ann):
        own = make_endpoint(account, events=["task.failed"]).endpoint
        item = make_item(account)
        ReviewItem.objects.filter(pk=item.pk).update(endpoint=own)
        decision = blocked(item, ann)
        told = send_all(SENT)
        taken_back(decision, ann, now=LATER)

        assert [body["type"] for body in told + send_all(LATER)] == ["review.decided", "review.corrected"]


class TestUndoIsRefused:
    def test_to_others_than_the_reviewer_and_a_lead(self, account, ann, lead):
        decision = blocked(make_item(account), ann)

        with pytest.raises(NotYourDecision):
            taken_back(decision, make_user("ben", account=account))
        assert taken_back(decision, lead) == [decision]

    def test_the_second_time_and_says_so(self, account, ann):
        decision = blocked(make_item(account), ann)
        taken_back(decision, ann)

        with pytest.raises(UndoneAlready) as refusal:
            taken_back(decision, ann)
        assert refusal.value.details["by"] == "ann"

    def test_once_somebody_rechecked_it(self, account, ann, lead):
        item = make_item(account)
        decision = blocked(item, ann)
        recheck(account=account, item_id=item.pk, reviewer=lead, outcome="pass", now=SOON)

        with pytest.raises(DecidedSince) as refusal:
            taken_back(decision, ann)
        assert refusal.value.details["by"] == "lead"

    def test_after_a_day(self, account, ann):
        decision = blocked(make_item(account), ann)

        with pytest.raises(TooLateToUndo):
            taken_back(decision, ann, now=NOW + timedelta(hours=25))

    def test_for_more_than_ten(self, account, ann):
        with pytest.raises(TooManyToUndo):
            undo(account=account, decision_ids=range(11), actor=ann, now=NOW)

    def test_for_what_is_not_there(self, account, ann):
        foreign = blocked(make_item(make_account()), ann)

        for asked in ({"decision_ids": [foreign.pk]}, {"decision_ids": []}, {"batch": foreign.item.task_id}):
            with pytest.raises(NotFound):
                undo(account=account, actor=ann, now=NOW, **asked)


class TestABatch:
    def test_is_undone_in_one_go_but_for_what_was_rechecked(self, account, ann, lead, endpoint):
        items = [make_item(account) for _number in range(4)]
        batch = decide_many(
            account=account, item_ids=[item.pk for item in items], reviewer=ann, outcome="pass", now=NOW
        )
        recheck(
            account=account,
            item_id=items[1].pk,
            reviewer=lead,
            outcome="block",
            label="pt_to_contact",
            now=SOON,
        )

        undone = undo(account=account, batch=batch.id, actor=ann, now=SOON)

        assert {decision.item_id for decision in undone} == {items[0].pk, items[2].pk, items[3].pk}
        assert fresh(items[1]).effective_outcome == "block"
        assert AuditRecord.objects.filter(action="review.undone").count() == 3


class TestWhatMayBeUndone:
    def test_is_the_last_of_ones_own_and_a_batch_is_one_step(self, account, ann, lead):
        items = [make_item(account) for _number in range(6)]
        first = blocked(items[0], ann)
        batch = decide_many(
            account=account, item_ids=[item.pk for item in items[1:4]], reviewer=ann, outcome="pass", now=NOW
        )
        blocked(items[4], lead)
        undone = blocked(items[5], ann)
        taken_back(undone, ann)

        steps = last_decisions(account=account, reviewer=ann, now=SOON)

        assert [(step.batch, step.together) for step in steps] == [(batch.id, 3), (None, 1)]
        assert steps[1] == first

    def test_is_not_what_was_rechecked_or_is_a_day_old(self, account, ann, lead):
        rechecked, old = make_item(account), make_item(account)
        blocked(rechecked, ann)
        blocked(old, ann, now=NOW - timedelta(hours=30))
        recheck(account=account, item_id=rechecked.pk, reviewer=lead, outcome="pass", now=SOON)

        assert last_decisions(account=account, reviewer=ann, now=SOON) == []
        assert len(last_decisions(account=account, reviewer=lead, now=SOON)) == 1

    def test_is_no_more_than_asked_for(self, account, ann):
        for _number in range(3):
            blocked(make_item(account), ann)

        assert len(last_decisions(account=account, reviewer=ann, now=SOON, count=2)) == 2
