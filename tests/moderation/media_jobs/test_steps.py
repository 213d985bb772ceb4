"""A video on its way through the steps: judged once, and told of once."""

import json

import pytest

from moderation.models import Callback, MediaJob, MediaShot, ModerationResult
from review.models import ReviewItem
from tests.factories import make_endpoint, publish, service_of
from tests.moderation.media_jobs.conftest import video_rules
from tests.moderation.media_jobs.films import Scene, film

pytestmark = pytest.mark.django_db(transaction=True)

RISKY = film(
    Scene(0, "", 1),
    Scene(7300, "[[fake:porn=91]]", 2),
    Scene(12_000, "", 3),
    Scene(15_500, "we sell contraband", 4),
)


class TestAVideoThatIsJudged:
    @pytest.fixture
    def result(self, accept, decoder, work):
        accept(RISKY, data_id="clip-1")
        work()
        return ModerationResult.objects.get()

    def test_has_the_worst_level_and_the_times_of_each_label(self, result):
        seen = {label["label"]: label for label in result.labels}
        porn, drug = seen["pornographic_adultContent"], seen["contraband_drug_tii_lib"]

        assert (result.level, result.data_id, result.content_type) == ("high", "clip-1", "video")
        assert (porn["level"], porn["confidence"]) == ("high", 91.0)
        assert porn["evidence"][0]["at_ms"] == 7300
        assert porn["evidence"][0]["until_ms"] == 11_000
        assert porn["evidence"][0]["service"] == "albums"
        assert [one["at_ms"] for one in drug["evidence"]] == [15_500]
        assert drug["evidence"][0]["line"] == "we sell contraband"

    def test_names_the_recording_and_the_rules_that_judged(self, result, account):
        job = MediaJob.objects.get()
        media = result.media

        assert (job.state, job.percent, job.step, job.lease_token) == ("done", 100, "verdict", None)
        assert result.request_id == job.job_id
        assert (media["format"], media["duration_ms"], media["key"]) == ("mp4", 20_000, job.key)
        assert media["services"] == [
            {"service": "albums", "content_type": "image", "version": 1,
             "version_id": service_of(account, "albums").current_version_id}
        ]  # fmt: skip
        assert media["cover_key"] == job.shots.order_by("at_ms").first().key

    def test_leaves_frames_with_their_verdicts_and_files(self, result, tmp_path):
        shots = {shot.at_ms: shot for shot in MediaShot.objects.all()}

        assert {at: shot.level for at, shot in shots.items() if shot.level != "none"} == {
            7300: "high",
            15_500: "high",
        }
        assert all((tmp_path / shot.key).is_file() for shot in shots.values())

    def test_counts_frames_that_show_nothing_new_and_looks_at_each_cut(self, result):
        assert sorted(MediaShot.objects.values_list("at_ms", flat=True)) == [0, 7300, 12_000, 15_500, 16_000]
        assert result.media["frames"] == 5
        assert result.media["frames_unchanged"] == 17
        assert result.media["frames_read"] == 4

    def test_goes_to_people_as_the_rules_say(self, result):
        item = ReviewItem.objects.get(result=result)

        assert (item.mode, item.content_type, item.level) == ("audit", "video", "high")


class TestTellingOfIt:
    def test_is_done_once_with_a_part_on_the_recording(self, accept, decoder, work, account):
        make_endpoint(account, events=["result.created"])
        job = accept(RISKY)
        work()
        [callback] = Callback.objects.owned_by(account)
        told = json.loads(bytes(callback.body))

        assert (told["type"], told["data"]["request_id"]) == ("result.created", str(job.job_id))
        assert told["data"]["machine"]["level"] == "high"
        assert told["data"]["media"]["duration_ms"] == 20_000
        assert told["data"]["media"]["frames"] == 5

    def test_reaches_the_address_that_came_with_the_call(self, accept, decoder, work):
        accept(RISKY, callback="http://127.0.0.1:9/here", seed="abc")
        work()

        assert Callback.objects.get().endpoint.is_ad_hoc

    def test_says_why_where_it_cannot_be_done(self, accept, decoder, work, account, tmp_path):
        make_endpoint(account, events=["task.failed"])
        job = accept(RISKY)
        publish(service_of(account, "clips"), video_rules(image_services=("profilePhotoCheck",)))
        (tmp_path / job.key).unlink()
        work()
        job.refresh_from_db()

        assert (job.state, job.error["code"]) == ("failed", "media_gone")
        told = json.loads(bytes(Callback.objects.get().body))
        assert (told["type"], told["data"]["error"]["code"]) == ("task.failed", "media_gone")
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


class TestRulesOfAVideo:
    def test_are_those_that_were_in_force_when_it_was_opened(self, accept, decoder, work, account):
        accept(RISKY)

        def publish_meanwhile(kind):
            if kind == "shots" and decoder.asked.count(("probe",)) == 1 and len(decoder.asked) == 2:
                albums = service_of(account, "albums")
                relaxed = albums.current_version.rules.with_label("pornographic_adultContent", on=False)
                publish(albums, relaxed)

        decoder.before = publish_meanwhile
        work()

        result = ModerationResult.objects.get()
        assert "pornographic_adultContent" in [label["label"] for label in result.labels]
        assert result.media["services"][0]["version"] == 1

    def test_that_read_no_frame_leave_text_uncovered(self, accept, decoder, work, account):
        publish(service_of(account, "clips"), video_rules(reads="none"))
        accept(RISKY)
        work()
        result = ModerationResult.objects.get()

        assert result.uncovered == ["contraband_drug_tii"]
        assert [label["label"] for label in result.labels] == ["pornographic_adultContent"]

    def test_that_read_cuts_cover_text(self, accept, decoder, work):
        accept(RISKY)
        work()

        assert ModerationResult.objects.get().uncovered == []

    def test_a_frame_whose_reader_failed_leaves_text_uncovered(self, accept, decoder, work):
        accept(film(Scene(0), Scene(3000, "[[reader:break]]", 2)))
        work()

        assert ModerationResult.objects.get().uncovered == ["contraband_drug_tii"]

    def test_bound_the_frames_of_a_long_video_and_reach_its_end(self, accept, decoder, work, account):
        publish(service_of(account, "clips"), video_rules(most_frames=8))
        scenes = [Scene(at, "", 1 + at) for at in range(0, 300_000, 30_000)]
        accept(film(*scenes, Scene(295_000, "[[fake:porn=95]]", 9), duration_ms=300_000))
        work()
        job = MediaJob.objects.get()

        assert job.progress["frames"]["found"] <= 8
        windows = [asked[1] for asked in decoder.asked if asked[0] == "shots"]
        assert windows[0].start == 0
        assert windows[-1].stop == 300_000
