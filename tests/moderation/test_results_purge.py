"""What is older than it is kept goes, with all that hangs on it; what somebody needs stays."""

import hashlib
import json
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from config.audit.models import AuditRecord
from config.audit.records import faults
from config.retention.models import PurgeReceipt
from moderation.callbacks.endpoints import create_endpoint
from moderation.models import Callback, CallbackAttempt, ModerationResult, ResultLabel
from review.models import Decision, Feedback, ReviewItem
from review.operations.decisions import decide
from review.operations.feedback import feedback_counts, give_feedback
from tests.factories import NOW, make_account, make_item, make_result, make_user
from tests.moderation.results_made import image_service, moderate_picture, store
from tests.purges import purge_callbacks, purge_results

pytestmark = pytest.mark.django_db
OLD = NOW - timedelta(days=31)
ALMOST = NOW - timedelta(days=30) + timedelta(seconds=1)


@pytest.fixture
def account():
    return make_account()


def audited(account, kept="results") -> list[dict]:
    records = AuditRecord.objects.owned_by(account).filter(action="retention.purged").order_by("id")
    told = [json.loads(record.body)["after"] for record in records]
    return [one for one in told if one["class"] == kept]


class TestResults:
    def test_go_when_their_days_are_over_with_their_labels(self, account):
        store(account, "pt_to_contact", at=OLD)
        kept = store(account, "pt_to_contact", at=ALMOST)
        other = store(make_account(), at=OLD)

        assert purge_results(now=NOW) == 2

        assert list(ModerationResult.objects.all()) == [kept]
        assert ResultLabel.objects.count() == 1
        assert [after["rows"] for after in audited(account)] == [1]
        assert [after["rows"] for after in audited(other.account)] == [1]

    def test_are_told_of_once_with_the_sum_of_their_ids(self, account):
        results = [store(account, at=OLD - timedelta(minutes=number // 3)) for number in range(7)]
        in_order = sorted(results, key=lambda one: (one.created_at, one.pk))
        ids = "".join(f"{one.request_id}\n" for one in in_order)

        assert purge_results(now=NOW, batch=3) == 7

        receipt = PurgeReceipt.objects.get()
        assert (receipt.rows, receipt.files, receipt.was_killed) == (7, 0, False)
        assert (receipt.first_at, receipt.last_at) == (in_order[0].created_at, in_order[-1].created_at)
        assert receipt.ids_sha256 == hashlib.sha256(ids.encode()).hexdigest()
        assert [(one["rows"], one["ids_sha256"]) for one in audited(account)] == [(7, receipt.ids_sha256)]
        assert purge_results(now=NOW) == 0
        assert len(audited(account)) == PurgeReceipt.objects.count() == 1
        assert list(faults()) == []

    def test_wait_for_the_next_round_when_time_is_up(self, account):
        store(account, at=OLD)

        assert purge_results(now=NOW, seconds=0) == 0
        assert purge_results(now=NOW) == 1

    def test_stay_for_ever_when_no_days_are_set(self, account, settings):
        settings.ASSAY_RESULTS_KEPT_DAYS = 0
        store(account, at=OLD)

        assert purge_results(now=NOW) == 0

    @pytest.mark.usefixtures("fake_engines")
    def test_take_their_picture_along_once_no_result_names_it(self, account, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        for code in ("albums", "avatars"):
            image_service(account, code)
        first, second = moderate_picture(account, services=("albums", "avatars"), at=OLD)
        ModerationResult.objects.filter(pk=second.pk).update(created_at=NOW)
        key = first.media["key"]
        assert key == second.media["key"]

        purge_results(now=NOW)
        assert default_storage.exists(key)

        ModerationResult.objects.filter(pk=second.pk).update(created_at=OLD)
        purge_results(now=NOW)
        assert not default_storage.exists(key)
        assert [after["files"] for after in audited(account)] == [0, 1]
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


class TestWhatReviewNeeds:
    def test_stays_until_somebody_decided(self, account):
        ann = make_user(account=account)
        item = make_item(account)
        ModerationResult.objects.filter(pk=item.result_id).update(created_at=OLD)

        assert purge_results(now=NOW) == 0
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        assert purge_results(now=NOW) == 1

        item.refresh_from_db()
        assert item.result is None and item.request_id and item.state == "decided"
        assert Decision.objects.get().item == item

    def test_does_not_hold_up_what_comes_after_it(self, account):
        items = [make_item(account) for _number in range(4)]
        ModerationResult.objects.filter(review_item__in=items).update(created_at=OLD - timedelta(days=1))
        store(account, at=OLD)

        assert purge_results(now=NOW, batch=2) == 1
        assert ReviewItem.objects.filter(result=None).count() == 0

    def test_feedback_outlives_its_result(self, account):
        result = store(account, "pt_to_contact", at=OLD)
        ann = make_user(account=account)
        give_feedback(
            result=result,
            kind="false_positive",
            label="pt_to_contact",
            actor=ann,
            now=NOW - timedelta(days=3),
        )

        purge_results(now=NOW)

        feedback = Feedback.objects.get()
        assert feedback.result is None and feedback.request_id == result.request_id
        assert len(feedback_counts(account=account, starts_at=OLD, ends_at=NOW)) == 1


@pytest.mark.django_db(transaction=True)
class TestNobodyWaits:
    def test_a_result_in_somebodys_hands_is_left_for_the_next_round(self):
        account = make_account()
        held, free = store(account, at=OLD), store(account, at=OLD)
        taken, done = threading.Event(), threading.Event()

        def hold():
            with transaction.atomic():
                ModerationResult.objects.select_for_update().get(pk=held.pk)
                taken.set()
                done.wait(20)
            connection.close()

        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait(20)
        try:
            assert purge_results(now=NOW) == 1
            assert not ModerationResult.objects.filter(pk=free.pk).exists()
        finally:
            done.set()
            holder.join()
        assert purge_results(now=NOW) == 1


class TestCallbacks:
    def test_that_came_to_an_end_go_with_their_attempts(self, account):
        create_endpoint(account=account, name="app", url="https://client.example/", actor=None, now=NOW)
        for number in range(3):
            make_result(account, f"Add me on WeChat: abc_1234{number}", now=OLD)
        ann = make_user(account=account)
        for item in ReviewItem.objects.owned_by(account):
            decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=OLD)
        delivered, dead, due = Callback.objects.owned_by(account).order_by("id")[:3]
        Callback.objects.exclude(pk__in=[delivered.pk, dead.pk, due.pk]).delete()
        for callback, state in [(delivered, "delivered"), (dead, "dead")]:
            Callback.objects.filter(pk=callback.pk).update(state=state, finished_at=OLD)
        CallbackAttempt.objects.create(
            account=account, callback=delivered, number=1, started_at=OLD, took_ms=1, status=200
        )

        assert purge_callbacks(now=NOW, batch=1) == 2

        assert list(Callback.objects.all()) == [due]
        assert CallbackAttempt.objects.count() == 0
        assert [after["rows"] for after in audited(account, "callbacks")] == [2]

    def test_younger_ones_stay(self, account, settings):
        settings.ASSAY_CALLBACKS_KEPT_DAYS = 0
        assert purge_callbacks(now=NOW) == 0
