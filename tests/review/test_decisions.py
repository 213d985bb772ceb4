from datetime import timedelta

import pytest

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import NotFound
from libraries.models import TextSample
from moderation.callbacks.endpoints import create_endpoint
from moderation.models import Callback, ModerationResult
from moderation.operations.human_verdict import LabelUnknown
from review.models import Decision, ReviewItem
from review.operations.claims import claim, release
from review.operations.decisions import AlreadyDecided, HeldByAnother, decide
from review.operations.rulings import LabelMissing, LabelUnwanted, OutcomeUnknown
from tests.factories import NOW, RISKY, make_account, make_item, make_result, make_user

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user("ann", account=account)


@pytest.fixture
def colleague(account):
    return make_user("ben", account=account)


@pytest.fixture
def endpoint(account):
    return create_endpoint(
        account=account,
        name="app",
        url="https://client.example/hook",
        actor=None,
        now=NOW,
    ).endpoint


def passed(item, reviewer, now=NOW, **kwargs):
    return decide(account=item.account, item_id=item.pk, reviewer=reviewer, outcome="pass", now=now, **kwargs)


def blocked(item, reviewer, label="pt_to_contact", now=NOW, **kwargs):
    return decide(
        account=item.account,
        item_id=item.pk,
        reviewer=reviewer,
        outcome="block",
        label=label,
        now=now,
        **kwargs,
    )


class TestDecide:
    def test_writes_everything_that_follows(self, account, reviewer, endpoint):
        item = make_item(account)

        decision = blocked(item, reviewer)

        result = ModerationResult.objects.get(pk=item.result_id)
        assert (result.human_outcome, result.human_label) == ("block", "pt_to_contact")
        assert ReviewItem.objects.get(pk=item.pk).state == "decided"
        sample = TextSample.objects.owned_by(account).get()
        assert (sample.outcome, sample.label, sample.content) == ("block", "pt_to_contact", result.content)
        callback = Callback.objects.owned_by(account).get()
        assert callback.event == "review.decided"
        assert str(result.request_id).encode() in bytes(callback.body)
        audited = AuditRecord.objects.owned_by(account).get(action="review.decided")
        assert audited.actor_user == reviewer
        assert decision.reviewer == reviewer

    def test_writes_nothing_when_a_part_fails(self, account, reviewer, endpoint, monkeypatch):
        item = make_item(account)
        audited = AuditRecord.objects.count()

        with pytest.raises(LabelUnknown):
            blocked(item, reviewer, label="no_such_label")

        assert not Decision.objects.exists()
        assert not Callback.objects.exists()
        assert not TextSample.objects.exists()
        assert AuditRecord.objects.count() == audited
        assert ReviewItem.objects.get(pk=item.pk).state == "waiting"

    def test_refuses_a_second_decision_and_says_who_and_when(self, account, reviewer, colleague):
        item = make_item(account)
        passed(item, reviewer)

        with pytest.raises(AlreadyDecided) as refusal:
            blocked(item, colleague, now=SOON)

        assert refusal.value.details["by"] == "ann"
        assert refusal.value.details["at"] == NOW.isoformat()
        assert "ann" in str(refusal.value.message)
        assert Decision.objects.count() == 1

    def test_refuses_what_a_colleague_holds(self, account, reviewer, colleague):
        item = make_item(account)
        claim(account=account, reviewer=colleague, count=1, now=NOW)

        with pytest.raises(HeldByAnother):
            passed(item, reviewer, now=SOON)
        assert passed(item, reviewer, now=LATER).outcome == "pass"

    @pytest.mark.parametrize(
        "outcome, label, error",
        [
            ("block", "", LabelMissing),
            ("pass", "pt_to_contact", LabelUnwanted),
            ("maybe", "", OutcomeUnknown),
            ("block", "no_such_label", LabelUnknown),
        ],
    )
    def test_must_make_sense(self, account, reviewer, outcome, label, error):
        item = make_item(account)

        with pytest.raises(error):
            decide(account=account, item_id=item.pk, reviewer=reviewer, outcome=outcome, label=label, now=NOW)

    def test_does_not_know_the_items_of_others(self, account, reviewer):
        foreign = make_item(make_account())

        with pytest.raises(NotFound):
            decide(account=account, item_id=foreign.pk, reviewer=reviewer, outcome="pass", now=NOW)


class TestTheNextSameText:
    def test_is_blocked_by_the_library_after_a_block(self, account, reviewer):
        item = make_item(account, RISKY)
        blocked(item, reviewer, label="contraband_drug")

        again = make_result(account, "  " + RISKY.upper())

        assert again.level == "high" or "contraband_drug_lib" in [label["label"] for label in again.labels]

    def test_is_exempt_after_a_pass(self, account, reviewer):
        passed(make_item(account, RISKY), reviewer)

        again = make_result(account, RISKY)

        assert [label["label"] for label in again.labels] == ["nonLabel_lib"]
        assert again.level == "none"

    def test_of_another_account_is_judged_afresh(self, account, reviewer):
        passed(make_item(account, RISKY), reviewer)

        assert make_result(make_account(), RISKY).level != "none"


class TestAClaim:
    def test_takes_the_most_urgent_and_oldest_first(self, account, reviewer):
        items = [make_item(account) for _number in range(4)]

        held = claim(account=account, reviewer=reviewer, count=2, now=NOW)

        assert [item.pk for item in held] == [item.pk for item in items[:2]]

    def test_never_gives_an_item_to_two(self, account, reviewer, colleague):
        for _number in range(5):
            make_item(account)

        one = claim(account=account, reviewer=reviewer, count=3, now=NOW)
        other = claim(account=account, reviewer=colleague, count=3, now=NOW)

        assert len(one) == 3 and len(other) == 2
        assert not {item.pk for item in one} & {item.pk for item in other}

    def test_gives_back_the_same_items_when_the_page_is_loaded_again(self, account, reviewer):
        for _number in range(5):
            make_item(account)
        first = claim(account=account, reviewer=reviewer, count=3, now=NOW)

        assert claim(account=account, reviewer=reviewer, count=3, now=SOON) == first

    def test_ends_with_its_lease(self, account, reviewer, colleague):
        make_item(account)
        claim(account=account, reviewer=reviewer, count=1, now=NOW)

        assert claim(account=account, reviewer=colleague, count=1, now=SOON) == []
        assert len(claim(account=account, reviewer=colleague, count=1, now=LATER)) == 1

    def test_can_be_put_back(self, account, reviewer, colleague):
        make_item(account)
        claim(account=account, reviewer=reviewer, count=1, now=NOW)

        assert release(account=account, reviewer=reviewer, now=NOW) == 1
        assert len(claim(account=account, reviewer=colleague, count=1, now=NOW)) == 1


class TestIntake:
    def test_opens_an_item_for_the_levels_of_the_policy(self, account):
        result = make_result(account, RISKY)

        assert ReviewItem.objects.owned_by(account).get().result == result

    def test_opens_none_for_safe_content_or_tests(self, account):
        make_result(account, "The library opens at nine.")
        make_result(account, RISKY, source="test")

        assert not ReviewItem.objects.exists()


def test_revisions_rise_with_a_decision(account, reviewer):
    before = revisions.read(account.pk).samples
    passed(make_item(account), reviewer)

    assert revisions.read(account.pk).samples == before + 1
