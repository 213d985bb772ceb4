"""Version 1.0 by path: videos and voice, accepted, judged, asked for, taken back."""

import io
import wave

import numpy
import pytest
import requests
from aliyunsdkgreen.request.v20180509.VideoAsyncScanRequest import VideoAsyncScanRequest
from aliyunsdkgreen.request.v20180509.VideoAsyncScanResultsRequest import VideoAsyncScanResultsRequest
from aliyunsdkgreen.request.v20180509.VideoCancelScanRequest import VideoCancelScanRequest
from aliyunsdkgreen.request.v20180509.VideoFeedbackRequest import VideoFeedbackRequest
from aliyunsdkgreen.request.v20180509.VoiceAsyncScanRequest import VoiceAsyncScanRequest
from aliyunsdkgreen.request.v20180509.VoiceAsyncScanResultsRequest import VoiceAsyncScanResultsRequest
from aliyunsdkgreen.request.v20180509.VoiceCancelScanRequest import VoiceCancelScanRequest

from moderation.detectors import registry
from moderation.media_process import MediaProcess
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from review.models import Feedback
from tests.factories import make_account, make_key, make_vocabulary, publish, service_of
from tests.moderation.detectors.test_barcodes import qr
from tests.moderation.media.film.films import film
from tests.pictures import scene
from tests.receivers import Reply, receiving
from tests.speech import RATE, said
from tests.wire.classic_calls import by_path

ENGINES = [
    "moderation.detectors.barcodes.BarcodeEngine",
    "moderation.detectors.speech_sphinx.SphinxEngine",
]
SIZE, CODE_FROM, END = (640, 360), 2000, 4000
SCENES = ["porn", "ad", "live"]


def painted(at_ms: int) -> numpy.ndarray:
    drawn = scene(3, *SIZE)
    if at_ms >= CODE_FROM:
        drawn.paste(qr("https://buy.example.top/now", scale=6), (200, 80))
    return numpy.asarray(drawn)


def spoken(moments: numpy.ndarray) -> numpy.ndarray:
    speech = numpy.frombuffer(said("the casino is open"), "<i2") / 32768
    places = (moments * RATE).round().astype(int)
    is_heard = places < speech.size
    return numpy.where(is_heard, speech[places.clip(0, speech.size - 1)], 0.0)


def recorded(text: str) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(said(text))
    return file.getvalue()


@pytest.fixture
def work(settings):
    """The media worker in this process, with an engine for codes and one for speech."""
    settings.ASSAY_DETECTORS = ENGINES
    settings.ASSAY_OUTBOUND_HTTP, settings.ASSAY_OUTBOUND_ALLOW = True, ["127.0.0.0/8"]
    registry.forget()
    yield lambda: MediaProcess(threads=1).run(until_empty=True)
    registry.forget()


@pytest.fixture
def words(account):
    """What the account's speech service listens for."""
    made = make_vocabulary(account, words=["casino"], name="Games")
    service = service_of(account, "audio_media_detection")
    rules = service.current_version.rules.with_label("contraband_gambling", vocabularies=(made.pk,))
    publish(service, rules)
    return made


class TestVideos:
    def test_are_told_by_scene_with_frames_and_speech(self, served, account, key, work, words):
        data = film(moments=range(0, END, 100), paint=painted, size=SIZE, rate=10, sound=spoken)
        sent = {"scenes": SCENES, "audioScenes": ["antispam"]}
        with receiving(Reply(body=data)) as place:
            sent["tasks"] = [{"dataId": "clip", "url": place.url}]
            [accepted] = by_path(served, key, VideoAsyncScanRequest, sent)["data"]
            ids = [accepted["taskId"]]
            [waiting] = by_path(served, key, VideoAsyncScanResultsRequest, ids)["data"]
            assert (waiting["code"], waiting["dataId"], waiting["url"]) == (280, "clip", place.url)
            work()
        job = MediaJob.objects.get()
        assert (str(job.job_id), job.account, job.error) == (ids[0], account, None)
        [done] = by_path(served, key, VideoAsyncScanResultsRequest, ids)["data"]
        assert (done["code"], done["dataId"]) == (200, "clip")
        entries = {one["scene"]: one for one in done["results"]}
        assert set(entries) == {"ad"}, "nothing looked for the other scenes"
        assert {"porn" in entries, "live" in done["extras"]["uncovered"]} == {False, True}
        frames = entries["ad"]["frames"]
        shots = {shot.at_ms // 1000 for shot in MediaShot.objects.filter(job=job).exclude(level="none")}
        assert {one["offset"] for one in frames} == shots
        assert {one["label"] for one in frames} == {"qrcode"}
        picture = requests.get(frames[0]["url"], timeout=10)
        assert picture.headers["Content-Type"] == "image/jpeg"
        [speech] = done["audioScanResults"]
        heard = MediaSlice.objects.filter(job=job).first()
        assert (speech["scene"], speech["label"], speech["suggestion"]) == (
            "antispam",
            "customized",
            "review",
        )
        assert speech["details"][0]["text"] == heard.text
        result = ModerationResult.objects.get()
        said_so = {"taskId": ids[0], "suggestion": "pass", "note": "ours"}
        assert by_path(served, key, VideoFeedbackRequest, said_so)["code"] == 200
        assert Feedback.objects.get().result == result

    def test_are_taken_back_by_their_account_alone(self, served, account, key):
        sent = {"scenes": ["porn"], "tasks": [{"dataId": "a", "url": "https://media.example.com/a.mp4"}]}
        [accepted] = by_path(served, key, VideoAsyncScanRequest, sent)["data"]
        ids = [accepted["taskId"]]
        other = make_key(make_account())
        for request in (VideoCancelScanRequest, VideoAsyncScanResultsRequest):
            assert by_path(served, other, request, ids)["data"][0]["code"] == 400
        assert by_path(served, key, VoiceCancelScanRequest, ids)["data"][0]["code"] == 400
        assert MediaJob.objects.get().state == "waiting"
        assert by_path(served, key, VideoCancelScanRequest, ids)["data"] == [
            {"code": 200, "msg": "OK", "taskId": ids[0]}
        ]
        assert MediaJob.objects.get().state == "cancelled"
        [told] = by_path(served, key, VideoAsyncScanResultsRequest, ids)["data"]
        assert (told["code"], told["dataId"]) == (400, "a")
        wrong = [
            sent | {"live": True},
            sent | {"scenes": ["antispam"]},
            sent | {"audioScenes": ["porn"]},
            sent | {"bizType": "comment_detection"},
        ]
        for one in wrong:
            assert by_path(served, key, VideoAsyncScanRequest, one)["code"] == 400
        tasks = [{"frames": [{"url": "https://media.example.com/a.jpg", "offset": 1}]}, {"dataId": "b"}]
        answer = by_path(served, key, VideoAsyncScanRequest, sent | {"tasks": tasks})
        assert [one["code"] for one in answer["data"]] == [400, 400]
        assert MediaJob.objects.count() == 1


class TestVoice:
    def test_is_told_with_what_was_said(self, served, account, key, work, words):
        with receiving(Reply(body=recorded("the casino is open"))) as place:
            sent = {"scenes": ["antispam"], "tasks": [{"dataId": "v", "url": place.url}]}
            [accepted] = by_path(served, key, VoiceAsyncScanRequest, sent)["data"]
            work()
        [done] = by_path(served, key, VoiceAsyncScanResultsRequest, [accepted["taskId"]])["data"]
        job = MediaJob.objects.get()
        assert (done["code"], done["url"], job.error) == (200, place.url, None)
        [entry] = done["results"]
        assert (entry["label"], entry["suggestion"], entry["rate"]) == ("customized", "review", 100.0)
        slices = MediaSlice.objects.filter(job=job).order_by("start_ms")
        assert [one["text"] for one in entry["details"]] == [one.text for one in slices]
        assert entry["details"][0]["endTime"] >= entry["details"][0]["startTime"]
