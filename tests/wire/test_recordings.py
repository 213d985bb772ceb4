"""Voices and videos through the unmodified SDK, from the call to what was found in them."""

import json
from uuid import uuid4

import pytest
import requests
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from darabonba.exceptions import DaraException

from config.accounts.operations.keys import issue_key
from moderation.detectors import registry
from moderation.models import MediaJob, MediaShot, ModerationResult
from moderation.values import Level
from review.models import ReviewItem
from tests.factories import NOW, make_account, switch_manual_review
from tests.moderation.media.film.films import AUDIO, needs_data
from tests.moderation.media_jobs.test_real import ENGINES
from tests.wire.clients import client
from tests.wire.works import at_an_address, made_film, open_services, uploaded, work


@pytest.fixture(autouse=True)
def engines(settings, served):
    settings.ASSAY_DETECTORS = ENGINES
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]
    registry.forget()
    yield
    registry.forget()


@pytest.fixture
def sdk(served, key):
    return client(green, served, key)


def voice(sdk, **facts):
    return sdk.voice_moderation(
        models.VoiceModerationRequest(service="speech", service_parameters=json.dumps(facts))
    ).body


def video(sdk, service="clips", **facts):
    return sdk.video_moderation(
        models.VideoModerationRequest(service=service, service_parameters=json.dumps(facts))
    ).body


def video_result(sdk, task_id, name="taskId"):
    return sdk.video_moderation_result(
        models.VideoModerationResultRequest(service="clips", service_parameters=json.dumps({name: task_id}))
    )


def voice_result(sdk, task_id):
    return sdk.voice_moderation_result(
        models.VoiceModerationResultRequest(
            service="speech", service_parameters=json.dumps({"taskId": task_id})
        )
    )


class TestAVideo:
    def test_is_judged_and_its_result_is_that_of_the_database(self, sdk, served, account):
        switch_manual_review(account)
        open_services(account, manual_levels=frozenset({Level.HIGH}))
        with at_an_address(made_film()) as url:
            accepted = video(sdk, url=url, dataId="clip-81", accountId="member-7", ip="203.0.113.9")
            assert (accepted.code, accepted.data.data_id) == (200, "clip-81")
            waiting = video_result(sdk, accepted.data.task_id).body
            assert (waiting.code, waiting.data.task_id, waiting.data.risk_level) == (
                280,
                accepted.data.task_id,
                None,
            )
            work()

        answer = video_result(sdk, accepted.data.task_id, name="TaskId")
        told, result = answer.body, ModerationResult.objects.get()
        assert told.code == 200
        assert told.message == f"success finished. Nothing could look for: {', '.join(result.uncovered)}"
        assert (told.data.task_id, told.data.data_id) == (str(result.request_id), "clip-81")
        assert told.data.risk_level == result.level == "high"
        assert told.data.manual_task_id == str(ReviewItem.objects.get().task_id)
        assert (result.author_id, result.context) == ("member-7", {"ip": "203.0.113.9"})
        assert answer.headers["x-assay-uncovered"].split(",") == result.uncovered
        self.frames_are_those_that_were_kept(told.data.frame_result, result)
        self.speech_is_what_was_heard(told.data.audio_result, result)

    def frames_are_those_that_were_kept(self, told, result):
        hits = list(MediaShot.objects.exclude(level="none").order_by("at_ms"))
        assert told.frame_num == len(told.frames) == len(hits) > 1
        assert [round(frame.offset * 1000) for frame in told.frames] == [shot.at_ms for shot in hits]
        assert [frame.risk_level for frame in told.frames] == [shot.level for shot in hits]
        counted = {one["label"]: one["frames"] for one in result.labels if one["frames"]}
        assert {one.label: one.label_sum for one in told.frame_summarys} == counted
        assert {"pt_qrCode", "pt_logotoSocialNetwork_lib"} == set(counted)
        seen = {
            (one.label, part.service)
            for frame in told.frames
            for part in frame.results
            for one in part.result
        }
        assert {("pt_qrCode", "codes"), ("pt_logotoSocialNetwork_lib", "codes")} <= seen
        pictures = [one for frame in told.frames for part in frame.results for one in part.custom_image or []]
        known = [
            one
            for shot in hits
            for label in shot.verdicts[0]["labels"]
            for one in label["evidence"]
            if "image_library" in one
        ]
        assert {(one.image_id, one.lib_id) for one in pictures} == {
            (str(one["image"]), str(one["image_library"])) for one in known
        }
        shown = requests.get(told.frames[0].temp_url, timeout=10)
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.content.startswith(b"\xff\xd8\xff")
        assert requests.get(told.frames[0].temp_url[:-2] + "xx", timeout=10).status_code == 403

    def speech_is_what_was_heard(self, told, result):
        [kept], [heard] = MediaJob.objects.get().slices.all(), told.slice_details
        assert (heard.text, heard.start_time, heard.risk_level) == (
            kept.text,
            kept.start_ms // 1000,
            kept.level,
        )
        assert heard.end_time * 1000 >= kept.end_ms
        assert (heard.labels, heard.risk_words) == (kept.labels[0]["label"], "casino")
        [found], [hit] = heard.result, heard.result[0].customized_hit
        assert (found.confidence, found.risk_level) == (100.0, kept.level)
        assert (hit.lib_name, hit.key_words) == ("Games", "casino")
        [position] = found.risk_positions
        assert kept.text[position.start_pos : position.end_pos] == position.risk_word
        assert json.loads(heard.extend)["customizedLibs"] == "Games"
        assert [(one.label, one.label_sum) for one in told.audio_summarys] == [(heard.labels, 1)]

    def test_that_is_cancelled_has_no_result(self, sdk, account):
        open_services(account)
        task = video(sdk, url="http://127.0.0.1:9/clip.mp4").data.task_id
        asked = models.VideoModerationCancelRequest(
            service="clips", service_parameters=json.dumps({"taskId": task})
        )
        assert [sdk.video_moderation_cancel(asked).body.code for _again in range(2)] == [200, 200]
        assert MediaJob.objects.get().state == "cancelled"
        told = video_result(sdk, task).body
        assert (told.code, told.data) == (400, None)
        assert "cancelled" in told.message

    def test_that_cannot_be_opened_is_told_with_its_reason(self, sdk, account):
        open_services(account)
        with at_an_address(b"<html>no film</html>" * 100) as url:
            task = video(sdk, url=url).data.task_id
            work()
        told = video_result(sdk, task).body
        assert (told.code, told.data.task_id, told.data.risk_level) == (407, task, None)
        assert told.message == MediaJob.objects.get().error["message"]

    def test_is_refused_with_a_reason_where_the_call_is_wrong(self, sdk, account):
        open_services(account)
        for facts, service in (
            ({}, "clips"),
            ({"liveId": "l-1"}, "clips"),
            ({"url": "rtmp://live.example.com/1"}, "clips"),
            ({"url": "https://a.example/1.mp4"}, "speech"),
            ({"url": "https://a.example/1.mp4"}, "nothing"),
            ({"url": "https://a.example/1.mp4", "seed": "s"}, "clips"),
            ({"url": "https://a.example/1.mp4", "dataId": "x" * 129}, "clips"),
        ):
            told = video(sdk, service, **facts)
            assert (told.code in (400, 404), told.data) == (True, None), facts
            assert told.message
        for wrong in ("no json", "[]", ""):
            with pytest.raises(DaraException) as refused:
                sdk.video_moderation(models.VideoModerationRequest(service="clips", service_parameters=wrong))
            assert refused.value.code in ("InvalidParameter", "MissingServiceParameters")
        assert not MediaJob.objects.exists()

    def test_of_another_account_or_kind_is_not_there(self, sdk, served, account):
        open_services(account)
        task = video(sdk, url="http://127.0.0.1:9/clip.mp4").data.task_id
        stranger = client(green, served, issue_key(account=make_account(), name="x", actor=None, now=NOW))
        for who, number in ((stranger, task), (sdk, str(uuid4())), (sdk, "vi_f_1")):
            assert video_result(who, number).body.code == 400
        assert voice_result(sdk, task).body.code == 400

    def test_needs_a_key_with_the_scope(self, served, account):
        reader = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["media:read"])
        with pytest.raises(DaraException) as refused:
            video(client(green, served, reader), url="https://a.example/1.mp4")
        assert (refused.value.code, refused.value.status_code) == ("Forbidden", 403)


@needs_data
class TestAVoice:
    def test_is_judged_and_its_result_is_that_of_the_database(self, sdk, account):
        open_services(account)
        data = (AUDIO / "pocketsphinx" / "cards" / "005.wav").read_bytes()
        with at_an_address(data) as url:
            task = voice(sdk, url=url, dataId="voice-1").data.task_id
            assert voice_result(sdk, task).body.code == 280
            work()
        answer = voice_result(sdk, task)
        told, result = answer.body.data, ModerationResult.objects.get()
        assert (answer.body.code, told.task_id, told.data_id, told.url) == (200, task, "voice-1", url)
        assert told.risk_level == result.level
        assert answer.headers["x-assay-uncovered"].split(",") == result.uncovered
        kept = list(MediaJob.objects.get().slices.order_by("start_ms"))
        assert [one.text for one in told.slice_details] == [one.text for one in kept]
        assert told.manual_task_id is None
        ended = models.VoiceModerationCancelRequest(
            service="speech", service_parameters=json.dumps({"taskId": task})
        )
        assert sdk.voice_moderation_cancel(ended).body.code == 400

    def test_that_was_uploaded_is_judged_and_is_nobody_elses(self, sdk, served, account):
        open_services(account)
        other = make_account()
        open_services(other)
        named = uploaded(sdk, (AUDIO / "vosk_test.wav").read_bytes(), "voice.wav")
        address = "oss://" + "/".join(named.values())
        tasks = [voice(sdk, **named).data.task_id, voice(sdk, url=address).data.task_id]
        stranger = client(green, served, issue_key(account=other, name="x", actor=None, now=NOW))
        for who, facts in (
            (stranger, named),
            (stranger, {"url": address}),
            (sdk, named | {"ossObjectName": "a"}),
        ):
            assert voice(who, **facts).code == 404
        work()
        assert [voice_result(sdk, task).body.code for task in tasks] == [200, 200]
        assert {job.url for job in MediaJob.objects.all()} == {""}

    def test_that_nobody_could_hear_is_not_told_as_clean(self, sdk, account, settings):
        settings.ASSAY_DETECTORS = ENGINES[:1]
        registry.forget()
        open_services(account)
        with at_an_address((AUDIO / "vosk_test.wav").read_bytes()) as url:
            task = voice(sdk, url=url).data.task_id
            work()
        answer = voice_result(sdk, task)
        assert "contraband_gambling" in answer.headers["x-assay-uncovered"].split(",")
        for one in answer.body.data.slice_details:
            assert (one.risk_level, one.labels, one.result) == (None, None, [])
            assert one.descriptions.startswith("Not heard")
