"""What was uploaded, named in calls: judged, brought into libraries, and refused where it is not there."""

import json

import oss2
import pytest
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models as console_models
from django.core.files.storage import default_storage

from libraries.models import Keyword, LibraryImage
from libraries.operations.image_libraries import create_image_library
from moderation.models import MediaJob, ModerationResult
from review.models import ReviewItem
from tests.factories import NOW, make_vocabulary, switch_manual_review
from tests.pictures import encode, poster
from tests.recordings import tone
from tests.wire.classic_calls import generically
from tests.wire.clients import client

POSTER = encode(poster(["Fine contraband for all", "加微信 abc_12345 领取优惠"]))


@pytest.fixture
def put(served, key):
    """Uploads a file, and answers its bucket and name."""
    token = client(green, served, key).describe_upload_token().body.data
    auth = oss2.StsAuth(token.access_key_id, token.access_key_secret, token.security_token)
    bucket = oss2.Bucket(auth, token.oss_internet_end_point, token.bucket_name)

    def put(name: str, data: bytes) -> tuple[str, str]:
        bucket.put_object(token.file_name_prefix + name, data)
        return token.bucket_name, token.file_name_prefix + name

    return put


def looked_at(served, key, **asked):
    request = models.ImageModerationRequest(service="baselineCheck", service_parameters=json.dumps(asked))
    return client(green, served, key).image_moderation(request).body


class TestUploadedFiles:
    def test_are_judged(self, served, account, key, put):
        bucket, name = put("poster.png", POSTER)
        named = {"ossBucketName": bucket, "ossObjectName": name, "ossRegionId": "cn-shanghai"}
        answer = looked_at(served, key, **named, dataId="one")
        assert (answer.code, answer.data.data_id) == (200, "one")
        result = ModerationResult.objects.owned_by(account).get()
        assert {one.label for one in answer.data.result} == {one["label"] for one in result.labels}
        assert result.content == f"oss://{bucket}/{name}" and result.media["width"] > 0

        for wrong in ({"ossObjectName": f"{name}x"}, {"ossBucketName": "elsewhere"}):
            assert looked_at(served, key, **named | wrong).code == 404
        assert ModerationResult.objects.count() == 1

    def test_are_judged_by_version_1(self, served, account, key, put):
        bucket, name = put("poster.png", POSTER)
        tasks = [{"dataId": "one", "url": f"oss://{bucket}/{name}"}, {"url": f"oss://{bucket}/nothing"}]
        body = {"scenes": ["porn"], "tasks": tasks}
        found, lost = generically(served, key, "/green/image/scan", "ImageSyncScan", body)["data"]
        assert (found["code"], found["url"], lost["code"]) == (200, tasks[0]["url"], 404)

    def test_are_taken_on_and_laid_before_people(self, served, account, key, put):
        """Recordings are copied as they are taken on, and people see the very picture."""
        switch_manual_review(account)
        sound = tone(2)
        bucket, name = put("sound.wav", sound)
        named = json.dumps({"ossBucketName": bucket, "ossObjectName": name})
        lost = json.dumps({"ossBucketName": bucket, "ossObjectName": f"{name}x"})
        sdk = client(green, served, key)

        def voice(asked: str):
            request = models.VoiceModerationRequest(service="audio_media_detection", service_parameters=asked)
            return sdk.voice_moderation(request).body

        taken = voice(named)
        assert (taken.code, voice(lost).code) == (200, 404)
        job = MediaJob.objects.get()
        assert str(job.job_id) == taken.data.task_id
        with default_storage.open(job.key) as kept:
            assert kept.read() == sound

        bucket, name = put("poster.png", POSTER)
        request = models.ManualModerationRequest(
            service="imageManualCheck",
            service_parameters=json.dumps({"ossBucketName": bucket, "ossObjectName": name}),
        )
        sent = sdk.manual_moderation(request).body
        assert sent.code == 200, sent.message
        item = ReviewItem.objects.get()
        with default_storage.open(item.result.media["key"]) as kept:
            assert kept.read() == POSTER

    def test_are_brought_into_libraries(self, served, account, key, put):
        _bucket, picture = put("poster.png", POSTER)
        _bucket, words = put("words.txt", b"first\nsecond\n")
        images = create_image_library(account=account, name="Known", description="", actor=None, now=NOW)
        vocabulary, sdk = make_vocabulary(account, name="Words"), client(console, served, key)

        asked = console_models.AddImages2LibRequest(lib_id=str(images.pk), img_url=picture)
        added = sdk.add_images_2lib(asked).body.to_map()
        asked = console_models.AddKeywordsRequest(lib_id=str(vocabulary.pk), keywords_object=words)
        sdk.add_keywords(asked)

        assert added["Data"]["ImgId"] == str(LibraryImage.objects.get().pk)
        assert set(Keyword.objects.values_list("text", flat=True)) == {"first", "second"}
