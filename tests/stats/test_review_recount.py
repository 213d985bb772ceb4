"""Whatever people decide, recheck, take back and cancel: the figures are those of a recount."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from config.errors import PlatformError
from config.uuid7 import uuid7
from moderation.models import ModerationResult
from review.intake import open_item
from review.models import Decision, Feedback, ReviewItem, ReviewQueue
from review.operations.decisions import decide, decide_many
from review.operations.expiry import expire_items
from review.operations.feedback import give_feedback, withdraw_feedback
from review.operations.recheck import recheck, recheck_many
from review.operations.submit import withdraw
from review.operations.undo import last_decisions, undo
from review.states import Mode
from stats.models import (
    HandlingCounter,
    MachineCounter,
    MachineDelta,
    MachineFact,
    WorkCounter,
    WorkDelta,
    WorkFact,
)
from stats.models.review_work import WORK
from stats.review_folding import FOLD_MACHINE, FOLD_WORK, fold, fold_review
from stats.review_recount import count_what_is_missing, recount
from tests.factories import NOW, make_account, make_user, service_of
from tests.ground import proofs

pytestmark = pytest.mark.django_db
STEPS = proofs.of(6000, part=200)
LABELS = ["pt_to_contact", "contraband_drug", "contraband_gambling"]
SERVICES = ["comment_detection", "chat_detection"]


IN_ORDER = [
    *["come_in"] * 8, "decide", "recheck", "undo", "decide_many", "undo_batch", "decide_many", "recheck_many",
    *["come_in"] * 8, "cancel", "expire", "say_wrong", "take_back", "fold",
]  # fmt: skip
# In the order of the names above, each taken once.
WEIGHTS = [20, 22, 12, 9, 5, 5, 4, 4, 6, 6, 4, 7]


class Floor:
    """Some people, many items, and dice that say what happens next."""

    def __init__(self, account, seed):
        self.account, self.dice = account, random.Random(seed)
        self.users = [make_user(name, account=account, role="account_admin") for name in ("ann", "ben", "cy")]
        self.services = [service_of(account, code) for code in SERVICES]
        self.queues = [
            ReviewQueue.objects.create(
                account=account, name=f"queue {number}", position=number, sla_minutes=90, created_at=NOW
            )
            for number in range(2)
        ]
        self.now, self.items, self.batches, self.given = NOW, [], [], []
        self.done = dict.fromkeys(IN_ORDER, 0)

    def happen(self, steps):
        for _number in range(steps):
            self.now += timedelta(seconds=self.dice.choice([1, 60, 600, 3600, 40_000]))
            self.attempt(self.dice.choices(list(self.done), WEIGHTS)[0])

    def attempt(self, name) -> bool:
        """People are refused all the time: nothing has happened then."""
        try:
            with transaction.atomic():
                has_happened = bool(getattr(self, name)())
        except PlatformError:
            return False
        self.done[name] += has_happened
        return has_happened

    def everything_once(self):
        for name in IN_ORDER:
            if name == "expire":
                self.now += timedelta(days=8)
            assert any(self.attempt(name) for _try in range(100)), name

    def asked(self):
        outcome = self.dice.choice(["pass", "block"])
        label = self.dice.choice(LABELS) if outcome == "block" else ""
        return {
            "account": self.account, "reviewer": self.dice.choice(self.users),
            "outcome": outcome, "label": label, "now": self.now,
        }  # fmt: skip

    def one(self):
        return self.dice.choice(self.items)

    def some(self):
        return {self.one() for _number in range(5)}

    def handled(self):
        return self.dice.choice([None, 0, 900, 4_000, 61_000])

    def come_in(self):
        level = self.dice.choice(["none", "none", "low", "high"])
        labels = [{"label": self.dice.choice(LABELS), "level": level, "confidence": 90.0, "evidence": []}]
        service = self.dice.choice(self.services)
        result = ModerationResult.objects.create(
            account=self.account, request_id=uuid7(), service=service, version_id=service.current_version_id,
            content_type="text", content=f"text {len(self.items)}", level=level,
            labels=labels if level != "none" else [], source="api", took_us=1, created_at=self.now,
        )  # fmt: skip
        item = open_item(result=result, mode=self.dice.choice(list(Mode)), now=self.now)
        self.items.append(item.pk)
        return True

    def decide(self):
        return decide(item_id=self.one(), handling_ms=self.handled(), **self.asked())

    def decide_many(self):
        batch = decide_many(item_ids=self.some(), handling_ms=self.handled(), **self.asked())
        self.batches += [batch.id] if batch.decided else []
        return batch.decided

    def recheck(self):
        return recheck(item_id=self.one(), **self.asked())

    def recheck_many(self):
        batch = recheck_many(item_ids=self.some(), **self.asked())
        self.batches += [batch.id] if batch.decided else []
        return batch.decided

    def undo(self):
        user = self.dice.choice(self.users)
        steps = last_decisions(account=self.account, reviewer=user, now=self.now)
        asked = {"account": self.account, "actor": user, "now": self.now}
        return steps and undo(decision_ids=[self.dice.choice(steps).pk], **asked)

    def undo_batch(self):
        asked = {"account": self.account, "actor": self.users[0], "now": self.now}
        return self.batches and undo(batch=self.batches[-1], **asked)

    def cancel(self):
        request_id = ReviewItem.objects.get(pk=self.one()).request_id
        return withdraw(account=self.account, request_id=request_id, actor=None, now=self.now)

    def expire(self):
        return expire_items(now=self.now)

    def say_wrong(self):
        result = ReviewItem.objects.select_related("result").get(pk=self.one()).result
        kind = self.dice.choice(Feedback.Kind.values)
        label = self.dice.choice([*LABELS, ""])
        given = give_feedback(result=result, kind=kind, label=label, actor=self.users[0], now=self.now)
        self.given.append(given)
        return given

    def take_back(self):
        if not self.given:
            return False
        return withdraw_feedback(feedback=self.dice.choice(self.given), actor=self.users[0], now=self.now)

    def fold(self):
        """A part of the tail, so that what is taken back was folded or was not."""
        batch = self.dice.choice([1, 7, 50])
        return fold(FOLD_WORK, now=self.now, batch=batch) + fold(FOLD_MACHINE, now=self.now, batch=batch)


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_those_of_a_recount_whatever_happened(seed):
    floor = Floor(make_account(), seed)
    type(floor.account).objects.update(time_zone="Asia/Kolkata")
    floor.account.refresh_from_db()
    floor.everything_once()

    for _part in range(5):
        floor.happen(STEPS // 10)
        assert recount(account=floor.account) == []
    fold_review(now=floor.now)

    assert recount(account=floor.account) == []
    assert not WorkDelta.objects.exists()
    assert WorkFact.objects.filter(rechecked__gt=0, overturned__gt=0).exists()
    assert MachineFact.objects.filter(missed__gt=0).exists()


class TestRecount:
    @pytest.fixture
    def floor(self):
        floor = Floor(make_account(), 3)
        floor.everything_once()
        floor.happen(40)
        return floor

    def test_tells_what_was_not_counted_and_counts_it(self, floor):
        fold_review(now=floor.now)
        before = figures(floor.account)
        forget_everything()

        assert recount(account=floor.account)
        assert count_what_is_missing(account=floor.account) > 5
        assert recount(account=floor.account) == []
        assert figures(floor.account) == before

    def test_items_that_are_gone_stay_counted(self, floor):
        before = figures(floor.account)
        ended = ReviewItem.objects.filter(state__in=["cancelled", "expired"])
        Decision.objects.filter(item__in=ended).delete()
        ended.delete()
        gone = recount(account=floor.account)

        assert gone and all(not drift.missing for drift in gone)
        assert count_what_is_missing(account=floor.account) == 0
        assert figures(floor.account) == before


def figures(account):
    rows = WorkFact.objects.owned_by(account).order_by().values("queue", "service").added_up(WORK)
    return sorted(rows.values_list("queue", "service", *(f"all_{name}" for name in WORK)))


def forget_everything():
    for model in (WorkDelta, WorkCounter, HandlingCounter, MachineDelta, MachineCounter):
        model.objects.all().delete()
