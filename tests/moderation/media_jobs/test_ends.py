"""Jobs that are cancelled, taken over, put off, buried and forgotten."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from config.audit.models import AuditRecord
from moderation.media_process import MediaProcess, waiting
from moderation.media_steps import verdict
from moderation.media_steps.work import MOST_ATTEMPTS, work_on_media
from moderation.models import Callback, MediaJob, MediaShot, ModerationResult
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import MediaJobEnded
from moderation.operations.media_quota import MediaQuotaReached
from review.models import ReviewItem
from review.operations.decisions import decide
from tests.factories import make_account, make_endpoint, make_user
from tests.moderation.media_jobs.films import RISKY, Scene, cancel, files, film
from tests.receivers import Reply, receiving

pytestmark = pytest.mark.django_db(transaction=True)


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
