"""The automated review of recordings of the library, from the asking to what is told."""

import pytest

from config.audit.models import AuditRecord
from moderation.media_process import MediaProcess
from moderation.models import Event, MediaJob, MediaShot
from moderation.models.content import ContentType
from moderation.operations.asset_reviews import MediaTooMany, MediaUnnamed, start_review
from moderation.operations.assets import remove_asset
from moderation.operations.media_jobs import cancel_job
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.assets import fresh, make_asset
from tests.factories import NOW, make_account
from tests.moderation.conftest import fake_engines

__all__ = ["fake_engines"]


@pytest.fixture
def account(db, fake_engines):
    """Its service looks at frames by engines that see what a picture tells them to see."""
    account = make_account()
    pictures = Rules(labels={"pornographic_adultContent": LabelRule(medium=50, high=85)})
    for code, kind, rules in (
        ("frames", ContentType.IMAGE, pictures),
        ("clips", ContentType.VIDEO, Rules(image_services=("frames",))),
    ):
        create_service(
            account=account, code=code, name=code, description="", content_type=kind, rules=rules,
            actor=None, now=NOW,
        )  # fmt: skip
    return account


def begin(account, *assets, service="clips"):
    return start_review(
        account=account, media_ids=[one.media_id for one in assets], service_code=service, actor=None, now=NOW
    )


def work():
    MediaProcess(threads=1).run(until_empty=True)


@pytest.mark.django_db(transaction=True)
class TestAReview:
    def test_looks_at_the_recording_and_tells_what_came_of_it_once(self, account):
        asset = make_asset(account)
        [started] = begin(account, asset)
        assert (fresh(asset).review_status, fresh(asset).template) == ("reviewing", started.job.service)
        assert AuditRecord.objects.filter(action="media.review_started").count() == 1
        work()

        asset = fresh(asset)
        assert (asset.review_status, asset.automated, asset.state) == ("succeeded", "normal", "normal")
        assert MediaShot.objects.filter(job=started.job).exists()
        [event] = Event.objects.filter(type="media.reviewed")
        assert event.payload["job_id"] == str(started.job.job_id)
        assert event.payload["machine"]["level"] == "none"

        begin(account, asset)
        assert fresh(asset).review_status == "re_reviewing"
        work()
        assert fresh(asset).review_status == "succeeded"
        assert Event.objects.filter(type="media.reviewed").count() == 2

    def test_is_one_at_a_time_and_refused_each_for_itself(self, account):
        busy, free, foreign = make_asset(account), make_asset(account), make_asset(make_account())
        begin(account, busy)

        outcomes = begin(account, busy, free, foreign)
        assert [one.refusal and one.refusal.code for one in outcomes] == [
            "media_in_review",
            None,
            "not_found",
        ]
        assert [one.refusal.code for one in begin(account, make_asset(account), service="nothing")] == [
            "service_unknown"
        ]
        assert MediaJob.objects.waiting().count() == 2

    def test_ends_with_the_recording(self, account):
        asset = make_asset(account)
        [started] = begin(account, asset)
        remove_asset(asset=asset, actor=None, now=NOW)
        work()

        assert MediaJob.objects.get(pk=started.job.pk).state == "cancelled"
        assert not Event.objects.filter(type="media.reviewed").exists()

    def test_that_is_cancelled_leaves_things_as_they_were(self, account):
        asset = make_asset(account)
        [started] = begin(account, asset)
        cancel_job(account=account, job_id=started.job.job_id, actor=None, now=NOW)

        assert (fresh(asset).review_status, fresh(asset).state) == ("not_started", "normal")

    def test_names_some_recordings_and_not_too_many(self, account):
        for media_ids, refusal in (([], MediaUnnamed), ([str(one) for one in range(101)], MediaTooMany)):
            with pytest.raises(refusal):
                start_review(account=account, media_ids=media_ids, actor=None, now=NOW)

    def test_is_asked_for_by_the_api(self, account, caller):
        asset = make_asset(account)
        body = {"media_ids": [asset.media_id, "nothing"], "service": "clips"}
        answer = caller.call("post", "assets/reviews", body)

        first, second = answer.json()["reviews"]
        assert answer.status_code == 202
        assert first["job_id"] == str(MediaJob.objects.get().job_id)
        assert (second["job_id"], second["error"]["code"]) == (None, "not_found")
