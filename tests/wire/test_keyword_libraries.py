"""Keyword libraries through the unmodified SDK."""

import json

import pytest
import requests
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException

from config.audit.models import AuditRecord
from libraries.models import Keyword, Vocabulary
from libraries.operations.keyword_imports import carry_on, start_import
from tests.factories import NOW, make_account, make_key, make_vocabulary, publish, service_of
from tests.wire.clients import client


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


def words_of(lib_id) -> set[str]:
    return set(Keyword.objects.filter(vocabulary=lib_id).values_list("text", flat=True))


def listed(sdk, lib_id, **asked):
    return sdk.list_keywords(models.ListKeywordsRequest(lib_id=str(lib_id), **asked)).body.data


class TestKeywordLibraries:
    def test_tell_what_became_of_each_word(self, sdk, account):
        asked = models.AddKeywordLibRequest(
            lib_name="House rules", keywords="blue lotus\n彩金\r\n50% off\nBlue  Lotus\n" + "x" * 21
        )
        data = sdk.add_keyword_lib(asked).body.data
        vocabulary = Vocabulary.objects.owned_by(account).get(pk=data.lib_id)
        assert (vocabulary.name, vocabulary.keyword_count) == ("House rules", 2)
        assert words_of(vocabulary) == {"blue lotus", "彩金"}
        told = data.keywords_result
        assert (told.success_count, told.repeat_count, told.invalid_count, told.total_count) == (2, 1, 2, 5)
        assert told.invalid_keywords == ["50% off"]
        assert told.illegal_length_keywords == ["x" * 21]
        assert told.repeat_keywords == ["Blue Lotus"]
        assert "%" in told.tips
        more = sdk.add_keywords(
            models.AddKeywordsRequest(lib_id=data.lib_id, keywords="彩金\\n赌场")
        ).body.data.keywords_result
        assert (more.success_count, more.repeat_keywords, more.progress) == (1, ["彩金"], 100)
        assert words_of(vocabulary) == {"blue lotus", "彩金", "赌场"}

    def test_are_listed_with_who_uses_them(self, sdk, account):
        used, idle = (
            make_vocabulary(account, words=["a1", "b2"], name="A"),
            make_vocabulary(account, name="B"),
        )
        for code in ("comment_detection", "chat_detection"):
            service = service_of(account, code)
            publish(service, service.current_version.rules.with_label("customized", vocabularies=(used.pk,)))
        first, second = sdk.list_keyword_libs(models.ListKeywordLibsRequest()).body.data
        assert (first.lib_id, first.keyword_count, first.uid) == (str(used.pk), "2", account.uid)
        assert first.service_codes == "chat_detection,comment_detection"
        assert (second.lib_name, second.service_codes) == ("B", "")
        one = sdk.get_keyword_lib(models.GetKeywordLibRequest(lib_id=str(used.pk))).body.data
        assert (one.lib_name, one.keyword_count, one.preprocess_list) == ("A", "2", [])
        rename = models.UpdateKeywordLibRequest(lib_id=str(idle.pk), lib_name="C")
        assert sdk.update_keyword_lib(rename).body.data is True
        assert Vocabulary.objects.get(pk=idle.pk).name == "C"
        in_use = sdk.delete_keyword_lib(models.DeleteKeywordLibRequest(lib_id=str(used.pk))).body
        assert (in_use.code, in_use.success) == (400, False)
        assert "comment_detection" in in_use.msg
        assert sdk.delete_keyword_lib(models.DeleteKeywordLibRequest(lib_id=str(idle.pk))).body.data is True
        assert not Vocabulary.objects.filter(pk=idle.pk).exists()

    def test_let_their_words_be_found_and_deleted(self, sdk, account):
        vocabulary = make_vocabulary(account, words=[f"word {n:02}" for n in range(25)])
        page = listed(sdk, vocabulary.pk, current_page=3, page_size=10)
        assert (page.total_count, page.current_page, page.page_size) == (25, 3, 10)
        assert [one.word for one in page.items] == [f"word {n:02}" for n in (4, 3, 2, 1, 0)]
        oldest = listed(sdk, vocabulary.pk, sort={"GmtCreate": "asc"}, page_size=1).items[0]
        held = Keyword.objects.get(pk=oldest.id)
        assert (held.text, oldest.keyword_lib_id) == (oldest.word, str(vocabulary.pk))
        found = listed(sdk, vocabulary.pk, word="ＷＯＲＤ 1")
        assert (found.total_count, len(found.items)) == (10, 10)
        ids = [one.id for one in found.items]
        delete = {"lib_id": str(vocabulary.pk)}
        first = models.DeleteKeywordRequest(keyword_ids=json.dumps(ids[:4]), **delete)
        assert sdk.delete_keyword(first).body.data is True
        md5 = json.dumps([found.items[5].keyword_md_5id])
        assert (
            sdk.delete_keyword(models.DeleteKeywordRequest(keyword_id_list=md5, **delete)).body.data is True
        )
        assert sdk.delete_keyword(first).body.data is False
        vocabulary.refresh_from_db()
        assert vocabulary.keyword_count == 20 == len(words_of(vocabulary))
        with pytest.raises(DaraException):
            sdk.delete_keyword(models.DeleteKeywordRequest(keyword_ids="[]", **delete))

    def test_are_exported_as_a_file(self, sdk, account, key):
        vocabulary = make_vocabulary(account, words=["彩金", "blue lotus"])
        url = sdk.export_keyword(models.ExportKeywordRequest(lib_id=str(vocabulary.pk))).body.data
        file = requests.get(url, timeout=10)
        assert file.content.decode().split("\r\n") == ["彩金", "blue lotus", ""]
        taken = AuditRecord.objects.get(account=account, action="vocabulary.exported")
        assert taken.actor_name == f"key:{key.key.prefix}"

    def test_tell_of_imports(self, sdk, account, key):
        vocabulary = make_vocabulary(account, words=["old"])
        lines = ["old", "new", "bad%", "y" * 30, *(f"w{n}" for n in range(30))]
        held = start_import(
            vocabulary=vocabulary,
            file_name="words.txt",
            data="\n".join(lines).encode(),
            confirm=True,
            actor=key.key,
            now=NOW,
        )
        asked = models.GetKeywordImportResultRequest(task_id=str(held.pk))
        assert sdk.get_keyword_import_result(asked).body.data.progress == 0
        carry_on(held.pk)
        told = sdk.get_keyword_import_result(asked).body.data
        assert (told.progress, told.success_count, told.repeat_count, told.invalid_count) == (100, 31, 1, 2)
        assert (told.invalid_keywords, told.illegal_length_keywords) == (["bad%"], ["y" * 30])
        assert (told.repeat_keywords, told.total_count, told.lib_id) == (["old"], 34, str(vocabulary.pk))
        for number in ("x", "999999"):
            wrong = models.GetKeywordImportResultRequest(task_id=number)
            assert sdk.get_keyword_import_result(wrong).body.code == 400

    def test_of_others_are_not_there(self, sdk):
        theirs = make_vocabulary(make_account(), words=["theirs"])
        lib = {"lib_id": str(theirs.pk)}
        for call, asked in (
            (sdk.get_keyword_lib, models.GetKeywordLibRequest(**lib)),
            (sdk.update_keyword_lib, models.UpdateKeywordLibRequest(lib_name="x", **lib)),
            (sdk.delete_keyword_lib, models.DeleteKeywordLibRequest(**lib)),
            (sdk.add_keywords, models.AddKeywordsRequest(keywords="x", **lib)),
            (sdk.list_keywords, models.ListKeywordsRequest(**lib)),
            (sdk.delete_keyword, models.DeleteKeywordRequest(keyword_ids="[1]", **lib)),
            (sdk.export_keyword, models.ExportKeywordRequest(**lib)),
        ):
            answer = call(asked).body
            assert (answer.code, answer.success, answer.data) == (400, False, None)
        assert words_of(theirs) == {"theirs"}

    def test_refuse_what_they_have_not(self, served, sdk, account):
        lib = str(make_vocabulary(account).pk)
        reader = client(console, served, make_key(account, scopes=["libraries:read"]))
        for code, call, asked in (
            (
                "InvalidParameter",
                sdk.list_keyword_libs,
                models.ListKeywordLibsRequest(tenant_code="desensitize"),
            ),
            ("MissingKeywords", sdk.add_keywords, models.AddKeywordsRequest(lib_id=lib)),
            ("MissingLibName", sdk.add_keyword_lib, models.AddKeywordLibRequest(keywords="x")),
            (
                "InvalidParameter",
                sdk.add_keyword_lib,
                models.AddKeywordLibRequest(lib_name="x", properties='{"attribute":"x"}'),
            ),
            ("Forbidden", reader.add_keywords, models.AddKeywordsRequest(lib_id=lib, keywords="x")),
        ):
            with pytest.raises(DaraException) as refused:
                call(asked)
            assert refused.value.code == code
        assert not Vocabulary.objects.filter(name="x").exists()
        many = models.AddKeywordsRequest(lib_id=lib, keywords="\n".join(f"w{n}" for n in range(10_001)))
        with pytest.raises(DaraException):
            sdk.add_keywords(many)
