"""Eight reviewers on two thousand items, with everything that goes wrong on a busy floor."""

import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction

from config.audit.models import AuditRecord
from config.audit.records import faults
from config.uuid7 import uuid7
from libraries.models import TextSample
from moderation.models import Callback, ModerationResult, ResultLabel
from review.intake import digest_of_content, open_item
from review.models import Decision, ReviewItem
from review.operations.claims import claim
from review.operations.decisions import AlreadyDecided, HeldByAnother, decide, decide_many
from review.states import Mode
from tests.factories import NOW, make_account, make_endpoint, make_user, service_of
from tests.ground import proofs

ITEMS, REVIEWERS = proofs.of(2000, part=400), 8
COPIED = ["account", "mode", "queue", "service", "content_type", "level", "label", "group", "priority"]
COPIED += ["created_at", "due_at", "urgent_at", "expires_at"]
NAMES = ["ann", "ben", "cem", "dan", "eve", "fay", "gus", "hal"]


def waiting_items(account, count):
    """Items as the machine opens them: one is opened, the others are made after its pattern."""
    service = service_of(account)
    label = {"label": "pt_to_contact", "level": "high", "confidence": 90.0, "evidence": []}
    results = ModerationResult.objects.bulk_create(
        ModerationResult(
            account=account, request_id=uuid7(), service=service, version_id=service.current_version_id,
            content_type="text", content=f"text number {number}", level="high", labels=[label],
            source="api", took_us=1, created_at=NOW,
        )
        for number in range(count)
    )  # fmt: skip
    with transaction.atomic():
        ResultLabel.objects.create_for(results[0])
        pattern = open_item(result=results[0], mode=Mode.AUDIT, now=NOW)
        said = {name: getattr(pattern, name) for name in COPIED}
        ReviewItem.objects.bulk_create(
            ReviewItem(result=result, request_id=result.request_id, digest=digest_of_content(result), **said)
            for result in results[1:]
        )
    return list(ReviewItem.objects.owned_by(account).order_by("pk").values_list("pk", flat=True))


class Floor:
    """What the reviewers share: the clock on the wall, and the items that there were this morning."""

    def __init__(self, account, items):
        self.account, self.items = account, items
        self.elapsed, self.lock = 0.0, threading.Lock()

    def now(self, seconds: float = 1.0):
        with self.lock:
            self.elapsed += seconds
            return NOW + timedelta(seconds=self.elapsed)


class Reviewer:
    def __init__(self, floor, user):
        self.floor, self.user = floor, user
        self.dice = random.Random(user.username)
        self.won, self.told, self.left_open = {}, [], []

    def work(self):
        try:
            while True:
                act = self.dice.choices(
                    [self.take_some, self.mark_many, self.return_to_an_old_tab, self.have_lunch],
                    [60, 20, 15, 5],
                )[0]
                act()
                if not ReviewItem.objects.owned_by(self.floor.account).open().exists():
                    return
        finally:
            connection.close()

    def take_some(self):
        held = claim(
            account=self.floor.account,
            reviewer=self.user,
            count=self.dice.randint(1, 12),
            now=self.floor.now(),
        )
        for place, item in enumerate(held):
            if self.dice.random() < 0.1:
                self.left_open += [one.pk for one in held[place:]]
                return
            self.press(item.pk, "single")
            if self.dice.random() < 0.2:
                self.press(item.pk, "double click")

    def press(self, item_id, how):
        said = (
            {"outcome": "block", "label": "pt_to_contact"}
            if self.dice.random() < 0.3
            else {"outcome": "pass"}
        )
        try:
            decision = decide(
                account=self.floor.account, item_id=item_id, reviewer=self.user, now=self.floor.now(), **said
            )
        except (AlreadyDecided, HeldByAnother) as refusal:
            self.told.append((how, item_id, refusal))
        else:
            self.note(decision)

    def mark_many(self):
        start = self.dice.randrange(len(self.floor.items))
        wanted = self.floor.items[start : start + self.dice.randint(2, 40)]
        batch = decide_many(
            account=self.floor.account,
            item_ids=wanted,
            reviewer=self.user,
            outcome="pass",
            now=self.floor.now(),
        )
        assert {one.item_id for one in batch.decided} | set(batch.refused) == set(wanted)
        for decision in batch.decided:
            self.note(decision)
        self.told += [("batch", item_id, refusal) for item_id, refusal in batch.refused.items()]

    def return_to_an_old_tab(self):
        tab, self.left_open = self.left_open[:10], self.left_open[10:]
        for item_id in tab:
            self.press(item_id, "stale tab")

    def have_lunch(self):
        """Everybody's leases end meanwhile."""
        self.floor.now(seconds=11 * 60)

    def note(self, decision):
        assert decision.item_id not in self.won
        self.won[decision.item_id] = decision


@pytest.mark.django_db(transaction=True)
def test_each_item_gets_one_decision_and_whoever_came_late_is_told_who_and_when():
    account = make_account()
    make_endpoint(account)
    floor = Floor(account, waiting_items(account, ITEMS))
    reviewers = [Reviewer(floor, make_user(name, account=account)) for name in NAMES[:REVIEWERS]]

    threads = [threading.Thread(target=reviewer.work) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = {item: decision for reviewer in reviewers for item, decision in reviewer.won.items()}
    assert sum(len(reviewer.won) for reviewer in reviewers) == len(winners) == ITEMS
    assert all(len(reviewer.won) > 0 for reviewer in reviewers)
    kept = Decision.objects.owned_by(account).values_list("item", "reviewer", "outcome", "round")
    assert sorted(kept) == sorted((item, one.reviewer_id, one.outcome, 1) for item, one in winners.items())
    rows = ReviewItem.objects.owned_by(account).decided()
    assert sorted(rows.values_list("pk", "decided_by", "outcome", "decided_at", "claimed_by")) == sorted(
        (item, one.reviewer_id, one.outcome, one.decided_at, None) for item, one in winners.items()
    )

    ways = Counter()
    for reviewer in reviewers:
        for how, item_id, refusal in reviewer.told:
            ways[how, refusal.code] += 1
            if isinstance(refusal, AlreadyDecided):
                winner = winners[item_id]
                assert refusal.details["by"] == winner.reviewer.username
                assert refusal.details["at"] == winner.decided_at.isoformat()
                assert refusal.details["outcome"] == winner.outcome
            else:
                assert refusal.details["by"] in NAMES and refusal.details["by"] != reviewer.user.username
    # Everything that was to go wrong did.
    assert ways["double click", "already_decided"] and ways["stale tab", "already_decided"]
    assert ways["batch", "already_decided"] and ways["batch", "held_by_another"]

    for result in ModerationResult.objects.owned_by(account).select_related("review_item"):
        assert result.human_outcome == result.review_item.outcome
    assert Callback.objects.filter(event="review.decided").count() == ITEMS
    assert TextSample.objects.owned_by(account).present().count() == ITEMS
    assert AuditRecord.objects.filter(action="review.decided").count() == ITEMS
    assert list(faults(account=account)) == []
