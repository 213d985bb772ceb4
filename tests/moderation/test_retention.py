"""An account keeps what it says as long as it says; what is held stays; a killed purge loses nothing."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as all_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from config.audit.models import AuditRecord
from config.audit.records import faults
from config.retention import holds as holding
from config.retention.classes import class_named, kept_days
from config.retention.files import doom, sweep
from config.retention.holds import LegallyHeld, held, place_hold
from config.retention.models import DoomedFile, PurgeReceipt
from config.retention.orphans import GRACE, orphans, remove_orphans
from config.retention.periods import set_period
from config.retention.preview import preview
from config.retention.purging import FORSAKEN, purge
from libraries.models import TextSample
from libraries.operations.samples import add_text_sample
from moderation.models import Callback, Event, MediaAsset, ModerationResult, ModerationTask
from moderation.operations.assets import remove_asset
from moderation.results_asked import read_asked
from review.models import Decision, Feedback, ReviewItem
from review.operations.decisions import decide
from review.operations.expiry import date_anew
from review.operations.feedback import give_feedback
from stats.models import UsageCounter
from stats.operations import fold
from tests.assets import make_asset
from tests.factories import NOW, make_account, make_endpoint, make_item, make_result, make_user, service_of
from tests.ground import proofs
from tests.moderation.results_made import store
from tests.stats.programs import database_url

pytestmark = pytest.mark.django_db
OLD = NOW - timedelta(days=31)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def keep(account, name, days, **given):
    return set_period(account=account, name=name, days=days, **{"actor": None, "now": NOW} | given)


def hold(account, scope, value="", **given):
    asked = {"reason": "A court asked for it.", "actor": None, "now": NOW - timedelta(days=1)} | given
    return place_hold(account=account, scope=scope, value=value, **asked)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestDaysOfAnAccount:
    def test_go_before_those_of_the_installation(self, account):
        other = make_account()
        store(account, at=OLD)
        store(other, at=OLD)
        keep(account, "results", 90)

        assert purge(now=NOW, names=["results"]) == {"results": 1}
        assert ModerationResult.objects.get().account == account
        assert (kept_days(account, "results"), kept_days(other, "results")) == (90, 30)

    def test_hold_for_what_follows_the_class_and_for_lists(self, account):
        keep(account, "results", 90)
        assert kept_days(account, "tasks") == 90
        asked, _faults = read_asked({}, account=account, now=NOW)
        assert asked.starts_at == NOW - timedelta(days=90)

        keep(account, "results", 0)
        asked, _faults = read_asked({}, account=account, now=NOW)
        assert asked.starts_at is None
        store(account, at=NOW - timedelta(days=4000))
        assert purge(now=NOW, names=["results"]) == {"results": 0}

    def test_are_audited_and_can_be_given_back(self, account, settings):
        ann = make_user(account=account)
        keep(account, "callbacks", 5, actor=ann)
        keep(account, "callbacks", 5, actor=ann)
        keep(account, "callbacks", None, actor=ann)

        told = AuditRecord.objects.owned_by(account).filter(action="retention.changed").order_by("id")
        assert [(one.subject, one.body) for one in told] == [
            ("retention:callbacks", '{"after": {"days": 5}, "before": {"days": null}}'),
            ("retention:callbacks", '{"after": {"days": null}, "before": {"days": 5}}'),
        ]
        settings.ASSAY_CALLBACKS_KEPT_DAYS = 12
        assert kept_days(account, "callbacks") == 12

    def test_give_items_that_wait_to_be_audited_another_end(self, account):
        item = make_item(account)
        assert item.expires_at == NOW + timedelta(days=7)

        keep(account, "audit_items", 2)
        assert date_anew(account=account)
        item.refresh_from_db()
        assert item.expires_at == NOW + timedelta(days=2)
        assert make_item(account).expires_at == NOW + timedelta(days=2)

        keep(account, "audit_items", 0)
        assert date_anew(account=account)
        item.refresh_from_db()
        assert item.expires_at is None


class TestEveryClass:
    def test_goes_when_its_days_are_over(self, account):
        make_endpoint(account)
        ann = make_user(account=account)
        result = make_result(account, now=OLD)
        item = ReviewItem.objects.get(result=result)
        decide(
            account=account, item_id=item.pk, reviewer=ann, outcome="block", label="pt_to_contact", now=OLD
        )
        give_feedback(result=result, kind="false_positive", label="", actor=ann, now=OLD)
        Callback.objects.update(state="delivered", finished_at=OLD)
        asset = make_asset(account)
        MediaAsset.objects.update(created_at=OLD)
        fold(now=OLD)
        for name in ("decisions", "feedback", "media", "samples", "statistics"):
            keep(account, name, 30)

        purged = purge(now=NOW)

        assert {name for name, rows in purged.items() if rows} == {
            "results", "callbacks", "events", "decisions", "feedback", "media", "samples", "statistics",
            "label_statistics", "time_statistics",
        }  # fmt: skip
        for model in (ModerationResult, Callback, Event, ReviewItem, Decision, Feedback, UsageCounter):
            assert not model.objects.owned_by(account).exists(), model
        assert not TextSample.objects.present().exists()
        asset.refresh_from_db()
        assert (asset.removed_at, asset.key, asset.cover_key) == (NOW, "", "")
        assert {one.name: one.rows for one in PurgeReceipt.objects.all()} == {
            name: rows for name, rows in purged.items() if rows
        }
        assert PurgeReceipt.objects.get(name="media").files == 2
        assert list(faults()) == []

    def test_items_stay_as_long_as_their_result(self, account):
        item = make_item(account)
        ann = make_user(account=account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        ReviewItem.objects.update(created_at=OLD)
        Decision.objects.update(decided_at=OLD)
        keep(account, "decisions", 5)

        assert purge(now=NOW, names=["decisions"]) == {"decisions": 0}
        ReviewItem.objects.update(result=None)
        assert purge(now=NOW, names=["decisions"]) == {"decisions": 1}


class TestWhatIsHeld:
    @pytest.mark.parametrize("scope", ["author_id", "data_id", "request_id"])
    def test_stays_with_all_that_tells_of_it(self, account, scope):
        make_endpoint(account)
        mine = make_result(account, "Add me on WeChat: abc_12345", now=OLD, data_id="d1", author_id="a1")
        make_result(account, "Add me on WeChat: xyz_12345", now=OLD, data_id="d2", author_id="a2")
        ann = make_user(account=account)
        for item in ReviewItem.objects.all():
            decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=OLD)
        Callback.objects.update(state="delivered", finished_at=OLD)
        hold(account, scope, str(getattr(mine, scope)))

        purge(now=NOW, names=["results", "callbacks", "events"])

        assert list(ModerationResult.objects.all()) == [mine]
        assert [one.subject for one in Event.objects.all()] == [f"result:{mine.request_id}"]
        assert [one.subject for one in Callback.objects.all()] == [f"result:{mine.request_id}"]
        assert held(account, data_id="d1") and held(account, request_id=str(mine.request_id))
        assert not held(account, data_id="d2")

    def test_is_a_recording_and_nobody_takes_it_out(self, account):
        asset = make_asset(account, author_id="a1")
        MediaAsset.objects.update(created_at=OLD)
        keep(account, "media", 30)
        one = hold(account, "media_id", asset.media_id)

        assert purge(now=NOW, names=["media"]) == {"media": 0}
        with pytest.raises(LegallyHeld):
            remove_asset(asset=asset, actor=None, now=NOW)
        assert held(account, author_id="a1")

        holding.release_hold(account=account, hold_id=one.pk, actor=None, now=NOW)
        remove_asset(asset=asset, actor=None, now=NOW)
        assert not default_storage.exists(asset.key)

    def test_is_everything_of_an_account(self, account):
        store(account, at=OLD)
        store(make_account(), at=OLD)
        hold(account, "account")

        assert purge(now=NOW, names=["results"]) == {"results": 1}
        assert ModerationResult.objects.get().account == account

    def test_goes_once_the_hold_is_over(self, account):
        store(account, at=OLD, author_id="a1")
        hold(account, "author_id", "a1", until=NOW)

        assert purge(now=NOW - timedelta(seconds=1), names=["results"]) == {"results": 0}
        assert purge(now=NOW, names=["results"]) == {"results": 1}

    def test_is_learned_from_held_content_too(self, account):
        result = store(account, at=OLD, author_id="a1")
        add_text_sample(
            account=account, content="x", outcome="pass", label="", origin=str(result.request_id), now=OLD
        )
        keep(account, "samples", 5)
        hold(account, "author_id", "a1")

        assert purge(now=NOW, names=["samples"]) == {"samples": 0}


@pytest.mark.django_db(transaction=True)
class TestAHoldThatIsPlacedMeanwhile:
    def test_waits_for_the_batch_under_way_and_holds_from_the_next(self):
        account, order = make_account(), []
        began, may_end = threading.Event(), threading.Event()

        def batch():
            with transaction.atomic():
                holding.steady_holds(account)
                began.set()
                may_end.wait(20)
                order.append("batch")
            connection.close()

        def place():
            began.wait(20)
            hold(account, "author_id", "a1")
            order.append("hold")
            connection.close()

        threads = [threading.Thread(target=batch), threading.Thread(target=place)]
        for thread in threads:
            thread.start()
        began.wait(20)
        threads[1].join(1)
        assert order == []
        may_end.set()
        for thread in threads:
            thread.join()
        assert order == ["batch", "hold"]


class TestAPreview:
    def test_says_what_would_go_and_what_would_stay(self, account):
        oldest = store(account, at=OLD - timedelta(days=1))
        newest = store(account, at=OLD)
        store(account, at=OLD, author_id="a1")
        ModerationResult.objects.filter(pk=make_item(account).result_id).update(created_at=OLD)
        hold(account, "author_id", "a1")
        results = class_named("results")

        found = preview(account=account, kept=results, now=NOW)

        assert (found.rows, found.held, found.needed, found.is_cut) == (2, 1, 1, False)
        assert (found.first_at, found.last_at) == (oldest.created_at, newest.created_at)
        assert preview(account=account, kept=results, now=NOW, days=90).rows == 0
        assert preview(account=account, kept=results, now=NOW, most=1).is_cut
        hold(account, "account")
        assert preview(account=account, kept=results, now=NOW).held == 4

    def test_takes_nothing(self, account):
        store(account, at=OLD)
        out = StringIO()
        call_command("purge", "--class", "results", "--account", account.uid, "--dry-run", stdout=out)

        assert f"{account.uid} results: 1 rows would go" in out.getvalue()
        assert ModerationResult.objects.count() == 1
        call_command("purge", "--class", "results", "--account", account.uid, stdout=out)
        assert "results: 1 rows purged." in out.getvalue()
        assert not ModerationResult.objects.exists()


class TestFiles:
    def test_that_could_not_be_removed_are_by_a_later_sweep(self, account, storage):
        default_storage.save("pictures/stays", ContentFile(b"x"))
        doom(account=account, keys=["pictures/stays", "pictures/gone-already"], now=NOW)
        (storage / "pictures").chmod(0o500)
        try:
            is_root = os.access(storage / "pictures", os.W_OK)
            assert sweep(now=NOW) == (2 if is_root else 1)
        finally:
            (storage / "pictures").chmod(0o700)
        sweep(now=NOW + timedelta(hours=1))
        assert files(storage) == [] and not DoomedFile.objects.exists()

    def test_without_an_owner_are_found_and_those_with_one_are_not(self, account, storage):
        owned = {
            "pictures/u/1": lambda key: store(account, media={"key": key}),
            "covers/u/2": lambda key: store(account, media={"cover_key": key}),
            "pictures/u/3": lambda key: ModerationTask.objects.create(
                account=account, task_id=store(account).request_id, content_type="image", services=[],
                key=key, due_at=NOW, created_at=NOW,
            ),
            "pictures/u/4": lambda key: doom(account=account, keys=[key], now=NOW),
        }  # fmt: skip
        for key, own in owned.items():
            default_storage.save(key, ContentFile(b"x"))
            own(key)
        for key in ("pictures/u/1.256.jpg", "pictures/u/nobodys", "pictures/u/nobodys.256.jpg"):
            default_storage.save(key, ContentFile(b"x"))
        default_storage.save(f"jobs/u/2026/11/21/{'0' * 32}/000.jpg", ContentFile(b"x"))
        default_storage.save("exports/u/nobodys.csv", ContentFile(b"x"))
        asset = make_asset(account)
        now = max(Path(storage / key).stat().st_mtime for key in files(storage))
        now = type(NOW).fromtimestamp(now, tz=NOW.tzinfo)
        kept = {*owned, "pictures/u/1.256.jpg", asset.key, asset.cover_key}

        assert list(orphans(now=now)) == []
        later = now + GRACE + timedelta(seconds=1)
        assert set(orphans(now=later)) == set(files(storage)) - kept
        assert remove_orphans(now=later) == 4
        assert set(files(storage)) == kept


@pytest.mark.django_db(transaction=True)
class TestAPurgeThatIsKilled:
    """Again and again, at any point: no file is left, no row is told of twice, the receipts add up."""

    def test_leaves_nothing_without_an_owner(self, storage):
        account, count = make_account(), proofs.of(3000, part=200)
        service = service_of(account)
        for number in range(count):
            key = f"pictures/{account.uid}/{number}"
            default_storage.save(key, ContentFile(b"x"))
            at = OLD - timedelta(seconds=number)
            store(account, "pt_to_contact", service=service, at=at, media={"key": key})

        kills = proofs.of(200, part=12)
        program = [sys.executable, "-m", "tests.moderation.dying_purges"]
        asked = [str(storage), NOW.isoformat(), str(kills)]
        environ = os.environ | {"DATABASE_URL": database_url()}
        died = subprocess.run(
            program + asked,
            env=environ,
            cwd=all_settings.BASE_DIR,
            check=True,
            capture_output=True,
            timeout=300,
        )
        assert int(died.stdout) >= 1
        gone = count - ModerationResult.objects.count()
        left_of_the_gone = len(files(storage)) - ModerationResult.objects.count()
        assert left_of_the_gone <= DoomedFile.objects.count()
        assert sum(one.rows for one in PurgeReceipt.objects.all()) == gone

        purge(now=NOW + FORSAKEN * 2, names=["results"])

        assert not ModerationResult.objects.exists()
        assert files(storage) == [] and not DoomedFile.objects.exists()
        receipts = list(PurgeReceipt.objects.all())
        assert sum(one.rows for one in receipts) == sum(one.files for one in receipts) == count
        assert all(one.ended_at for one in receipts)
        assert AuditRecord.objects.filter(action="retention.purged").count() == len(receipts)
        assert list(faults()) == []
