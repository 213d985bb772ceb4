"""Jobs that are cancelled, taken over, put off, buried and forgotten."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from config.audit.models import AuditRecord
from moderation.media import storage
from moderation.media_process import MediaProcess, waiting
from moderation.media_steps import verdict
from moderation.media_steps.work import MOST_ATTEMPTS, work_on_media
from moderation.models import Callback, MediaAsset, MediaJob, MediaShot, MediaUpload, ModerationResult
from moderation.operations.assets import remove_asset
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_assets import MediaInReview
from moderation.operations.media_jobs import MediaJobEnded, cancel_job
from moderation.operations.media_quota import MediaQuotaReached
from moderation.operations.uploads import UploadUsed
from review.models import ReviewItem
from review.operations.decisions import decide
from tests.factories import NOW, make_account, make_endpoint, make_user
from tests.moderation.media_jobs.films import Scene, film
from tests.purges import purge_jobs, purge_results
from tests.receivers import Reply, receiving

pytestmark = pytest.mark.django_db(transaction=True)

RISKY = film(Scene(0, "", 1), Scene(21_000, "[[fake:porn=91]]", 2), duration_ms=40_000)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def cancel(job):
    return cancel_job(account=job.account, job_id=job.job_id, actor=None, now=timezone.now())


class TestCancelling:
    @pytest.fixture(autouse=True)
    def everybody_listens(self, account):
        make_endpoint(account, events=["result.created", "task.failed"])

    def nothing_is_left(self, job, tmp_path):
        job.refresh_from_db()
        assert (job.state, job.lease_token, bool(job.finished_at)) == ("cancelled", None, True)
        assert not ModerationResult.objects.exists()
        assert not Callback.objects.exists()
        assert not MediaShot.objects.exists()
        assert files(tmp_path) == []

    def test_before_anything_was_done(self, accept, decoder, work, tmp_path):
        job = cancel(accept(RISKY))
        work()

        self.nothing_is_left(job, tmp_path)
        assert decoder.asked == []

    @pytest.mark.parametrize("at", ["probe", "shots"])
    def test_in_the_midst_of_a_step(self, accept, decoder, work, tmp_path, at):
        job = accept(RISKY)
        decoder.before = lambda kind: kind == at and cancel(job)
        work()

        self.nothing_is_left(job, tmp_path)

    def test_between_two_windows(self, accept, decoder, work, tmp_path):
        job = accept(RISKY)
        windows = []

        def later(kind):
            windows.append(kind)
            if windows.count("shots") == 2:
                assert MediaShot.objects.exists()
                cancel(job)

        decoder.before = later
        work()

        self.nothing_is_left(job, tmp_path)
        assert windows.count("shots") == 2

    def test_while_it_is_fetched(self, accept, decoder, work, tmp_path):
        jobs = []

        def answer(_received):
            cancel(jobs[0])
            return Reply(200, {"Content-Type": "video/mp4"}, RISKY)

        with receiving(answer) as server:
            jobs.append(accept(b"", source=RecordingSource(url=server.url)))
            work()

        self.nothing_is_left(jobs[0], tmp_path)

    def test_at_the_moment_of_the_verdict(self, accept, decoder, work, tmp_path, monkeypatch):
        job = accept(RISKY)
        known = verdict.Known.of
        monkeypatch.setattr(verdict.Known, "of", lambda held: (cancel(job), known(held))[1])
        work()

        self.nothing_is_left(job, tmp_path)

    def test_twice_changes_nothing_and_is_in_the_trail_once(self, accept):
        job = accept(RISKY)
        first, second = cancel(job), cancel(job)

        assert first.finished_at == second.finished_at
        assert AuditRecord.objects.filter(action="media_job.cancelled").count() == 1


class TestCancellingWhatIsDone:
    def test_takes_it_back_from_people(self, accept, decoder, work, account):
        job = accept(RISKY)
        work()
        item = ReviewItem.objects.get()
        cancel(job)
        cancel(job)
        item.refresh_from_db()

        assert item.state == "cancelled"
        assert MediaJob.objects.get().state == "done"
        assert ModerationResult.objects.exists()

    def test_is_refused_once_people_have_decided(self, accept, decoder, work, account):
        job = accept(RISKY)
        work()
        reviewer = make_user(account=account)
        item = ReviewItem.objects.get()
        decide(account=account, item_id=item.pk, reviewer=reviewer, outcome="pass", now=timezone.now())

        with pytest.raises(MediaJobEnded):
            cancel(job)

    def test_is_refused_where_people_have_nothing_of_it(self, accept, decoder, work):
        job = accept(film(Scene(0)))
        work()

        with pytest.raises(MediaJobEnded):
            cancel(job)


class TestLeases:
    def lease(self, process=None, count=9):
        return (process or MediaProcess()).lease(count=count, now=timezone.now(), token=uuid4())

    def test_go_to_accounts_in_turn_and_no_further_than_each_may(self, accept, account, settings):
        settings.ASSAY_MEDIA_PER_ACCOUNT = 2
        mine = [accept(RISKY) for _number in range(4)]
        other = make_account()
        theirs = accept(RISKY, account=other, service_code="videoDetection")

        first = self.lease(count=2)
        assert set(first) == {mine[0].pk, theirs.pk}
        assert self.lease() == [mine[1].pk]
        assert self.lease() == []

    def test_go_to_what_has_priority_first(self, accept, settings):
        settings.ASSAY_MEDIA_PER_ACCOUNT = 1
        accept(RISKY)
        urgent = accept(RISKY, priority=5)

        assert self.lease() == [urgent.pk]

    def test_are_kept_while_somebody_is_at_work(self, accept, decoder, settings):
        settings.ASSAY_MEDIA_LEASE_SECONDS = 2
        job = accept(RISKY)
        seen = []

        def slow(kind):
            if kind == "probe":
                before = MediaJob.objects.get(pk=job.pk).lease_until
                for _tick in range(40):
                    time.sleep(0.1)
                    if (after := MediaJob.objects.get(pk=job.pk).lease_until) > before:
                        seen.append(after)
                        return

        decoder.before = slow
        MediaProcess(threads=1).run(until_empty=True)

        assert seen
        assert MediaJob.objects.get().state == "done"

    def test_of_a_process_that_died_are_taken_over_where_it_was(self, accept, decoder):
        job = accept(RISKY)
        died = []

        def die(kind):
            if kind == "shots" and len([one for one in decoder.asked if one[0] == "shots"]) == 2 and not died:
                died.append(kind)
                raise SystemExit

        decoder.before = die
        [pk] = self.lease(count=1)
        token = MediaJob.objects.get().lease_token
        with pytest.raises(SystemExit):
            work_on_media(job_id=pk, token=token)
        before = set(MediaShot.objects.values_list("pk", "at_ms"))
        MediaJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        MediaProcess(threads=1).run(until_empty=True)
        job.refresh_from_db()

        assert job.state == "done"
        assert before and before <= set(MediaShot.objects.values_list("pk", "at_ms"))
        windows = [asked[1].start for asked in decoder.asked if asked[0] == "shots"]
        assert windows == [0, 16_000, 16_000, 32_000]
        assert [asked[0] for asked in decoder.asked].count("probe") == 1

    def test_that_were_lost_write_nothing(self, accept, decoder, tmp_path):
        accept(RISKY)

        def lose(kind):
            if kind == "shots":
                MediaJob.objects.update(lease_token=uuid4())

        decoder.before = lose
        [pk] = self.lease(count=1)
        work_on_media(job_id=pk, token=MediaJob.objects.get().lease_token)

        job = MediaJob.objects.get()
        assert (job.state, job.step, job.progress.get("frames")) == ("waiting", "frames", None)
        assert not MediaShot.objects.exists()
        assert len(files(tmp_path)) == 1

    def test_end_at_once_where_the_process_is_to_stop(self, accept, decoder):
        accept(RISKY)
        [pk] = self.lease(count=1)
        work_on_media(job_id=pk, token=MediaJob.objects.get().lease_token, is_stopping=lambda: True)
        job = MediaJob.objects.get()

        assert (job.state, job.step, job.lease_token, job.attempts) == ("waiting", "frames", None, 0)
        assert waiting(now=timezone.now())[0] == 1


class TestAttempts:
    def test_are_counted_afresh_for_each_window(self, accept, decoder):
        accept(RISKY)
        MediaJob.objects.update(attempts=MOST_ATTEMPTS - 1)
        [pk] = MediaProcess().lease(count=1, now=timezone.now(), token=uuid4())
        decoder.before = lambda kind: kind == "shots" and (_ for _ in ()).throw(SystemExit)
        with pytest.raises(SystemExit):
            work_on_media(job_id=pk, token=MediaJob.objects.get().lease_token)

        assert MediaJob.objects.get().attempts == 0

    def test_end_with_a_failure_that_is_told(self, accept, account):
        make_endpoint(account, events=["task.failed"])
        accept(RISKY)
        long_ago = timezone.now() - timedelta(hours=1)
        MediaJob.objects.update(attempts=MOST_ATTEMPTS, lease_until=long_ago, lease_token=uuid4())
        MediaProcess().bury(now=timezone.now())

        assert MediaJob.objects.get().error["code"] == "task_lost"
        assert Callback.objects.get().event == "task.failed"

    def test_are_made_again_where_the_file_may_come_back(self, accept, decoder, work):
        with receiving(Reply(503)) as server:
            accept(b"", source=RecordingSource(url=server.url))
            work()
        job = MediaJob.objects.get()

        assert (job.state, job.attempts, job.error["code"]) == ("waiting", 1, "media_unreachable")
        assert job.due_at > timezone.now()

    def test_are_over_where_it_is_gone(self, accept, decoder, work):
        with receiving(Reply(404)) as server:
            accept(b"", source=RecordingSource(url=server.url))
            work()

        assert MediaJob.objects.get().state == "failed"


class TestQuotas:
    def test_bound_what_waits(self, accept, settings, tmp_path):
        settings.ASSAY_MEDIA_MOST_WAITING = 1
        accept(RISKY)
        with pytest.raises(MediaQuotaReached) as refused:
            accept(RISKY)

        assert refused.value.details == {"quota": "waiting", "most": 1}
        assert refused.value.retry_after
        assert len(files(tmp_path)) == 1

    def test_bound_the_hours_of_a_day(self, accept, decoder, work, settings):
        settings.ASSAY_MEDIA_HOURS_A_DAY = 1
        now = timezone.now()
        accept(film(Scene(0), duration_ms=3_600_000), now=now)
        MediaJob.objects.update(facts={"duration_ms": 3_600_000})
        with pytest.raises(MediaQuotaReached) as refused:
            accept(RISKY, now=now)

        assert refused.value.details == {"quota": "hours", "most": 1}
        assert 86_000 < refused.value.retry_after <= 86_401

    def test_put_off_what_is_too_long_for_today(self, accept, decoder, work, settings):
        settings.ASSAY_MEDIA_HOURS_A_DAY = 1
        now = timezone.now()
        first = accept(RISKY, now=now)
        MediaJob.objects.update(
            facts=first.facts | {"duration_ms": 3_590_000}, due_at=now + timedelta(days=9)
        )
        accept(RISKY, now=now)
        work()
        held = MediaJob.objects.exclude(pk=first.pk).get()

        assert (held.state, held.attempts, held.error["code"]) == ("waiting", 0, "media_quota_reached")
        assert held.due_at > now + timedelta(hours=23)

    def test_refuse_what_would_never_fit(self, accept, decoder, work, settings):
        settings.ASSAY_MEDIA_HOURS_A_DAY = 1
        accept(film(Scene(0), duration_ms=4_000_000), now=timezone.now())
        work()

        assert MediaJob.objects.get().error["code"] == "media_quota_reached"


def make_asset(account, data=RISKY, **facts):
    key = storage.new_key(account_uid=account.uid, now=NOW, folder="recordings")
    storage.keep(key, data)
    return MediaAsset.objects.create(
        account=account, media_id=uuid4().hex, content_type="video", title="Holiday", data_id="h-1",
        key=key, sha256="0" * 64, format="mp4", bytes=len(data), created_at=NOW, updated_at=NOW, **facts,
    )  # fmt: skip


class TestAnAsset:
    def test_learns_what_the_machine_found(self, accept, decoder, work, account):
        asset = make_asset(account)
        accept(b"", source=asset)
        asset.refresh_from_db()
        assert (asset.review_status, asset.state, asset.template.code) == ("reviewing", "normal", "clips")
        work()
        asset.refresh_from_db()
        result = ModerationResult.objects.get()

        assert (asset.review_status, asset.automated, asset.state) == ("succeeded", "violation", "flagged")
        assert asset.violations == ["pornographic_adultContent"]
        assert (asset.result, asset.duration_ms) == (result, 40_000)
        assert (result.media["asset"], result.data_id) == (asset.media_id, "h-1")

    def test_keeps_its_cover_and_its_file_when_jobs_and_results_are_forgotten(
        self, accept, decoder, work, account, tmp_path, settings
    ):
        asset = make_asset(account)
        accept(b"", source=asset)
        work()
        asset.refresh_from_db()
        ReviewItem.objects.all().delete()
        later = timezone.now() + timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS + 1)
        purge_results(now=later)
        purge_jobs(now=later)

        assert not ModerationResult.objects.exists()
        assert (tmp_path / asset.key).is_file()
        assert (tmp_path / asset.cover_key).is_file()
        assert MediaShot.objects.exists()

    def test_is_in_one_review_at_a_time(self, accept, account):
        asset = make_asset(account)
        accept(b"", source=asset)
        with pytest.raises(MediaInReview):
            accept(b"", source=asset)

    def test_is_what_it_was_after_a_cancel(self, accept, decoder, work, account, tmp_path):
        asset = make_asset(account, automated="normal", review_status="succeeded")
        cancel(accept(b"", source=asset))
        asset.refresh_from_db()

        assert (asset.review_status, asset.automated, asset.state) == ("succeeded", "normal", "normal")
        assert (tmp_path / asset.key).is_file()

    def test_that_is_taken_out_stops_its_review(self, accept, decoder, work, account):
        asset = make_asset(account)
        job = accept(b"", source=asset)
        remove_asset(asset=asset, actor=None, now=timezone.now())
        work()
        job.refresh_from_db()

        assert (job.state, decoder.asked) == ("cancelled", [])
        assert purge_jobs(now=timezone.now()) == 1

    def test_says_that_its_review_failed(self, accept, decoder, work, account, tmp_path):
        asset = make_asset(account)
        accept(b"", source=asset)
        (tmp_path / asset.key).unlink()
        work()
        asset.refresh_from_db()

        assert (asset.review_status, asset.automated) == ("failed", "")


class TestAnUpload:
    def test_is_used_once(self, accept, decoder, work, account):
        key = storage.new_key(account_uid=account.uid, now=NOW, folder="recordings")
        storage.keep(key, RISKY)
        upload = MediaUpload.objects.create(
            account=account, upload_id=uuid4(), content_type="video", name="big.mp4", length=1, offset=1,
            key=key, facts={"sha256": "0" * 64, "format": "mp4", "bytes": len(RISKY)}, created_at=NOW,
            expires_at=NOW,
        )  # fmt: skip
        accept(b"", source=upload)
        with pytest.raises(UploadUsed):
            accept(b"", source=upload)
        work()

        assert ModerationResult.objects.get().content == "big.mp4"


class TestForgetting:
    def test_a_job_with_its_frames_after_its_result(self, accept, decoder, work, tmp_path, settings):
        accept(RISKY, now=timezone.now())
        work()
        later = timezone.now() + timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS + 1)

        assert purge_jobs(now=later) == 0
        ReviewItem.objects.all().delete()
        purge_results(now=later)
        assert purge_jobs(now=timezone.now()) == 0
        assert purge_jobs(now=later) == 1
        assert files(tmp_path) == []

    def test_what_a_killed_worker_left_of_a_cancelled_job(self, accept, tmp_path, settings):
        job = accept(RISKY, now=timezone.now())
        orphan = tmp_path / job.key
        cancel(job)
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"left over")
        purge_jobs(now=timezone.now() + timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS + 1))

        assert files(tmp_path) == []

    def test_keeps_nothing_where_nothing_is_to_be_kept(self, accept, decoder, work, tmp_path, settings):
        settings.ASSAY_KEEP_PICTURES = False
        accept(film(Scene(0)))
        work()

        assert ModerationResult.objects.get().media.get("key") is None
        assert files(tmp_path) == []
