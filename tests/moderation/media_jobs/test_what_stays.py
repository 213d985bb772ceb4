"""What becomes of recordings, uploads and frames once their task has ended."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from moderation.media import storage
from moderation.models import MediaAsset, MediaShot, MediaUpload, ModerationResult
from moderation.operations.assets import remove_asset
from moderation.operations.media_assets import MediaInReview
from moderation.operations.uploads import UploadUsed
from review.models import ReviewItem
from tests.factories import NOW
from tests.moderation.media_jobs.films import RISKY, Scene, cancel, files, film
from tests.purges import purge_jobs, purge_results

pytestmark = pytest.mark.django_db(transaction=True)


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
