"""Two reviewers, the same thousand items, two real connections."""

import threading

import pytest
from django.db import connection

from config.audit.models import AuditRecord
from config.audit.records import faults
from libraries.models import TextSample
from moderation.callbacks.endpoints import create_endpoint
from moderation.models import Callback
from review.models import Decision, ReviewItem
from review.operations.decisions import AlreadyDecided, decide
from tests.factories import NOW, make_account, make_item, make_user
from tests.ground import proofs

ITEMS = proofs.of(1000, part=300)


@pytest.mark.django_db(transaction=True)
def test_each_item_is_decided_once_and_losers_are_told_who_and_when():
    account = make_account()
    reviewers = [make_user(name, account=account) for name in ("ann", "ben")]
    create_endpoint(account=account, name="app", url="https://client.example/", actor=None, now=NOW)
    items = [make_item(account).pk for _number in range(ITEMS)]
    won, lost = {"ann": [], "ben": []}, {"ann": [], "ben": []}
    start = threading.Barrier(2)

    def review(reviewer):
        start.wait()
        for item_id in items:
            try:
                decide(account=account, item_id=item_id, reviewer=reviewer, outcome="pass", now=NOW)
                won[reviewer.username].append(item_id)
            except AlreadyDecided as refusal:
                lost[reviewer.username].append((item_id, refusal.details["by"], refusal.details["at"]))
        connection.close()

    threads = [threading.Thread(target=review, args=[reviewer]) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won["ann"] + won["ben"]) == sorted(items)
    assert Decision.objects.count() == ITEMS
    assert not ReviewItem.objects.open().exists()
    for loser, winner in (("ann", "ben"), ("ben", "ann")):
        assert {item_id for item_id, _by, _at in lost[loser]} == set(won[winner])
        assert {(by, at) for _item_id, by, at in lost[loser]} <= {(winner, NOW.isoformat())}
    assert Callback.objects.filter(event="review.decided").count() == ITEMS
    assert TextSample.objects.owned_by(account).count() == ITEMS
    assert AuditRecord.objects.filter(action="review.decided").count() == ITEMS
    assert list(faults(account=account)) == []
