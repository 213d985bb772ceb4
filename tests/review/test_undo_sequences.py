"""Whatever people decide, recheck and take back, and however the sending goes: clients end up knowing it.

ASSAY_SEQUENCES sets how many random sequences are tried.
"""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.accounts.roles import Role
from config.errors import PlatformError
from libraries.models import TextSample
from moderation.callbacks.delivery import Outcome, finish
from moderation.models import Callback
from review.models import ReviewItem
from review.operations.decisions import decide, decide_many
from review.operations.recheck import recheck, recheck_many
from review.operations.undo import last_decisions, undo
from tests.factories import NOW, make_account, make_endpoint, make_user
from tests.ground import proofs
from tests.review.sending import DELIVERED, REFUSED, leased
from tests.review.test_eight_reviewers import waiting_items

SEQUENCES = proofs.of(1000, part=100)
STEPS = 10
ITEMS = 4
UNDECIDED = ("review", "")
SILENT = Outcome(False, error_code="timed_out")

items = st.integers(0, ITEMS - 1)
people = st.integers(0, 2)
verdicts = st.sampled_from([("pass", ""), ("block", "pt_to_contact"), ("block", "contraband_drug")])
nth = st.integers(0, 30)
# What becomes of a message: taken and told so; taken, and the answer lost; refused; the sender dies.
fates = st.sampled_from(["delivered", "delivered", "answer lost", "refused", "killed"])


class Receiver:
    """A client that believes the last message it was sent, and trusts that repeated ones are the same."""

    def __init__(self):
        self.believes: dict[str, tuple[str, str]] = {}
        self.bodies: dict[str, bytes] = {}
        self.sequences: dict[str, int] = {}

    def take(self, callback: Callback) -> None:
        body = bytes(callback.body)
        assert self.bodies.setdefault(callback.event_id, body) == body
        told = json.loads(body)
        review = told["data"]["review"]
        assert review["sequence"] >= self.sequences.get(callback.subject, 0)
        self.sequences[callback.subject] = review["sequence"]
        self.believes[callback.subject] = (review["outcome"], review["label"])


class Desk(RuleBasedStateMachine):
    """A few people, a few items, two receivers, and a delivery to which everything may happen."""

    ground = None

    @initialize(chosen=st.sets(items, min_size=1), person=people, verdict=verdicts)
    def open_up(self, chosen, person, verdict):
        """Nothing can go wrong before something was decided."""
        self.account, self.users, self.items, self.endpoints = self.ground
        self.world = transaction.atomic()
        self.world.__enter__()
        self.seconds = 0
        self.receivers = {endpoint.pk: Receiver() for endpoint in self.endpoints}
        self.made, self.batches, self.under_way = [], [], []
        self.decide_many(chosen, person, verdict)

    def teardown(self):
        if not hasattr(self, "world"):
            return
        try:
            self.deliver_the_rest()
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    @property
    def now(self):
        return NOW + timedelta(seconds=self.seconds)

    def asked(self, verdict):
        outcome, label = verdict
        return {"account": self.account, "outcome": outcome, "label": label, "now": self.now}

    def attempt(self, act):
        """People are refused all the time: nothing has happened then."""
        try:
            return act()
        except PlatformError:
            return None

    @rule(item=items, person=people, verdict=verdicts)
    def decide(self, item, person, verdict):
        asked = self.asked(verdict) | {"item_id": self.items[item], "reviewer": self.users[person]}
        if made := self.attempt(lambda: decide(**asked)):
            self.made.append(made)

    @rule(chosen=st.sets(items, min_size=2), person=people, verdict=verdicts)
    def decide_many(self, chosen, person, verdict):
        ids = [self.items[item] for item in chosen]
        batch = decide_many(**self.asked(verdict), item_ids=ids, reviewer=self.users[person])
        self.made += batch.decided
        self.batches.append(batch.id)

    @rule(item=items, person=people, verdict=verdicts)
    def recheck(self, item, person, verdict):
        asked = self.asked(verdict) | {"item_id": self.items[item], "reviewer": self.users[person]}
        if made := self.attempt(lambda: recheck(**asked)):
            self.made.append(made)

    @rule(person=people, verdict=verdicts)
    def recheck_all(self, person, verdict):
        batch = recheck_many(**self.asked(verdict), item_ids=self.items, reviewer=self.users[person])
        self.made += batch.decided
        self.batches.append(batch.id)

    @rule(which=nth, step=st.integers(0, 2))
    def press_undo(self, which, step):
        """As the key does it: one of the last steps of somebody who decided something."""
        user = self.nth_made(which).reviewer
        steps = last_decisions(account=self.account, reviewer=user, now=self.now)
        if steps:
            chosen = steps[step % len(steps)]
            asked = {"batch": chosen.batch} if chosen.batch else {"decision_ids": [chosen.pk]}
            assert len(undo(account=self.account, actor=user, now=self.now, **asked)) == chosen.together

    @rule(which=st.lists(nth, min_size=1, max_size=3), person=people, is_own=st.booleans())
    def undo_some(self, which, person, is_own):
        user = self.nth_made(which[0]).reviewer if is_own else self.users[person]
        ids = [self.nth_made(number).pk for number in which]
        self.attempt(lambda: undo(account=self.account, decision_ids=ids, actor=user, now=self.now))

    @rule(which=nth, person=people)
    def undo_a_batch(self, which, person):
        asked = {"batch": self.batches[which % len(self.batches)], "actor": self.users[person]}
        self.attempt(lambda: undo(account=self.account, now=self.now, **asked))

    def nth_made(self, number):
        return self.made[number % len(self.made)]

    @rule(seconds=st.sampled_from([1, 9, 40, 700]))
    def wait(self, seconds):
        self.seconds += seconds

    @precondition(lambda desk: not desk.under_way)
    @rule(count=st.integers(1, 6), seconds=st.sampled_from([9, 9, 700]))
    def begin_to_send(self, count, seconds):
        self.seconds += seconds
        self.under_way = leased(self.now, count)

    @rule(fate=fates)
    def send(self, fate):
        self.begin_to_send(6, 9)
        self.what_comes_of_it(fate)

    @precondition(lambda desk: desk.under_way)
    @rule(fate=fates)
    def what_comes_of_it(self, fate):
        """A request that is under way ends long before its lease does: nothing arrives after that."""
        for callback in self.under_way:
            if fate in ("delivered", "answer lost") and callback.lease_until > self.now:
                self.receivers[callback.endpoint_id].take(callback)
            if fate != "killed" and callback.lease_until > self.now:
                outcome = {"delivered": DELIVERED, "refused": REFUSED}.get(fate, SILENT)
                assert finish(callback=callback, outcome=outcome, started=self.now, now=self.now)
        self.under_way = []

    def deliver_the_rest(self):
        self.under_way = []
        for _attempt in range(100):
            if not Callback.objects.filter(state="due").exists():
                return
            self.seconds += 24 * 3600
            for callback in leased(self.now):
                self.receivers[callback.endpoint_id].take(callback)
                assert finish(callback=callback, outcome=DELIVERED, started=self.now, now=self.now)
        raise AssertionError("There are callbacks that nobody ever sends.")

    def compare(self):
        rows = ReviewItem.objects.filter(pk__in=self.items).select_related("result")
        rows = rows.prefetch_related("decisions", "result__label_rows")
        samples = dict(TextSample.objects.present().values_list("origin", "outcome"))
        for item in rows:
            self.compare_item(item)
            assert samples.get(str(item.request_id), "") == item.effective_outcome
            holds = (item.effective_outcome, item.effective_label) if item.outcome else UNDECIDED
            for receiver in self.receivers.values():
                assert receiver.believes.get(f"result:{item.request_id}", UNDECIDED) == holds

    def compare_item(self, item):
        """The item and its result say what its standing decisions say."""
        standing = sorted(
            (one for one in item.decisions.all() if one.undone_at is None), key=lambda one: one.round
        )
        first = [one for one in standing if one.stage == "decision"]
        second = [one for one in standing if one.stage == "recheck"]
        assert len(first) == bool(standing) and standing[:1] == first
        assert item.state == ("decided" if first else item.state) and item.rounds == len(standing)
        assert (item.outcome, item.decided_label) == said_by(first)
        assert (item.recheck_outcome, item.recheck_label) == said_by(second)
        result = item.result
        assert (result.human_outcome, result.human_label) == said_by(standing)
        assert {row.human_outcome for row in result.label_rows.all()} <= {result.human_outcome}


def said_by(decisions):
    return (decisions[-1].outcome, decisions[-1].label) if decisions else ("", "")


@pytest.mark.django_db
def test_clients_end_up_knowing_what_holds_after_any_sequence():
    account = make_account()
    users = [make_user(name, account=account) for name in ("ann", "ben")]
    users.append(make_user("lead", account=account, role=Role.RECHECKER))
    endpoints = [
        make_endpoint(account).endpoint,
        # Wants no corrections, and is told of those that concern what it was told.
        make_endpoint(account, events=["review.decided", "review.rechecked"]).endpoint,
    ]
    Desk.ground = (account, users, waiting_items(account, ITEMS), endpoints)
    limits = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Desk, settings=limits)
