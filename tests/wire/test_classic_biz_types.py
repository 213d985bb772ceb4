"""Version 2017-08-23: BizTypes and libraries. What is set by the SDK holds in the next scan of 1.0."""

import pytest
import requests
from alibabacloud_green20170823 import client as console
from alibabacloud_green20170823 import models
from aliyunsdkgreen.request.v20180509.ImageSyncScanRequest import ImageSyncScanRequest
from aliyunsdkgreen.request.v20180509.TextScanRequest import TextScanRequest
from darabonba.exceptions import DaraException

from libraries.models import ImageLibrary, Keyword, LibraryImage, Vocabulary
from moderation.models import ModerationResult, Service
from tests.factories import make_account, make_key, make_vocabulary, service_of
from tests.pictures import encode, scene
from tests.receivers import Reply, receiving
from tests.wire.classic_calls import by_path
from tests.wire.clients import client


@pytest.fixture
def api(served, key):
    return client(console, served, key)


def foreign(served, **options):
    return client(console, served, make_key(make_account(), **options))


def scanned(served, key, content: str, biz_type: str = "") -> dict:
    sent = {"scenes": ["antispam"], "bizType": biz_type, "tasks": [{"content": content}]}
    [task] = by_path(served, key, TextScanRequest, sent)["data"]
    return task


def seen(served, key, data: bytes, scenes: list[str], biz_type: str = "") -> dict:
    with receiving(Reply(body=data)) as place:
        sent = {"scenes": scenes, "bizType": biz_type, "tasks": [{"url": place.url}]}
        [task] = by_path(served, key, ImageSyncScanRequest, sent)["data"]
    return {one["scene"]: one for one in task["results"]}


class TestBizTypes:
    def test_are_copies_of_services_that_scans_name(self, served, account, key, api):
        made = models.CreateBizTypeRequest(
            biz_type_name="forum", description="Posts", industry_info="Social", cite_template=False
        )
        api.create_biz_type(made)
        services = {one.content_type: one for one in Service.objects.owned_by(account).filter(name="forum")}
        assert {kind: one.copied_from.code for kind, one in services.items()} == {
            "image": "postImageCheck", "text": "comment_detection",
            "audio": "audio_media_detection", "video": "videoDetection",
        }  # fmt: skip
        rules = service_of(account, services["video"].code).current_version.rules
        assert (rules.image_services, rules.audio_service) == (
            (services["image"].code,), services["audio"].code
        )  # fmt: skip
        told = {one.biz_type: one for one in all_of(api)}
        assert told["forum"].description == "Posts · Social"
        assert (told["forum"].source, told["forum"].cite_template) == ("custom", True)
        assert "postImageCheck" in told["forum"].source_biz_type
        assert told["comment_detection"].source == "system"
        only = api.describe_user_biz_types(models.DescribeUserBizTypesRequest(customized=True)).body
        assert [one.biz_type for one in only.biz_type_list] == ["forum"]
        names = api.describe_biz_types(models.DescribeBizTypesRequest()).body
        assert (names.total_count, set(names.biz_type_list)) == (len(told), set(told))
        api.update_biz_type(models.UpdateBizTypeRequest(biz_type_name="forum", description="All posts"))
        assert {one.description for one in Service.objects.owned_by(account).filter(name="forum")} == {
            "All posts"
        }
        task = scanned(served, key, "nothing much", "forum")
        result = ModerationResult.objects.select_related("service").get(request_id=task["taskId"])
        assert result.service == services["text"]
        wrong = [
            {"biz_type_name": "forum"}, {"biz_type_name": "comment_detection"}, {},
            {"biz_type_name": "x", "biz_type_import": "nobody"}, {"biz_type_name": "x" * 101},
        ]  # fmt: skip
        for one in wrong:
            with pytest.raises(DaraException):
                api.create_biz_type(models.CreateBizTypeRequest(**one))
        other = foreign(served)
        with pytest.raises(DaraException):
            other.update_biz_type(models.UpdateBizTypeRequest(biz_type_name="forum", description="mine"))
        weak = client(console, served, make_key(account, scopes=["services:read"]))
        with pytest.raises(DaraException) as refused:
            weak.create_biz_type(models.CreateBizTypeRequest(biz_type_name="weak"))
        assert refused.value.code == "Forbidden"

    def test_are_set_by_the_labels_of_their_scenes(self, served, account, api):
        api.create_biz_type(models.CreateBizTypeRequest(biz_type_name="forum"))
        asked = models.DescribeBizTypeSettingRequest(biz_type_name="forum", resource_type="image")
        before = api.describe_biz_type_setting(asked).body
        assert "qrcode" in before.ad.categories
        assert before.live.categories == []
        rules = rules_of(account, "forum", "image")
        assert rules.labels["pt_qrCode"].on
        change = models.UpdateBizTypeSettingRequest(
            biz_type_name="forum", resource_type="image", ad='["ad"]', live="smoking,meaningless"
        )
        api.update_biz_type_setting(change)
        after = api.describe_biz_type_setting(asked).body
        assert (after.ad.categories, after.live.categories) == (["ad"], ["meaningless", "smoking"])
        assert after.porn.categories == before.porn.categories
        rules = rules_of(account, "forum", "image")
        assert not rules.labels["pt_qrCode"].on
        assert rules.labels["inappropriate_smoking"].on
        api.update_biz_type_setting(change)
        text = models.DescribeBizTypeSettingRequest(biz_type_name="default", resource_type="text")
        told = api.describe_biz_type_setting(text).body
        assert {"ad", "abuse"} <= set(told.antispam.categories)
        assert told.porn is None
        wrong = [
            {"biz_type_name": "forum", "porn": '["bloody"]'},
            {"biz_type_name": "forum", "antispam": "ad"},
            {"biz_type_name": "forum", "resource_type": "video", "porn": "porn"},
            {"biz_type_name": "nobody", "porn": "porn"},
            {"porn": "porn"},
        ]
        for one in wrong:
            with pytest.raises(DaraException):
                api.update_biz_type_setting(models.UpdateBizTypeSettingRequest(**one))


def all_of(api):
    return api.describe_user_biz_types(models.DescribeUserBizTypesRequest()).body.biz_type_list


def rules_of(account, name: str, kind: str):
    service = (
        Service.objects.owned_by(account).select_related("current_version").get(name=name, content_type=kind)
    )
    return service.current_version.rules


class TestKeywordLibraries:
    def test_flag_where_they_apply(self, served, account, key, api):
        api.create_biz_type(models.CreateBizTypeRequest(biz_type_name="forum"))
        made = models.CreateKeywordLibRequest(
            name="Flowers", category="BLACK", resource_type="TEXT", lib_type="textKeyword",
            biz_types='["forum"]', service_module="open_api", match_mode="precise",
        )  # fmt: skip
        number = api.create_keyword_lib(made).body.id
        vocabulary = Vocabulary.objects.owned_by(account).get(pk=number)
        words = models.CreateKeywordRequest(keyword_lib_id=int(number), keywords='["blue lotus", "50% off"]')
        added = api.create_keyword(words).body
        assert (added.success_count, added.invalid_keyword_list) == (1, ["50% off"])
        [valid] = added.valid_keyword_list
        assert Keyword.objects.get(pk=valid.id).text == valid.keyword == "blue lotus"
        task = scanned(served, key, "a blue lotus", "forum")
        assert task["results"][0]["label"] == "customized"
        assert task["results"][0]["hitLibInfo"][0]["libCode"] == number
        assert scanned(served, key, "a blue lotus")["results"][0]["label"] == "normal"
        [told] = api.describe_keyword_lib(models.DescribeKeywordLibRequest()).body.keyword_lib_list
        assert (told.id, told.code, told.name, told.count) == (vocabulary.pk, number, "Flowers", 1)
        assert (told.category, told.biz_types, told.enable) == ("BLACK", ["forum"], True)
        assert (told.match_mode, told.resource_type) == ("precise", "TEXT")
        move = models.UpdateKeywordLibRequest(
            id=vocabulary.pk, name="Blossoms", biz_types='["default"]', match_mode="fuzzy"
        )
        api.update_keyword_lib(move)
        vocabulary.refresh_from_db()
        assert vocabulary.name == "Blossoms"
        assert vocabulary.variants
        assert scanned(served, key, "a blue lotus", "forum")["results"][0]["label"] == "normal"
        assert scanned(served, key, "a blue lotus")["results"][0]["label"] == "customized"
        with pytest.raises(DaraException) as used:
            api.delete_keyword_lib(models.DeleteKeywordLibRequest(id=vocabulary.pk))
        assert "comment_detection" in str(used.value)
        api.update_keyword_lib(models.UpdateKeywordLibRequest(id=vocabulary.pk, enable=False))
        assert scanned(served, key, "a blue lotus")["results"][0]["label"] == "normal"
        api.delete_keyword_lib(models.DeleteKeywordLibRequest(id=vocabulary.pk))
        assert not Vocabulary.objects.owned_by(account).exists()

    def test_are_listed_exported_and_emptied(self, served, account, api):
        held = make_vocabulary(account, words=["alpha", "beta", "gamma"])
        asked = models.DescribeKeywordRequest(keyword_lib_id=held.pk, page_size=2)
        page = api.describe_keyword(asked).body
        assert (page.total_count, [one.keyword for one in page.keyword_list]) == (3, ["gamma", "beta"])
        asked = models.DescribeKeywordRequest(keyword_lib_id=held.pk, keyword="ALPH")
        assert [one.keyword for one in api.describe_keyword(asked).body.keyword_list] == ["alpha"]
        address = api.export_keywords(models.ExportKeywordsRequest(keyword_lib_id=held.pk)).body.download_url
        assert requests.get(address, timeout=10).text.split() == ["alpha", "beta", "gamma"]
        first = Keyword.objects.get(text="alpha").pk
        gone = models.DeleteKeywordRequest(keyword_lib_id=str(held.pk), ids=str(first), keywords='["Beta"]')
        api.delete_keyword(gone)
        assert list(held.keywords.values_list("text", flat=True)) == ["gamma"]
        other = foreign(served)
        tries = [
            (other.describe_keyword, models.DescribeKeywordRequest(keyword_lib_id=held.pk)),
            (other.create_keyword, models.CreateKeywordRequest(keyword_lib_id=held.pk, keywords="x")),
            (
                other.delete_keyword,
                models.DeleteKeywordRequest(keyword_lib_id=str(held.pk), keywords="gamma"),
            ),
            (other.delete_keyword_lib, models.DeleteKeywordLibRequest(id=held.pk)),
            (other.update_keyword_lib, models.UpdateKeywordLibRequest(id=held.pk, name="mine")),
            (other.export_keywords, models.ExportKeywordsRequest(keyword_lib_id=held.pk)),
            (api.delete_keyword, models.DeleteKeywordRequest(keyword_lib_id=str(held.pk))),
            (api.create_keyword, models.CreateKeywordRequest(keyword_lib_id=held.pk)),
            (api.create_keyword_lib, models.CreateKeywordLibRequest(name="x", lib_type="similarText")),
            (api.create_keyword_lib, models.CreateKeywordLibRequest(name="x", category="REVIEW")),
            (api.create_keyword_lib, models.CreateKeywordLibRequest(name="x", biz_types="nobody")),
            (api.create_keyword_lib, models.CreateKeywordLibRequest(name="x", match_mode="x")),
            (api.create_keyword_lib, models.CreateKeywordLibRequest()),
        ]
        for call, asked in tries:
            with pytest.raises(DaraException):
                call(asked)
        assert Vocabulary.objects.owned_by(account).get().keyword_count == 1
        assert other.describe_keyword_lib(models.DescribeKeywordLibRequest()).body.total_count == 0
        weak = client(console, served, make_key(account, scopes=["libraries:write"]))
        with pytest.raises(DaraException) as refused:
            weak.create_keyword_lib(models.CreateKeywordLibRequest(name="weak"))
        assert refused.value.code == "Forbidden"
        weak.create_keyword_lib(models.CreateKeywordLibRequest(name="weak", enable=False))

    def test_are_chosen_by_biz_types(self, served, account, key, api):
        black, quiet = make_vocabulary(account, words=["lotus"]), make_vocabulary(account, words=["casino"])
        change = models.UpdateBizTypeTextLibRequest(
            biz_type_name="default", black=f'["{black.pk}"]', ignore=str(quiet.pk), scene="antispam"
        )
        api.update_biz_type_text_lib(change)
        asked = models.DescribeBizTypeTextLibRequest(biz_type_name="default", scene="antispam")
        told = api.describe_biz_type_text_lib(asked).body
        assert [one.code for one in told.black.selected] == [str(black.pk)]
        assert [one.code for one in told.ignore.selected] == [str(quiet.pk)]
        assert {one.name for one in told.black.all} == {black.name, quiet.name}
        assert told.white.all == told.review.selected == []
        assert scanned(served, key, "a lotus")["results"][0]["label"] == "customized"
        api.update_biz_type_text_lib(
            models.UpdateBizTypeTextLibRequest(biz_type_name="default", black="[]", scene="antispam")
        )
        assert scanned(served, key, "a lotus")["results"][0]["label"] == "normal"
        assert service_of(account).current_version.rules.ignored_vocabularies == (quiet.pk,)
        theirs = make_vocabulary(make_account(), words=["lotus"])
        for wrong in ({"black": str(theirs.pk)}, {"review": str(black.pk)}, {"black": "x"}):
            with pytest.raises(DaraException):
                api.update_biz_type_text_lib(
                    models.UpdateBizTypeTextLibRequest(biz_type_name="default", **wrong)
                )


class TestImageLibraries:
    def test_flag_and_clear_where_they_apply(self, served, account, key, api):
        made = models.CreateImageLibRequest(
            name="Known", category="BLACK", scene="porn", service_module="open_api", enable=True
        )
        number = api.create_image_lib(made).body.id
        library = ImageLibrary.objects.owned_by(account).get(pk=number)
        picture = encode(scene(7))
        with receiving(Reply(body=picture)) as place:
            new = models.UploadImageToLibRequest(image_lib_id=number, urls=f'["{place.url}"]')
            api.upload_image_to_lib(new)
        [held] = LibraryImage.objects.filter(library=library)
        asked = models.DescribeImageFromLibRequest(image_lib_id=number)
        page = api.describe_image_from_lib(asked).body
        [told] = page.image_from_lib_list
        assert (page.total_count, told.id, told.image_hit_count) == (1, held.pk, 0)
        assert requests.get(told.image, timeout=10).content == picture
        assert requests.get(told.thumbnail, timeout=10).ok
        entries = seen(served, key, picture, ["porn"])
        assert (entries["porn"]["label"], entries["porn"]["suggestion"]) == ("porn", "block")
        assert entries["porn"]["hitLibInfo"] == [{"libCode": str(number), "libName": "Known"}]
        libraries = api.describe_image_lib(models.DescribeImageLibRequest()).body.image_lib_list
        [listed] = [one for one in libraries if one.source == "custom"]
        assert (listed.id, listed.image_count) == (number, 1)
        assert (listed.category, listed.scene) == ("BLACK", "porn")
        assert (listed.biz_types, listed.enable) == (["postImageCheck"], "true")
        change = models.UpdateBizTypeImageLibRequest(
            biz_type_name="default", scene="porn", black="[]", white=f'["{number}"]'
        )
        api.update_biz_type_image_lib(change)
        assert seen(served, key, picture, ["porn"])["porn"]["suggestion"] == "pass"
        asked = models.DescribeBizTypeImageLibRequest(biz_type_name="default", scene="porn")
        chosen = api.describe_biz_type_image_lib(asked).body
        assert ([one.code for one in chosen.white.selected], chosen.black.selected) == ([str(number)], [])
        with pytest.raises(DaraException):
            api.delete_image_lib(models.DeleteImageLibRequest(id=number))
        api.update_biz_type_image_lib(
            models.UpdateBizTypeImageLibRequest(biz_type_name="default", scene="porn", white="[]")
        )
        api.delete_image_from_lib(models.DeleteImageFromLibRequest(ids=f"[{held.pk}]"))
        assert not library.images.present().exists()
        api.delete_image_lib(models.DeleteImageLibRequest(id=number))
        assert not ImageLibrary.objects.owned_by(account).custom().exists()

    def test_are_refused_what_is_wrong(self, served, account, api):
        number = api.create_image_lib(models.CreateImageLibRequest(name="Known", enable=False)).body.id
        with receiving(Reply(body=b"no picture")) as broken, receiving(Reply(body=encode(scene(8)))) as good:
            both = models.UploadImageToLibRequest(image_lib_id=number, urls=f"{broken.url},{good.url}")
            with pytest.raises(DaraException) as partly:
                api.upload_image_to_lib(both)
        assert broken.url in str(partly.value)
        held = LibraryImage.objects.get(library=number)
        other = foreign(served)
        tries = [
            (other.upload_image_to_lib, models.UploadImageToLibRequest(image_lib_id=number, urls="http://x/a")),
            (other.describe_image_from_lib, models.DescribeImageFromLibRequest(image_lib_id=number)),
            (other.delete_image_from_lib, models.DeleteImageFromLibRequest(ids=str(held.pk))),
            (other.delete_image_lib, models.DeleteImageLibRequest(id=number)),
            (api.upload_image_to_lib, models.UploadImageToLibRequest(image_lib_id=number)),
            (api.delete_image_from_lib, models.DeleteImageFromLibRequest(ids="x")),
            (api.delete_image_from_lib, models.DeleteImageFromLibRequest()),
            (api.create_image_lib, models.CreateImageLibRequest(name="x", category="REVIEW")),
            (api.create_image_lib, models.CreateImageLibRequest(name="x", scene="x")),
            (api.create_image_lib, models.CreateImageLibRequest(name="Known")),
            (api.describe_image_from_lib, models.DescribeImageFromLibRequest()),
            (api.describe_image_from_lib,
             models.DescribeImageFromLibRequest(image_lib_id=number, start_date="x")),
        ]  # fmt: skip
        for call, asked in tries:
            with pytest.raises(DaraException):
                call(asked)
        assert LibraryImage.objects.present().get() == held
        assert ImageLibrary.objects.owned_by(account).custom().count() == 1
