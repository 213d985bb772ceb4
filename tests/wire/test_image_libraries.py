"""Image libraries through the unmodified SDK, with pictures that are really fetched and decoded."""

import hashlib

import oss2
import pytest
import requests
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException

from config.accounts.operations.keys import revoke_key
from config.audit.models import AuditRecord
from libraries.models import ImageLibrary, LibraryImage, Vocabulary
from libraries.operations.image_libraries import create_image_library
from moderation.models import Service
from tests.factories import NOW, make_account, make_key, service_of
from tests.libraries.pictures import png
from tests.receivers import Reply, receiving
from tests.wire.clients import client


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


@pytest.fixture
def shop():
    """A server of pictures: /1.png and so on; /text is none."""

    def answer(asked):
        name = asked.path.lstrip("/").partition("?")[0]
        if name == "text":
            return Reply(body=b"not a picture")
        if not name.endswith(".png"):
            return Reply(status=404)
        return Reply(body=png(int(name.removesuffix(".png"))))

    with receiving(answer) as server:
        yield server.url.removesuffix("/hook")


def make_library(sdk, name="Flyers", comment="seen in March") -> ImageLibrary:
    answer = sdk.create_image_lib(models.CreateImageLibRequest(lib_name=name, comment=comment)).body
    assert (answer.code, answer.http_status_code, answer.success) == (200, 200, True)
    return ImageLibrary.objects.get(pk=answer.data.lib_id)


def add(sdk, library, url):
    return sdk.add_images_2lib(models.AddImages2LibRequest(lib_id=str(library.pk), img_url=url)).body


def listed(sdk, library, **asked):
    return sdk.list_images_from_lib(models.ListImagesFromLibRequest(lib_id=str(library.pk), **asked)).body


class TestImageLibraries:
    def test_are_made_and_renamed(self, sdk, account):
        library = make_library(sdk)
        assert (library.account, library.name, library.description) == (account, "Flyers", "seen in March")
        assert sdk.add_image_lib(models.AddImageLibRequest(lib_name="Faces")).body.data is True
        asked = models.UpdateImageLibRequest(lib_id=str(library.pk), lib_name="Leaflets")
        assert sdk.update_image_lib(asked).body.data is True
        told = sdk.list_image_lib(models.ListImageLibRequest()).body
        assert [one.lib_name for one in told.lib_list] == ["Faces", "Leaflets"]
        assert [one.comment for one in told.lib_list] == ["", "seen in March"]
        assert told.max_lib_count == 10
        assert {one.free_inspection for one in told.lib_list} == {0}
        taken = sdk.create_image_lib(models.CreateImageLibRequest(lib_name="Faces")).body
        assert (taken.code, taken.success, taken.data) == (400, False, None)
        with pytest.raises(DaraException) as refused:
            sdk.create_image_lib(models.CreateImageLibRequest())
        assert refused.value.code == "MissingLibName"

    def test_hold_pictures(self, sdk, account, key, shop, served):
        library = make_library(sdk)
        ids = [add(sdk, library, f"{shop}/{n}.png?x=1").data.img_id for n in (1, 2, 3)]
        held = {str(image.pk): image for image in LibraryImage.objects.present()}
        assert set(ids) == set(held)
        assert held[ids[0]].added_by == f"key:{key.key.prefix}"
        again = add(sdk, library, f"{shop}/1.png")
        assert (again.code, again.data.img_id) == (200, ids[0])
        library.refresh_from_db()
        assert library.image_count == 3

        first = listed(sdk, library, page_size=2)
        assert [one.image_id for one in first.items] == [ids[2], ids[1]]
        assert (first.total_count, first.current_page, first.page_size) == (3, 1, 2)
        second = listed(sdk, library, page_size=2, current_page=2)
        assert [one.image_id for one in second.items] == [ids[0]]
        oldest = listed(sdk, library, sort={"GmtCreate": "asc"})
        assert [one.image_id for one in oldest.items] == ids
        only = listed(sdk, library, img_id=ids[1])
        assert ([one.image_id for one in only.items], only.total_count) == ([ids[1]], 1)
        day = first.items[0].gmt_create[:10]
        assert listed(sdk, library, start_date=f"{day} 00:00:00").total_count == 3
        assert listed(sdk, library, end_date="2020-01-01 00:00:00").total_count == 0

        image = requests.get(only.items[0].image_url, timeout=10)
        assert (image.content, image.headers["Content-Type"]) == (png(2), "image/png")
        assert "sandbox" in image.headers["Content-Security-Policy"]
        thumbnail = requests.get(only.items[0].thumbnail_url, timeout=10)
        assert thumbnail.content.startswith(b"\xff\xd8")
        assert requests.get(only.items[0].image_url[:-2] + "xx", timeout=10).status_code == 403

        delete = models.DeleteImagesFromLibRequest(lib_id=str(library.pk), image_ids=f"[{ids[1]}]")
        assert sdk.delete_images_from_lib(delete).body.data is True
        assert sdk.delete_images_from_lib(delete).body.data is False
        assert LibraryImage.objects.present().count() == 2
        assert requests.get(only.items[0].image_url, timeout=10).status_code == 404
        other = listed(sdk, library).items[0].image_url
        revoke_key(key=key.key, actor=None, now=NOW)
        assert requests.get(other, timeout=10).status_code == 403

    def test_hold_what_was_uploaded(self, sdk, served, account, key):
        token = client(green, served, key).describe_upload_token().body.data
        auth = oss2.StsAuth(token.access_key_id, token.access_key_secret, token.security_token)
        bucket = oss2.Bucket(auth, token.oss_internet_end_point, token.bucket_name)
        for name, content in (("a.png", png(5)), ("words.txt", b"blue lotus\n50% off\nred lotus\nred lotus")):
            bucket.put_object(token.file_name_prefix + name, content)
        library = make_library(sdk)
        added = add(sdk, library, f"{token.file_name_prefix}a.png")
        image = LibraryImage.objects.get(pk=added.data.img_id)
        assert bytes(image.sha256) == hashlib.sha256(png(5)).digest()
        again = add(sdk, library, f"oss://{token.bucket_name}/{token.file_name_prefix}a.png")
        assert again.data.img_id == added.data.img_id
        text = add(sdk, library, f"{token.file_name_prefix}words.txt")
        assert (text.success, text.data) == (False, None)

        asked = models.AddKeywordLibRequest(
            lib_name="Words", keywords_object=f"{token.file_name_prefix}words.txt"
        )
        data = sdk.add_keyword_lib(asked).body.data
        vocabulary = Vocabulary.objects.owned_by(account).get(pk=data.lib_id)
        assert set(vocabulary.keywords.values_list("text", flat=True)) == {"blue lotus", "red lotus"}
        told = data.keywords_result
        assert (told.success_count, told.invalid_count, told.repeat_count) == (2, 1, 1)
        task = models.GetKeywordImportResultRequest(task_id=data.task_id)
        result = sdk.get_keyword_import_result(task).body.data
        assert (result.progress, result.success_count, result.total_count) == (100, 2, 4)
        both = models.AddKeywordLibRequest(lib_name="Both", keywords="x", keywords_object="upload/x.txt")
        with pytest.raises(DaraException):
            sdk.add_keyword_lib(both)
        nothing = models.AddKeywordLibRequest(lib_name="Nothing", keywords_object="upload/none.txt")
        assert sdk.add_keyword_lib(nothing).body.code == 404
        assert Vocabulary.objects.owned_by(account).count() == 1

    def test_refuse_what_is_no_picture(self, sdk, account, shop, served):
        library = make_library(sdk)
        for url in (f"{shop}/text", f"{shop}/nothing", "http://10.0.0.1/x.png", "upload/x.png"):
            answer = add(sdk, library, url)
            assert answer.code == answer.http_status_code >= 400
            assert (answer.success, answer.data) == (False, None), url
        assert LibraryImage.objects.count() == 0

    def test_refuse_pages_that_are_none(self, sdk, account):
        library = make_library(sdk)
        for wrong in (
            {"page_size": 0},
            {"page_size": 101},
            {"current_page": 1001},
            {"start_date": "soon"},
            {"sort": {"a": "b"}},
        ):
            with pytest.raises(DaraException) as refused:
                listed(sdk, library, **wrong)
            assert refused.value.code == "InvalidParameter", wrong

    def test_of_others_are_not_there(self, sdk, account, shop):
        theirs = create_image_library(
            account=make_account(), name="Theirs", description="", actor=None, now=NOW
        )
        lib = str(theirs.pk)
        assert add(sdk, theirs, f"{shop}/1.png").code == 400
        assert listed(sdk, theirs).code == 400
        delete = models.DeleteImagesFromLibRequest(lib_id=lib, image_ids="[1]")
        assert sdk.delete_images_from_lib(delete).body.code == 400
        assert sdk.update_image_lib(models.UpdateImageLibRequest(lib_id=lib, lib_name="x")).body.code == 400
        exempt = models.UpdateImageLibFreeInspectionRequest(config={lib: 1})
        assert sdk.update_image_lib_free_inspection(exempt).body.code == 400
        assert sdk.list_image_lib(models.ListImageLibRequest()).body.lib_list == []

    def test_need_the_scope(self, served, account):
        reader = client(console, served, make_key(account, scopes=["libraries:read", "services:read"]))
        assert reader.list_image_lib(models.ListImageLibRequest()).body.code == 200
        for call, asked in (
            (reader.create_image_lib, models.CreateImageLibRequest(lib_name="x")),
            (
                reader.update_image_lib_free_inspection,
                models.UpdateImageLibFreeInspectionRequest(config={"1": 1}),
            ),
        ):
            with pytest.raises(DaraException) as refused:
                call(asked)
            assert refused.value.code == "Forbidden"


class TestExemption:
    def test_is_a_part_of_a_services_rules(self, sdk, account):
        library, other = make_library(sdk), make_library(sdk, "Others")

        def exempt(**asked):
            return sdk.update_image_lib_free_inspection(
                models.UpdateImageLibFreeInspectionRequest(**asked)
            ).body

        def held(code):
            return service_of(account, code).current_version.rules.exempt_image_libraries

        config = {str(library.pk): 1, str(other.pk): 0}
        assert exempt(service_code="baselineCheck", config=config).data is True
        assert held("baselineCheck") == (library.pk,)
        assert held("profilePhotoCheck") == ()
        told = sdk.list_image_lib(models.ListImageLibRequest(service_code="baselineCheck")).body.lib_list
        assert [(one.lib_id, one.free_inspection) for one in told] == [
            (str(library.pk), 1),
            (str(other.pk), 0),
        ]
        assert {
            one.free_inspection for one in sdk.list_image_lib(models.ListImageLibRequest()).body.lib_list
        } == {0}

        everywhere = models.UpdateImageLibRequest(lib_id=str(other.pk), free_inspection=1)
        assert sdk.update_image_lib(everywhere).body.data is True
        assert held("baselineCheck") == (library.pk, other.pk)
        assert held("profilePhotoCheck") == (other.pk,)
        told = sdk.list_image_lib(models.ListImageLibRequest()).body.lib_list
        assert [one.free_inspection for one in told] == [0, 1]
        published = AuditRecord.objects.filter(account=account, action="service.published")
        assert published.count() == 1 + len({"baselineCheck", *changed_services(account)})

        exempt(service_code="baselineCheck", config={str(library.pk): 0})
        assert held("baselineCheck") == (other.pk,)
        for wrong in ({"x": 1}, {"999999": 1}):
            assert exempt(service_code="baselineCheck", config=wrong).code == 400
        for asked in (
            {"service_code": "comment_detection", "config": {str(library.pk): 1}},
            {"service_code": "baselineCheck", "config": {str(library.pk): 2}},
            {"service_code": "baselineCheck", "config": {}},
        ):
            with pytest.raises(DaraException):
                exempt(**asked)


def changed_services(account) -> list[str]:
    rows = Service.objects.owned_by(account).of_content("image").for_machine()
    return list(rows.values_list("code", flat=True))
