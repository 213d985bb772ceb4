"""What people did in review is counted in the instant in which it happens, and stays counted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum

from config.retention.purging import purge
from review.models import Decision, ReviewItem
from review.operations.decisions import decide, decide_many
from review.operations.expiry import expire_items
from review.operations.feedback import give_feedback, withdraw_feedback
from review.operations.recheck import recheck
from review.operations.undo import undo
from stats.models import HandlingFact, MachineFact, WorkFact
from stats.models.review_work import MACHINE, WORK
from stats.review_folding import fold_review
from tests.factories import NOW, make_account, make_item, make_user, service_of

pytestmark = pytest.mark.django_db
CONTACT, DRUG = "pt_to_contact", "contraband_drug"


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account, role="rechecker")


@pytest.fixture
def ben(account):
    return make_user("ben", account=account, role="rechecker")


def sums(model, names, **narrowed):
    """The figures that are not 0."""
    found = model.objects.filter(**narrowed).aggregate(**{f"all_{name}": Sum(name) for name in names})
    return {name: found[f"all_{name}"] for name in names if found[f"all_{name}"]}


def work(account):
    return sums(WorkFact, WORK, account=account)


def machine(account, **narrowed):
    return sums(MachineFact, MACHINE, account=account, **narrowed)


def say(item, who, outcome="block", label=CONTACT, **kwargs):
    label = label if outcome == "block" else ""
    asked = {"account": item.account, "item_id": item.pk, "reviewer": who, "outcome": outcome, "label": label}
    return decide(**asked | {"now": NOW + timedelta(seconds=60)} | kwargs)


def look_again(item, who, outcome="pass", label="", **kwargs):
    asked = {"account": item.account, "item_id": item.pk, "reviewer": who, "outcome": outcome, "label": label}
    return recheck(**asked | {"now": NOW + timedelta(hours=1)} | kwargs)


@pytest.mark.parametrize("folds", [False, True], ids=["in the tail", "folded"])
class TestCounting:
    @pytest.fixture(autouse=True)
    def when(self, folds):
        self.settle = (lambda: fold_review(now=NOW)) if folds else (lambda: None)

    def test_an_item_counts_when_it_comes_in(self, account):
        item = make_item(account)
        self.settle()

        assert work(account) == {"opened": 1}
        fact = WorkFact.objects.get()
        assert (fact.queue, fact.service) == (item.queue, item.service)

    def test_a_decision_counts_with_its_time(self, account, ann):
        say(make_item(account), ann, handling_ms=4_000)
        self.settle()

        assert work(account) == {
            "opened": 1, "blocked": 1, "waited_ms": 60_000, "handled": 1, "handling_ms": 4_000,
        }  # fmt: skip
        assert HandlingFact.objects.get().bucket == 47  # from 2 ** (47 / 4), 3,444 ms
        assert machine(account) == {"flagged": 1, "confirmed": 1}

    def test_one_that_comes_after_its_time_is_late(self, account, ann):
        say(make_item(account), ann, "pass", now=NOW + timedelta(days=2))
        self.settle()

        assert work(account)["late"] == 1
        assert machine(account) == {"flagged": 1}

    def test_a_block_under_another_label_is_told_apart(self, account, ann):
        say(make_item(account), ann, label=DRUG)
        self.settle()

        assert machine(account, label=CONTACT) == {"flagged": 1, "renamed": 1}

    def test_undone_it_had_never_been(self, account, ann):
        decision = say(make_item(account), ann, handling_ms=4_000)
        self.settle()
        undo(account=account, decision_ids=[decision.pk], actor=ann, now=NOW + timedelta(minutes=2))
        self.settle()

        assert work(account) == {"opened": 1}
        assert machine(account) == {}
        assert HandlingFact.objects.aggregate(left=Sum("handled"))["left"] == 0

    def test_a_recheck_that_overturns_changes_what_people_said_of_the_machine(self, account, ann, ben):
        item = make_item(account)
        say(item, ann)
        look_again(item, ben)
        self.settle()

        assert work(account) == {
            "opened": 1, "blocked": 1, "waited_ms": 60_000, "rechecked": 1, "overturned": 1,
        }  # fmt: skip
        assert machine(account) == {"flagged": 1}

    def test_a_recheck_that_only_renames_overturns_nothing(self, account, ann, ben):
        item = make_item(account)
        say(item, ann)
        look_again(item, ben, "block", DRUG)
        self.settle()

        assert (work(account)["relabelled"], work(account).get("overturned")) == (1, None)
        assert machine(account) == {"flagged": 1, "renamed": 1}

    def test_an_undone_recheck_leaves_the_decision(self, account, ann, ben):
        item = make_item(account)
        say(item, ann)
        second = look_again(item, ben)
        undo(account=account, decision_ids=[second.pk], actor=ben, now=NOW + timedelta(hours=2))
        self.settle()

        assert work(account) == {"opened": 1, "blocked": 1, "waited_ms": 60_000}
        assert machine(account) == {"flagged": 1, "confirmed": 1}

    def test_of_a_batch_each_item_counts_once(self, account, ann):
        items = [make_item(account).pk for _number in range(3)]
        asked = {"account": account, "reviewer": ann, "outcome": "pass", "now": NOW}
        decide_many(item_ids=items, handling_ms=9_000, **asked)
        decide_many(item_ids=items, **asked)
        self.settle()

        assert work(account) == {"opened": 3, "passed": 3, "handled": 3, "handling_ms": 9_000}

    def test_what_nobody_looked_at_in_time_is_counted_as_such(self, account):
        item = make_item(account)
        ReviewItem.objects.filter(pk=item.pk).update(expires_at=NOW + timedelta(days=7))
        expire_items(now=NOW + timedelta(days=8))
        self.settle()

        assert work(account) == {"opened": 1, "expired": 1}
        assert WorkFact.objects.get(expired=1).at.date() == (NOW + timedelta(days=7)).date()

    def test_feedback_counts_until_it_is_withdrawn(self, account, ann):
        result = make_item(account).result
        asked = {"result": result, "actor": ann, "now": NOW}
        wrong = give_feedback(kind="false_positive", label=CONTACT, **asked)
        give_feedback(kind="missed_violation", label=DRUG, **asked)
        self.settle()

        assert machine(account, label=CONTACT) == {"called_wrong": 1}
        assert machine(account, label=DRUG) == {"called_missed": 1}

        withdraw_feedback(feedback=wrong, actor=ann, now=NOW)
        self.settle()

        assert machine(account, label=CONTACT) == {}

    def test_what_is_counted_stays_when_the_items_are_purged(self, account, ann, settings):
        settings.ASSAY_RESULTS_KEPT_DAYS = settings.ASSAY_DECISIONS_KEPT_DAYS = 1
        say(make_item(account), ann)
        before = work(account), machine(account)
        self.settle()

        purge(now=NOW + timedelta(days=30))

        assert not ReviewItem.objects.exists() and not Decision.objects.exists()
        assert (work(account), machine(account)) == before

    def test_days_are_those_of_the_account(self, account, ann):
        type(account).objects.filter(pk=account.pk).update(time_zone="Asia/Shanghai")
        late = NOW.replace(hour=20)
        say(make_item(account), ann, now=late)
        self.settle()

        rows = WorkFact.objects.per("day", account_zone(account)).filter(blocked=1)
        assert rows.get().on == (late + timedelta(hours=8)).date()


def account_zone(account):
    account.refresh_from_db()
    return ZoneInfo(account.time_zone)


def test_content_that_the_machine_had_passed_is_missed_when_people_block_it(account, ann):
    item = make_item(account)
    ReviewItem.objects.filter(pk=item.pk).update(level="none", label="")
    say(item, ann, label=DRUG)

    assert machine(account, label=DRUG) == {"clean": 1, "missed": 1}


def test_of_content_that_only_people_judge_the_machine_is_told_nothing(account, ann):
    item = make_item(account)
    ReviewItem.objects.filter(pk=item.pk).update(mode="human_only")
    say(item, ann)

    assert work(account)["blocked"] == 1
    assert machine(account) == {}


def test_of_a_label_of_a_library_people_confirm_the_plain_one(account, ann):
    item = make_item(account)
    ReviewItem.objects.filter(pk=item.pk).update(label=f"{CONTACT}_lib")
    say(item, ann)

    assert machine(account, label=f"{CONTACT}_lib") == {"flagged": 1, "confirmed": 1}


def test_accounts_and_services_are_kept_apart(account, ann):
    say(make_item(account), ann)
    other = make_account()
    make_item(other)

    assert work(other) == {"opened": 1}
    facts = WorkFact.objects.owned_by(account)
    assert facts.of_services([service_of(account)]).count() == 2
    assert facts.of_services([service_of(account, "chat_detection")]).count() == 0


def test_figures_are_kept_for_as_long_as_the_settings_say(account, ann, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 10
    say(make_item(account), ann, handling_ms=900)
    fold_review(now=NOW)

    purge(now=NOW + timedelta(days=9))
    assert WorkFact.objects.exists() and HandlingFact.objects.exists() and MachineFact.objects.exists()
    purge(now=NOW + timedelta(days=11))

    assert not any(model.objects.exists() for model in (WorkFact, HandlingFact, MachineFact))
