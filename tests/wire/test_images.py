"""Pictures through the SDK: fetched from an address, judged by the real engines, read back later."""

import json
from uuid import UUID, uuid4

import pytest
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from darabonba.exceptions import DaraException

from config.accounts.operations.keys import issue_key
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from moderation.models import Callback, ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Level, Rules
from review.models import ReviewItem
from tests.factories import NOW, make_account, make_vocabulary, switch_manual_review
from tests.pictures import encode, poster, scene
from tests.receivers import Reply, receiving
from tests.wire.clients import client

POSTER = encode(poster(["Fine contraband for all", "加微信 abc_12345 领取优惠"]))
KNOWN = encode(scene(4, 640, 480))
ANIMATION = encode(
    scene(9, 800, 200),
    "GIF",
    save_all=True,
    append_images=[poster(["Fine contraband for all", "加微信 abc_12345"])],
)
PICTURES = {
    "/animation.gif": ANIMATION,
    "/poster.png": POSTER,
    "/known.png": KNOWN,
    "/clean.png": encode(scene(9)),
    "/text": b"hello",
}


@pytest.fixture
def pictures():
    """A client's own server, with pictures."""

    def answer(received):
        data = PICTURES.get(received.path)
        return Reply(200, {"Content-Type": "image/png"}, data) if data else Reply(404)

    with receiving(answer) as server:
        yield server.url.removesuffix("/hook")


@pytest.fixture
def library(account, served):
    library = create_image_library(
        account=account, name="Known pictures", description="", actor=None, now=NOW
    )
    add_images(library=library, images=[NewImage("known.png", KNOWN)], actor=None, now=NOW)
    return library


@pytest.fixture
def services(account, library):
    words = make_vocabulary(account, words=["contraband"], name="Forbidden goods")
    for code, rules in (
        (
            "albums",
            Rules(
                labels={
                    "contraband_drug_tii": LabelRule(vocabularies=(words.pk,)),
                    "pt_toDirectContact_tii": LabelRule(),
                    "violent_blood": LabelRule(image_libraries=(library.pk,)),
                    "religion_funeral": LabelRule(),
                },
                manual_levels=frozenset({Level.HIGH}),
            ),
        ),
        ("avatars", Rules(labels={"pt_toDirectContact_tii": LabelRule()})),
    ):
        create_service(
            account=account, code=code, name=code, description="", content_type=ContentType.IMAGE,
            rules=rules, actor=None, now=NOW,
        )  # fmt: skip
    switch_manual_review(account)
    return words


@pytest.fixture
def sdk(served, key):
    return client(green, served, key)


def asked(kind, url, service="albums", **more):
    return kind(service=service, service_parameters=json.dumps({"imageUrl": url} | more))


def stored(answer) -> list[ModerationResult]:
    found = ModerationResult.objects.filter(request_id=UUID(answer.body.request_id))
    return list(found.select_related("service").order_by("id"))


def verdicts(results) -> dict:
    return {one.label: one.confidence for one in results}


class TestImageModeration:
    def test_says_what_was_stored(self, sdk, services, library, pictures):
        answer = sdk.image_moderation(
            asked(models.ImageModerationRequest, f"{pictures}/poster.png", dataId="p-1", accountId="u-1")
        )
        [result], data = stored(answer), answer.body.data

        assert (answer.body.code, answer.body.msg) == (200, "OK")
        assert (result.content, result.data_id, result.author_id) == (f"{pictures}/poster.png", "p-1", "u-1")
        assert (data.data_id, data.account_id, data.risk_level, data.frame_num) == ("p-1", "u-1", "high", 1)
        assert verdicts(data.result) == {label["label"]: label["confidence"] for label in result.labels}
        assert {one.label: one.risk_level for one in data.result}["contraband_drug_tii_lib"] == "high"
        assert "pt_toDirectContact_tii" in verdicts(data.result)
        assert UUID(data.manual_task_id) == ReviewItem.objects.get(result=result).task_id
        assert answer.headers["x-assay-uncovered"] == "religion_funeral"
        text = data.ext.text_in_image
        [hit] = text.custom_text
        assert (hit.lib_name, hit.key_words, hit.lib_id) == (
            "Forbidden goods",
            "contraband",
            str(services.pk),
        )
        assert any("abc_12345" in word for word in text.risk_word)
        assert "\n".join(line.text for line in text.ocr_result) == result.media["text"]
        first = text.ocr_result[0].location
        assert 20 < first.x < 60 and first.w > 300 and 0 < first.y < first.y + first.h <= 200

        # The parts alone, later, by the request's id.
        later = sdk.describe_image_result_ext(
            models.DescribeImageResultExtRequest(req_id=answer.body.request_id, info_type="textInImage")
        )
        assert later.body.data.text_in_image.ocr_datas == [line.text for line in text.ocr_result]
        assert later.body.data.text_in_image.custom_texts[0].key_words == "contraband"
        assert later.body.data.custom_image == []

    def test_names_the_library_that_knows_the_picture(self, sdk, services, library, pictures):
        answer = sdk.image_moderation(asked(models.ImageModerationRequest, f"{pictures}/known.png"))

        [hit] = answer.body.data.ext.custom_image
        assert (hit.lib_id, hit.lib_name) == (str(library.pk), "Known pictures")
        assert hit.image_id == str(library.images.get().pk)
        assert verdicts(answer.body.data.result) == {"violent_blood_lib": 100.0}
        batch = asked(models.ImageBatchModerationRequest, f"{pictures}/known.png")
        [one] = sdk.image_batch_moderation(batch).body.data.results
        assert one.ext.custom_image[0].to_map() == hit.to_map()
        later = sdk.describe_image_result_ext(
            models.DescribeImageResultExtRequest(req_id=answer.body.request_id)
        )
        assert later.body.data.custom_image[0].lib_name == "Known pictures"
        untold = sdk.image_moderation(
            asked(models.ImageModerationRequest, f"{pictures}/known.png", infoType="textInImage")
        )
        assert untold.body.data.ext is None
        clean = sdk.image_moderation(asked(models.ImageModerationRequest, f"{pictures}/clean.png"))
        assert (clean.body.data.risk_level, clean.body.data.manual_task_id) == ("none", None)
        [one] = clean.body.data.result
        assert (one.label, one.confidence) == ("nonLabel", None)
        assert one.description == "No risk found. Nothing could look for: religion_funeral"

    def test_of_an_animation_names_the_frames(self, sdk, services, pictures):
        answer = sdk.image_moderation(
            asked(models.ImageModerationRequest, f"{pictures}/animation.gif", infoType="ocrResult,logoData")
        )
        data = answer.body.data

        assert data.frame_num == 2
        [frame] = json.loads(data.frame)
        assert frame["frame"] == 1
        assert {one["label"]: one["confidence"] for one in frame["result"]} == verdicts(data.result)
        assert data.ext.ocr_result[0].text == "Fine contraband for all"
        assert data.ext.text_in_image is None

    def test_of_several_services_in_one_call(self, sdk, services, pictures):
        answer = sdk.image_batch_moderation(
            asked(models.ImageBatchModerationRequest, f"{pictures}/poster.png", "albums,avatars", dataId="b")
        )
        results, data = stored(answer), answer.body.data

        assert (data.data_id, data.risk_level) == ("b", "high")
        assert [one.service for one in data.results] == ["albums", "avatars"]
        assert [one.risk_level for one in data.results] == [result.level for result in results]
        for one, result in zip(data.results, results, strict=True):
            assert verdicts(one.result) == {label["label"]: label["confidence"] for label in result.labels}
            assert one.ext.text_in_image.ocr_result
        assert verdicts(data.result) == verdicts(data.results[0].result)
        assert UUID(data.manual_task_id) == ReviewItem.objects.get().task_id


class TestLater:
    def test_a_picture_is_taken_on_and_read_when_it_was_judged(
        self, served, account, sdk, services, pictures
    ):
        accepted = sdk.image_async_moderation(
            asked(
                models.ImageAsyncModerationRequest, f"{pictures}/poster.png", dataId="later", accountId="u-1",
                callback=f"{pictures}/told", seed="seed_1", cryptType="SM3",
            )
        )  # fmt: skip
        broken = sdk.image_async_moderation(asked(models.ImageAsyncModerationRequest, f"{pictures}/text"))
        moving = sdk.image_async_moderation(
            asked(models.ImageAsyncModerationRequest, f"{pictures}/animation.gif")
        )
        task_id = accepted.body.data.req_id
        task = ModerationTask.objects.get(task_id=UUID(task_id))
        assert (accepted.body.data.data_id, task.data_id, task.services) == ("later", "later", ["albums"])
        waiting = read_task(sdk, task_id)
        assert (waiting.body.code, waiting.body.data.req_id) == (280, task_id)

        done = served.manage("moderate", "--until-empty")
        assert done.returncode == 0, done.stderr

        answer = read_task(sdk, task_id)
        data, result = answer.body.data, ModerationResult.objects.get(request_id=UUID(task_id))
        assert (answer.body.code, data.data_id, data.account_id) == (200, "later", "u-1")
        assert (data.risk_level, data.frame_num) == (result.level, 1) == ("high", 1)
        assert verdicts(data.result) == {label["label"]: label["confidence"] for label in result.labels}
        assert UUID(data.manual_task_id) == ReviewItem.objects.get(result=result).task_id
        callback = Callback.objects.owned_by(account).get(endpoint__url=f"{pictures}/told")
        assert json.loads(bytes(callback.body))["scanResult"]["suggestion"] == "block"
        assert callback.endpoint.crypt == "sm3"

        [frame] = json.loads(read_task(sdk, moving.body.data.req_id).body.data.frame)
        assert frame["frame"] == 1
        failed = read_task(sdk, broken.body.data.req_id).body
        assert (failed.code, failed.data.result) == (407, [])
        stranger = issue_key(account=make_account(), name="s", actor=None, now=NOW)
        assert read_task(client(green, served, stranger), task_id).body.code == 400


def read_task(sdk, task_id):
    return sdk.describe_image_moderation_result(models.DescribeImageModerationResultRequest(req_id=task_id))


class TestWhatIsWrong:
    def test_with_the_picture_is_told_by_the_code(self, sdk, services, pictures):
        kind = models.ImageModerationRequest
        for request, code in (
            (asked(kind, ""), 400),
            (asked(kind, f"{pictures}/nothing"), 404),
            (asked(kind, "http://10.0.0.1/a.png"), 404),
            (asked(kind, "ftp://example.com/a.png"), 404),
            (asked(kind, f"{pictures}/text"), 407),
            (asked(kind, f"{pictures}/clean.png", "nothing"), 400),
            (asked(kind, f"{pictures}/clean.png", dataId="x" * 129), 400),
        ):
            answer = sdk.image_moderation(request).body
            assert (answer.code, answer.data) == (code, None), answer.msg
            assert answer.msg != "OK"
        many = ",".join(f"s{number}" for number in range(11))
        batch = asked(models.ImageBatchModerationRequest, f"{pictures}/clean.png", many)
        assert sdk.image_batch_moderation(batch).body.code == 402
        assert read_task(sdk, str(uuid4())).body.code == 400
        assert read_task(sdk, "no id").body.code == 400
        assert not ModerationResult.objects.exists()

    def test_with_the_call_is_an_exception(self, served, account, sdk, services, pictures):
        wrong = asked(models.ImageModerationRequest, f"{pictures}/clean.png", infoType="nothing")
        with pytest.raises(DaraException) as refused:
            sdk.image_moderation(wrong)
        assert refused.value.code == "InvalidParameter"
        sender = issue_key(account=account, name="s", actor=None, now=NOW, scopes=["images:moderate"])
        with pytest.raises(DaraException) as refused:
            read_task(client(green, served, sender), str(uuid4()))
        assert refused.value.code == "Forbidden"
