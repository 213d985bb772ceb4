"""Version 1.0 by path: texts and pictures, what is said of them, and what is said against that."""

import json

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkgreen.request.v20180509.ImageAsyncScanRequest import ImageAsyncScanRequest
from aliyunsdkgreen.request.v20180509.ImageAsyncScanResultsRequest import ImageAsyncScanResultsRequest
from aliyunsdkgreen.request.v20180509.ImageScanFeedbackRequest import ImageScanFeedbackRequest
from aliyunsdkgreen.request.v20180509.ImageSyncScanRequest import ImageSyncScanRequest
from aliyunsdkgreen.request.v20180509.TextFeedbackRequest import TextFeedbackRequest
from aliyunsdkgreen.request.v20180509.TextScanRequest import TextScanRequest

from moderation.models import Callback, ModerationResult
from moderation.task_process import TaskProcess
from review.models import Feedback
from tests.factories import CLEAN, RISKY, make_account, make_key, make_vocabulary, publish, service_of
from tests.moderation.media.pictures import DATA, needs_data
from tests.pictures import encode, poster, scene
from tests.receivers import Reply, receiving
from tests.wire.classic_calls import by_path, generically

SPAM = {"scenes": ["antispam"]}


def of_request(task: dict) -> ModerationResult:
    return ModerationResult.objects.get(request_id=task["taskId"])


class TestTexts:
    def test_are_judged_several_at_once(self, served, account, key):
        sent = SPAM | {"tasks": [{"dataId": "a", "content": RISKY}, {"dataId": "b", "content": CLEAN}]}
        client_info = json.dumps({"userId": "u-7", "ip": "10.1.2.3"})
        answer = by_path(served, key, TextScanRequest, sent, ClientInfo=client_info)
        assert (answer["code"], answer["msg"]) == (200, "OK")
        assert answer["requestId"]
        risky, clean = answer["data"]
        assert [one["code"] for one in answer["data"]] == [200, 200]
        assert (risky["dataId"], risky["content"]) == ("a", RISKY)
        [entry] = risky["results"]
        assert (entry["scene"], entry["label"]) == ("antispam", "ad")
        result = of_request(risky)
        assert result.account == account
        assert (result.data_id, result.author_id, result.service.code) == ("a", "u-7", "comment_detection")
        assert result.context == {"scenes": "antispam", "ip": "10.1.2.3"}
        assert entry["suggestion"] == {"high": "block", "medium": "review", "low": "review"}[result.level]
        assert entry["rate"] == max(one["confidence"] for one in result.labels)
        [detail] = entry["details"]
        [position] = detail["contexts"][0]["positions"]
        assert RISKY[position["startPos"] : position["endPos"]] == detail["contexts"][0]["context"]
        assert "*" in risky["filteredContent"]
        assert len(risky["filteredContent"]) == len(RISKY)
        assert clean["results"] == [{"scene": "antispam", "label": "normal", "suggestion": "pass"}]
        assert of_request(clean).level == "none"

    def test_are_refused_one_by_one_or_as_a_whole(self, served, key):
        sent = SPAM | {"tasks": [{"dataId": "a"}, {"dataId": "b", "content": " "}, {"content": CLEAN}]}
        answer = by_path(served, key, TextScanRequest, sent)
        assert [(one["code"], one.get("dataId")) for one in answer["data"]] == [
            (400, "a"),
            (400, "b"),
            (200, None),
        ]
        tasks = {"tasks": [{"content": CLEAN}]}
        for wrong in (tasks, SPAM, {"scenes": ["porn"], **tasks}, SPAM | tasks | {"bizType": "nobody"}):
            answer = by_path(served, key, TextScanRequest, wrong)
            assert (answer["code"], "data" in answer) == (400, False), wrong
        many = SPAM | {"tasks": [{"content": CLEAN}] * 101}
        assert by_path(served, key, TextScanRequest, many)["code"] == 400
        for broken in ({"scenes": "antispam"} | tasks, SPAM | {"tasks": ["a"]}, [1]):
            with pytest.raises(ServerException) as refused:
                by_path(served, key, TextScanRequest, broken)
            assert refused.value.get_error_code() == "InvalidParameter"
        assert ModerationResult.objects.count() == 1

    def test_count_each_as_a_call_of_the_key(self, served, account):
        key = make_key(account, calls_per_minute=3)
        answer = by_path(served, key, TextScanRequest, SPAM | {"tasks": [{"content": CLEAN}] * 5})
        assert [one["code"] for one in answer["data"]] == [200, 200, 200, 480, 480]
        assert ModerationResult.objects.owned_by(account).count() == 3

    def test_need_the_scope_and_know_their_account_alone(self, served, account, key):
        other = make_account()
        with pytest.raises(ServerException) as refused:
            by_path(
                served, make_key(account, scopes=["images:moderate"]), TextScanRequest, SPAM | {"tasks": []}
            )
        assert refused.value.get_http_status() == 403
        answer = generically(
            served, make_key(other), "/green/text/scan", "TextScan", SPAM | {"tasks": [{"content": RISKY}]}
        )
        [task] = answer["data"]
        said = {"taskId": task["taskId"], "suggestion": "pass"}
        assert by_path(served, key, TextFeedbackRequest, said)["code"] == 400
        assert Feedback.objects.count() == 0

    def test_meet_the_words_of_the_account_and_name_their_library(self, served, account, key):
        words = make_vocabulary(account, words=["blue lotus"], name="Flowers")
        service = service_of(account)
        publish(service, service.current_version.rules.with_label("customized", vocabularies=(words.pk,)))
        sent = SPAM | {"bizType": "comment_detection", "tasks": [{"content": "buy a blue lotus"}]}
        [task] = by_path(served, key, TextScanRequest, sent)["data"]
        [entry] = task["results"]
        assert (entry["label"], entry["suggestion"]) == ("customized", "block")
        assert entry["hitLibInfo"] == [
            {"context": "blue lotus", "libCode": str(words.pk), "libName": "Flowers"}
        ]
        assert task["filteredContent"] == "buy a **********"

    def test_take_feedback(self, served, account, key):
        sent = SPAM | {"tasks": [{"content": RISKY}, {"content": CLEAN}]}
        risky, clean = by_path(served, key, TextScanRequest, sent)["data"]
        said = [
            {"taskId": risky["taskId"], "suggestion": "pass", "note": "a friend"},
            {"taskId": clean["taskId"], "label": "abuse"},
            {"taskId": clean["taskId"], "label": "normal"},
            {"taskId": clean["taskId"], "suggestion": "block", "label": "flood"},
            {"taskId": "nothing", "suggestion": "pass"},
            {"taskId": clean["taskId"], "suggestion": "perhaps"},
        ]
        answer = by_path(served, key, TextFeedbackRequest, said)
        assert [one["code"] for one in answer["data"]] == [200, 200, 400, 400, 400, 400]
        given = {str(one.request_id): one for one in Feedback.objects.owned_by(account)}
        assert len(given) == 2
        wrong, missed = given[risky["taskId"]], given[clean["taskId"]]
        assert (wrong.kind, wrong.note, wrong.given_by_key) == ("false_positive", "a friend", key.key)
        assert (missed.kind, missed.label) == ("missed_violation", "inappropriate_profanity")


class TestPictures:
    @needs_data
    def test_are_judged_in_the_scenes_that_are_asked_for(self, served, account, key):
        code = next((DATA / "media_qr").rglob("*.png"), None) or next((DATA / "media_qr").rglob("*.jpg"))
        with receiving(Reply(body=code.read_bytes())) as place:
            sent = {
                "scenes": ["porn", "ad", "live"],
                "tasks": [
                    {"dataId": "qr", "url": place.url},
                    {"dataId": "no", "url": "http://10.0.0.1/a.png"},
                ],
            }
            answer = by_path(served, key, ImageSyncScanRequest, sent)
        seen, unreachable = answer["data"]
        assert (unreachable["code"], unreachable["dataId"]) == (404, "no")
        assert (seen["code"], seen["url"], seen["dataId"]) == (200, place.url, "qr")
        results = {
            one.service.code: one
            for one in ModerationResult.objects.filter(request_id=seen["taskId"]).select_related("service")
        }
        assert set(results) == {"postImageCheck"}
        entries = {one["scene"]: one for one in seen["results"]}
        assert entries["porn"] == {"scene": "porn", "label": "normal", "suggestion": "pass"}
        worst = next(one for one in results["postImageCheck"].labels if one["label"] == "pt_qrCode")
        assert entries["ad"]["label"] == "qrcode"
        assert entries["ad"]["rate"] == worst["confidence"]
        assert entries["ad"]["suggestion"] in ("block", "review")
        assert "live" not in entries, "no label of this scene is on: it may not be called normal"
        assert "live" in seen["extras"]["uncovered"].split(",")

    def test_are_judged_later_and_asked_for(self, served, account, key, settings):
        settings.ASSAY_OUTBOUND_HTTP, settings.ASSAY_OUTBOUND_ALLOW = True, ["127.0.0.0/8"]
        with receiving(Reply(body=encode(scene(3)))) as place, receiving() as told:
            sent = {
                "scenes": ["porn", "terrorism"],
                "tasks": [
                    {"dataId": "one", "url": place.url},
                    {"dataId": "two", "url": "http://10.0.0.1/a.png"},
                ],
            }
            told_at = {"callback": told.url, "seed": "my_seed"}
            accepted = by_path(served, key, ImageAsyncScanRequest, sent | told_at)["data"]
            assert [one["code"] for one in accepted] == [200, 200]
            ids = [one["taskId"] for one in accepted]
            waiting = by_path(served, key, ImageAsyncScanResultsRequest, [*ids, "nothing"])["data"]
            assert [(one["taskId"], one["code"]) for one in waiting] == [
                (ids[0], 280), (ids[1], 280), ("nothing", 400)
            ]  # fmt: skip
            TaskProcess(threads=1).run(until_empty=True)
        done, failed = by_path(served, key, ImageAsyncScanResultsRequest, ids)["data"]
        assert (failed["code"], failed["dataId"], failed["taskId"]) == (404, "two", ids[1])
        assert (done["code"], done["dataId"], done["url"]) == (200, "one", place.url)
        [result] = ModerationResult.objects.filter(request_id=ids[0]).select_related("service")
        assert (result.service.code, result.level) == ("postImageCheck", "none")
        assert [one["scene"] for one in done["results"]] == ["porn", "terrorism"]
        bodies = [json.loads(bytes(one.body)) for one in Callback.objects.order_by("id")]
        told_of = {one["scanResult"]["taskId"]: one["scanResult"] for one in bodies}
        assert told_of[ids[0]]["results"] == done["results"]
        assert told_of[ids[1]]["code"] == 404
        assert {one["suggestion"] for one in done["results"]} == {"pass"}
        other = make_key(make_account())
        assert by_path(served, other, ImageAsyncScanResultsRequest, ids[:1])["data"][0]["code"] == 400
        unsigned = {"scenes": ["porn"], "callback": told.url, "tasks": [{"url": place.url}]}
        assert by_path(served, key, ImageAsyncScanRequest, unsigned)["data"][0]["code"] == 400

    def test_take_feedback_under_one_of_our_labels(self, served, account, key):
        with receiving(Reply(body=encode(poster(["Welcome"])))) as place:
            sent = {"scenes": ["porn", "ad"], "tasks": [{"url": place.url}]}
            [task] = by_path(served, key, ImageSyncScanRequest, sent)["data"]
        said = {"taskId": task["taskId"], "suggestion": "block", "scenes": ["porn"], "labels": ["sexy"]}
        assert by_path(served, key, ImageScanFeedbackRequest, said)["code"] == 200
        said |= {"scenes": ["ad"], "labels": ["qrcode"]}
        assert by_path(served, key, ImageScanFeedbackRequest, said)["code"] == 400, "one stands already"
        given = Feedback.objects.owned_by(account).select_related("service").order_by("id")
        assert [one.label for one in given] == ["sexual_affectionDisplay"]
        assert by_path(served, key, ImageScanFeedbackRequest, said | {"scenes": ["x"]})["code"] == 400
