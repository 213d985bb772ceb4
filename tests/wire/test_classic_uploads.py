"""Version 1.0: files that the SDK's own uploader put here, in scans and in libraries."""

import json

import requests
from alibabacloud_green20170823 import client as console
from alibabacloud_green20170823 import models
from aliyunsdkgreen.request.v20180509.ImageAsyncScanRequest import ImageAsyncScanRequest
from aliyunsdkgreen.request.v20180509.ImageSyncScanRequest import ImageSyncScanRequest
from aliyunsdkgreen.request.v20180509.VideoAsyncScanRequest import VideoAsyncScanRequest
from aliyunsdkgreenextension.request.extension import ClientUploader

from libraries.models import LibraryImage
from moderation.media import storage
from moderation.models import MediaJob, ModerationResult, ModerationTask
from tests.factories import make_account, make_key, make_vocabulary
from tests.films import small_film
from tests.pictures import encode, scene
from tests.wire.classic_calls import by_path
from tests.wire.clients import classic, client, to


class Here:
    """The SDK's uploader builds its request itself: it is only told where to send it."""

    def __init__(self, served, key):
        self.served, self.client = served, classic(served, key)

    def do_action(self, request):
        return self.client.do_action_with_exception(to(request, self.served))


def test_files_of_the_uploader_are_scanned(served, account, key):
    picture, film = encode(scene(4)), small_film()
    address = ClientUploader.getImageClientUploader(Here(served, key)).uploadBytes(picture)
    sent = {"scenes": ["porn"], "tasks": [{"url": address, "dataId": "up"}, {"url": address + "x"}]}
    done, missing = by_path(served, key, ImageSyncScanRequest, sent)["data"]
    assert (done["code"], done["url"], missing["code"]) == (200, address, 404)
    result = ModerationResult.objects.get(request_id=done["taskId"])
    assert (result.media["bytes"], result.data_id) == (len(picture), "up")
    [accepted, _missing] = by_path(served, key, ImageAsyncScanRequest, sent)["data"]
    task = ModerationTask.objects.get(task_id=accepted["taskId"])
    assert storage.read(task.key) == picture
    address = ClientUploader.getVideoClientUploader(Here(served, key)).uploadBytes(film)
    sent = {"scenes": ["porn"], "tasks": [{"url": address}, {"url": address + "x"}]}
    accepted, missing = by_path(served, key, VideoAsyncScanRequest, sent)["data"]
    assert (accepted["code"], missing["code"]) == (200, 404)
    assert MediaJob.objects.get(job_id=accepted["taskId"]).facts["bytes"] == len(film)
    foreign = make_key(make_account())
    assert by_path(served, foreign, VideoAsyncScanRequest, sent)["data"][0]["code"] == 404


def test_files_of_forms_fill_libraries(served, account, key):
    api = client(console, served, key)
    library = api.create_image_lib(models.CreateImageLibRequest(name="Known", enable=False)).body.id
    words = make_vocabulary(account, words=["alpha"])
    form = api.describe_image_upload_info(models.DescribeImageUploadInfoRequest()).body
    picture = put(form, encode(scene(5)))
    new = models.UploadImageToLibRequest(image_lib_id=library, images=json.dumps([picture]))
    api.upload_image_to_lib(new)
    assert LibraryImage.objects.get().library_id == library
    form = api.describe_upload_info(models.DescribeUploadInfoRequest(biz="keyword")).body
    file = put(form, b"alpha\nbeta\n50% off\n", "a.txt")
    listed = models.ImportKeywordsRequest(keyword_lib_id=words.pk, keywords_object=file)
    told = api.import_keywords(listed).body
    assert (told.success_count, told.invalid_keyword_list) == (2, ["50% off"])
    assert told.valid_keyword_list == ["alpha", "beta"]
    assert list(words.keywords.order_by("id").values_list("text", flat=True)) == ["alpha", "beta"]


def put(form, data: bytes, name: str = "a.png") -> str:
    """As the vendor's console does: a form to the host, signed by its policy. Returns the key."""
    key = f"{form.folder.rstrip('/')}/{name}"
    fields = {
        "key": key, "OSSAccessKeyId": form.accessid, "policy": form.policy, "Signature": form.signature,
        "success_action_status": "200",
    }  # fmt: skip
    answer = requests.post(form.host, data=fields, files={"file": (name, data)}, timeout=20)
    assert answer.status_code == 200, answer.text
    return key
