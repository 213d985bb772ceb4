"""A second look at what people decided, by somebody else."""

from datetime import timedelta

import pytest

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from libraries.models import TextSample
from moderation.models import ModerationResult, ResultLabel
from review.models import ReviewItem
from review.operations.decisions import decide
from review.operations.recheck import (
    AlreadyRechecked,
    NotDecidedYet,
    OwnDecision,
    ResultForgotten,
    recheck,
    recheck_many,
)
from review.operations.undo import undo
from tests.factories import NOW, make_account, make_endpoint, make_item, make_key, make_user
from tests.review.sending import send_all

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)


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
def item(account, ann):
    item = make_item(account)
    decide(account=account, item_id=item.pk, reviewer=ann, outcome="block", label="contraband_drug", now=NOW)
    return item


def again(item, reviewer, outcome="pass", now=SOON, **kwargs):
    return recheck(
        account=item.account, item_id=item.pk, reviewer=reviewer, outcome=outcome, now=now, **kwargs
    )


def standing(item):
    item = ReviewItem.objects.get(pk=item.pk)
    result = ModerationResult.objects.get(pk=item.result_id)
    facets = set(ResultLabel.objects.filter(result=result).values_list("human_outcome", flat=True))
    assert facets <= {result.human_outcome}
    assert (item.effective_outcome, item.effective_label) == (result.human_outcome, result.human_label)
    return item.outcome, item.recheck_outcome, item.effective_outcome, item.effective_label


class TestRecheck:
    def test_overrides_the_first_decision_which_is_kept(self, item, lead):
        again(item, lead)

        assert standing(item) == ("block", "pass", "pass", "")
        assert list(item.decisions.order_by("round").values_list("stage", "outcome")) == [
            ("decision", "block"),
            ("recheck", "pass"),
        ]

    def test_is_followed_by_the_sample_and_the_audit_trail(self, item, lead, account):
        again(item, lead)

        assert TextSample.objects.owned_by(account).present().get().outcome == "pass"
        assert AuditRecord.objects.owned_by(account).get(action="review.rechecked").actor_user == lead

    def test_is_told_to_the_client(self, account, ann, lead):
        make_endpoint(account)
        item = make_item(account)
        first = decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        again(item, lead, "block", category="ad", reason="Contact details")

        decided, rechecked = send_all(LATER)

        assert rechecked["type"] == "review.rechecked"
        assert rechecked["data"]["supersedes"] == first.event_id
        told = rechecked["data"]["review"]
        assert (told["stage"], told["round"], told["outcome"]) == ("recheck", 2, "block")
        assert (told["category"], told["reason"]) == ("ad", "Contact details")
        assert decided["data"]["review"]["sequence"] < told["sequence"]

    def test_may_agree(self, item, lead):
        again(item, lead, "block", label="contraband_drug")

        assert standing(item) == ("block", "block", "block", "contraband_drug")

    def test_may_be_made_again_by_a_third_person(self, item, lead, account):
        again(item, lead)
        third = make_user(account=account, role=Role.RECHECKER)
        again(item, third, "block", label="pt_to_contact")

        assert standing(item) == ("block", "block", "block", "pt_to_contact")

    def test_undone_gives_back_what_stood_before(self, item, lead, account):
        make_endpoint(account)
        decision = again(item, lead)
        send_all(LATER)
        undo(account=account, decision_ids=[decision.pk], actor=lead, now=LATER)

        assert standing(item) == ("block", "", "block", "contraband_drug")
        assert TextSample.objects.owned_by(account).present().get().label == "contraband_drug"
        (told,) = send_all(LATER)
        assert told["type"] == "review.corrected" and told["data"]["supersedes"] == decision.event_id
        assert (told["data"]["review"]["outcome"], told["data"]["review"]["stage"]) == ("block", "decision")


class TestRecheckIsRefused:
    def test_to_the_person_who_decided_first(self, item, ann):
        with pytest.raises(OwnDecision):
            again(item, ann)

    def test_to_the_key_that_decided_first(self, account):
        key, other = make_key(account).key, make_key(account).key
        item = make_item(account)
        decide(account=account, item_id=item.pk, reviewer=key, outcome="pass", now=NOW)

        with pytest.raises(OwnDecision):
            again(item, key, "block", label="pt_to_contact")
        assert again(item, other, "block", label="pt_to_contact").reviewer_key == other

    def test_while_nobody_has_decided(self, account, lead):
        with pytest.raises(NotDecidedYet):
            again(make_item(account), lead)

    def test_when_the_content_is_gone(self, item, lead):
        ModerationResult.objects.filter(pk=item.result_id).delete()

        with pytest.raises(ResultForgotten):
            again(item, lead)

    def test_at_the_second_click(self, item, lead):
        again(item, lead)

        with pytest.raises(AlreadyRechecked):
            again(item, lead)

    def test_to_who_has_not_seen_what_stands(self, item, lead, account):
        seen = item.decisions.get().pk
        again(item, lead, seen=seen)

        with pytest.raises(AlreadyRechecked) as refusal:
            again(item, make_user(account=account), "block", label="pt_to_contact", seen=seen)
        assert refusal.value.details["by"] == "lead"


def test_many_are_rechecked_in_one_go(account, ann, lead, item):
    own, waiting = make_item(account), make_item(account)
    decide(account=account, item_id=own.pk, reviewer=lead, outcome="pass", now=NOW)

    batch = recheck_many(
        account=account, item_ids=[item.pk, own.pk, waiting.pk], reviewer=lead, outcome="pass", now=SOON
    )

    assert [decision.item_id for decision in batch.decided] == [item.pk]
    assert {pk: error.code for pk, error in batch.refused.items()} == {
        own.pk: "own_decision",
        waiting.pk: "not_decided_yet",
    }
    assert len(undo(account=account, batch=batch.id, actor=lead, now=LATER)) == 1
