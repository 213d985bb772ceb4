"""Vocabularies, keywords and samples over the REST API."""

import json

import pytest

from config.accounts import authentication, rates
from config.accounts.operations.keys import issue_key
from config.audit.models import AuditRecord
from libraries import usage
from libraries.models import TextSample, Vocabulary
from libraries.operations.samples import add_text_sample
from tests.libraries.conftest import NOW

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def _fresh_keys():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def call(client, account):
    token = issue_key(account=account, name="tests", actor=None, now=NOW).token

    def call(method: str, path: str, body=None, *, token=token):
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(V1 + path, headers={"Authorization": f"Bearer {token}"}, **sent)

    return call


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


class TestVocabularies:
    def test_live_from_creation_to_deletion(self, call, account):
        made = call("post", "/vocabularies", {"name": "Rules", "keywords": ["bad", "彩金"]})
        assert made.status_code == 201
        one = f"/vocabularies/{made.json()['id']}"
        assert made.json()["keyword_count"] == 2

        assert call("get", "/vocabularies").json() == [made.json()] == [call("get", one).json()]

        changed = call("patch", one, {"name": "Our rules"})
        assert (changed.status_code, changed.json()["name"]) == (200, "Our rules")

        assert call("delete", one).status_code == 204
        assert refusal(call("get", one)) == (404, "not_found")

    def test_the_audit_names_the_key(self, call, account):
        call("post", "/vocabularies", {"name": "Rules"})

        record = AuditRecord.objects.owned_by(account).get(action="vocabulary.created")
        assert record.actor_key is not None

    @pytest.mark.parametrize(
        "body, status, code, field",
        [
            ({}, 400, "invalid", None),
            ({"name": 5}, 400, "invalid", "name"),
            ({"name": " "}, 400, "vocabulary_name_missing", "name"),
            ({"name": "x" * 61}, 400, "vocabulary_name_too_long", "name"),
            ({"name": "a", "description": "x" * 301}, 400, "vocabulary_description_too_long", "description"),
            ({"name": "a", "keywords": ["50%"]}, 400, "keywords_refused", "keywords"),
            ({"name": "a", "keywords": ["a"] * 10_001}, 400, "invalid", "keywords"),
            ({"name": "Taken"}, 409, "vocabulary_name_taken", "name"),
        ],
    )
    def test_what_is_wrong_is_named(self, call, make_vocabulary, body, status, code, field):
        make_vocabulary("Taken")

        answer = call("post", "/vocabularies", body)

        assert refusal(answer) == (status, code)
        assert answer.json()["error"].get("field") == field

    def test_one_in_use_stays_and_its_services_are_named(self, call, make_vocabulary, monkeypatch):
        vocabulary = make_vocabulary()
        monkeypatch.setattr(usage, "askers", [lambda vocabulary: ["comment_detection"]])

        answer = call("delete", f"/vocabularies/{vocabulary.pk}")

        assert refusal(answer) == (409, "vocabulary_in_use")
        assert answer.json()["error"]["details"] == {"services": ["comment_detection"]}
        assert Vocabulary.objects.filter(pk=vocabulary.pk).exists()


class TestKeywords:
    @pytest.fixture
    def path(self, make_vocabulary):
        vocabulary = make_vocabulary(keywords=[f"word {number:03}" for number in range(120)])
        return f"/vocabularies/{vocabulary.pk}/keywords"

    def test_are_listed_in_pages(self, call, path):
        texts, cursor = [], ""
        while cursor is not None:
            page = call("get", f"{path}?limit=50&cursor={cursor}").json()
            texts += [keyword["text"] for keyword in page["keywords"]]
            cursor = page["next"]

        assert sorted(texts) == [f"word {number:03}" for number in range(120)]

    def test_are_found_by_their_beginning_in_any_spelling(self, call, path):
        page = call("get", f"{path}?prefix=ＷＯＲＤ%2001").json()

        assert len(page["keywords"]) == 10

    @pytest.mark.parametrize("prefix", ["%25", "_", "%00", "%F0%9F%98%80"])
    def test_signs_in_a_prefix_mean_nothing_special(self, call, path, prefix):
        answer = call("get", f"{path}?prefix={prefix}")

        assert answer.status_code == 200
        assert answer.json()["keywords"] == [] or prefix == "%00"

    def test_are_added_and_each_is_told_of(self, call, path):
        report = call("post", path, {"keywords": ["new", "word 001", "50%"]}).json()

        assert (report["added"], report["repeated"]) == (1, 1)
        assert [(one["line"], one["code"]) for one in report["refused"]] == [
            (3, "keyword_special_characters")
        ]

    def test_are_removed_by_id_and_by_text(self, call, path):
        first = call("get", path).json()["keywords"][0]["id"]

        answer = call("post", f"{path}/removals", {"ids": [first, 10**18], "keywords": ["Word 003", "x"]})

        assert answer.json() == {"removed": 2}

    @pytest.mark.parametrize(
        "body", [{"ids": [0]}, {"ids": [2**63]}, {"ids": ["1"]}, {"keywords": [None]}, []]
    )
    def test_a_removal_of_nonsense_is_refused(self, call, path, body):
        assert call("post", f"{path}/removals", body).status_code == 400


class TestTextSamples:
    @pytest.fixture
    def samples(self, account):
        given = {"account": account, "origin": "r1", "now": NOW}
        add_text_sample(content="good", outcome="pass", label="", **given)
        return add_text_sample(content="bad", outcome="block", label="pt_to_contact", **given)

    def test_are_listed_newest_first(self, call, samples):
        page = call("get", "/text-samples").json()

        assert [sample["content"] for sample in page["samples"]] == ["bad", "good"]
        assert page["next"] is None

    def test_are_listed_by_outcome(self, call, samples):
        assert len(call("get", "/text-samples?outcome=pass").json()["samples"]) == 1
        assert refusal(call("get", "/text-samples?outcome=maybe")) == (400, "invalid")

    def test_are_removed_once(self, call, account, samples):
        path = f"/text-samples/{samples.pk}"

        assert call("delete", path).status_code == 204
        assert refusal(call("delete", path)) == (404, "not_found")
        assert TextSample.objects.owned_by(account).present().count() == 1


class TestWhoMay:
    WRITES = [
        ("post", "/vocabularies"),
        ("patch", "/vocabularies/{vocabulary}"),
        ("delete", "/vocabularies/{vocabulary}"),
        ("post", "/vocabularies/{vocabulary}/keywords"),
        ("post", "/vocabularies/{vocabulary}/keywords/removals"),
        ("delete", "/text-samples/{sample}"),
    ]
    READS = [
        ("get", "/vocabularies/{vocabulary}"),
        ("get", "/vocabularies/{vocabulary}/keywords"),
    ]

    @pytest.fixture
    def theirs(self, other_account, make_vocabulary):
        added = add_text_sample(
            account=other_account, content="x", outcome="pass", label="", origin="", now=NOW
        )
        return {"vocabulary": make_vocabulary(of=other_account).pk, "sample": added.pk}

    @pytest.mark.parametrize("method, path", [*WRITES[1:], *READS])
    def test_rows_of_another_account_are_not_there(self, call, theirs, method, path):
        body = None if method == "get" else {}

        assert refusal(call(method, path.format(**theirs), body)) == (404, "not_found")

    @pytest.mark.parametrize("method, path", WRITES)
    def test_a_reading_key_changes_nothing(self, call, account, theirs, method, path):
        reader = issue_key(
            account=account, name="reader", scopes=["libraries:read"], actor=None, now=NOW
        ).token

        answer = call(method, path.format(**theirs), {}, token=reader)

        assert refusal(answer) == (403, "scope_missing")

    def test_the_account_s_own_keys_see_their_lists_only(self, call, theirs):
        assert call("get", "/vocabularies").json() == []
        assert call("get", "/text-samples").json()["samples"] == []
