"""Version 1.0 by path: content of all four kinds that people alone decide on."""

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkgreen.request.v20180509.ImageAsyncManualScanRequest import ImageAsyncManualScanRequest
from aliyunsdkgreen.request.v20180509.ImageAsyncManualScanResultsRequest import (
    ImageAsyncManualScanResultsRequest,
)
from aliyunsdkgreen.request.v20180509.TextAsyncManualScanRequest import TextAsyncManualScanRequest
from aliyunsdkgreen.request.v20180509.TextAsyncManualScanResultsRequest import (
    TextAsyncManualScanResultsRequest,
)
from aliyunsdkgreen.request.v20180509.VideoAsyncManualScanRequest import VideoAsyncManualScanRequest
from aliyunsdkgreen.request.v20180509.VideoAsyncManualScanResultsRequest import (
    VideoAsyncManualScanResultsRequest,
)
from aliyunsdkgreen.request.v20180509.VoiceAsyncManualScanRequest import VoiceAsyncManualScanRequest
from aliyunsdkgreen.request.v20180509.VoiceAsyncManualScanResultsRequest import (
    VoiceAsyncManualScanResultsRequest,
)

from review.models import ReviewItem
from review.operations.decisions import decide
from review.operations.recheck import recheck
from review.operations.submit import cancel
from tests.factories import NOW, make_account, make_key, make_user, switch_manual_review
from tests.films import small_film
from tests.pictures import encode, scene
from tests.receivers import Reply, receiving
from tests.recordings import tone
from tests.wire.classic_calls import by_path

TEXT = (TextAsyncManualScanRequest, TextAsyncManualScanResultsRequest)
FILES = {
    "image": (ImageAsyncManualScanRequest, ImageAsyncManualScanResultsRequest, encode(scene(1))),
    "video": (VideoAsyncManualScanRequest, VideoAsyncManualScanResultsRequest, small_film()),
    "audio": (VoiceAsyncManualScanRequest, VoiceAsyncManualScanResultsRequest, tone(0.5)),
}


def said(account, task: dict, outcome: str, **more):
    item = ReviewItem.objects.get(task_id=task["taskId"])
    return decide(
        account=account,
        item_id=item.pk,
        reviewer=make_user(account=account),
        outcome=outcome,
        now=NOW,
        **more,
    )


def test_texts_wait_for_people_and_tell_what_holds(served, account, key):
    tasks = [{"dataId": str(number), "content": f"Text {number}"} for number in range(4)]
    with pytest.raises(ServerException) as refused:
        by_path(served, key, TEXT[0], {"tasks": tasks})
    assert (refused.value.get_http_status(), refused.value.get_error_code()) == (403, "Forbidden")
    account = switch_manual_review(account)
    sent = by_path(served, key, TEXT[0], {"tasks": tasks})["data"]
    ids = [one["taskId"] for one in sent]
    waiting = by_path(served, key, TEXT[1], ids)["data"]
    assert [(one["code"], one["dataId"]) for one in waiting] == [(280, str(number)) for number in range(4)]
    said(account, sent[0], "pass")
    said(account, sent[1], "block", label="inappropriate_profanity")
    item = ReviewItem.objects.get(task_id=ids[1])
    recheck(
        account=account, item_id=item.pk, reviewer=make_user(account=account), outcome="block",
        label="pt_to_contact", now=NOW,
    )  # fmt: skip
    cancel(account=account, task_id=ids[2], actor=key.key, now=NOW)
    told = by_path(served, key, TEXT[1], [*ids, "nothing"])["data"]
    assert [one["code"] for one in told] == [200, 200, 400, 280, 400]
    assert (told[0]["suggestion"], told[0]["labels"], told[0]["content"]) == ("pass", [], "Text 0")
    assert (told[1]["suggestion"], told[1]["labels"]) == ("block", ["pt_to_contact"])
    other = switch_manual_review(make_account())
    assert by_path(served, make_key(other), TEXT[1], ids[:1])["data"][0]["code"] == 400
    without = by_path(served, key, TEXT[0], {"tasks": [{"dataId": "x"}]})["data"]
    assert without == [{"code": 400, "msg": without[0]["msg"], "dataId": "x"}]


def test_files_are_fetched_and_wait_for_people(served, account, key):
    switch_manual_review(account)
    for kind, (send, ask, data) in FILES.items():
        with receiving(Reply(body=data)) as place:
            asked = {"tasks": [{"dataId": kind, "url": place.url}, {"dataId": "no"}]}
            accepted, refused = by_path(served, key, send, asked)["data"]
        assert (accepted["code"], refused["code"]) == (200, 400)
        item = ReviewItem.objects.get(task_id=accepted["taskId"])
        assert (item.content_type, item.data_id, item.mode) == (kind, kind, "human_only")
        said(account, accepted, "pass")
        [told] = by_path(served, key, ask, [accepted["taskId"]])["data"]
        assert (told["code"], told["suggestion"], told["url"]) == (200, "pass", place.url)
