"""Files of keywords, exports, owners and variants over the REST API."""

import csv
import io

import openpyxl
import pytest

from config.accounts.operations.keys import issue_key
from config.audit.models import AuditRecord
from libraries.models import KeywordImport
from libraries.tasks import carry_on_imports
from tests.libraries.conftest import NOW
from tests.libraries.test_api import V1, _fresh_keys, call, refusal  # noqa: F401

DATA = b"keyword,owner\nblue lotus,Anna\n50% off,Anna\nBLUE LOTUS,\n"
BINARY = "application/octet-stream"


@pytest.fixture
def send(client, account):
    token = issue_key(account=account, name="files", actor=None, now=NOW).token

    def send(path: str, data: bytes = b"", content_type: str = BINARY):
        headers = {"Authorization": f"Bearer {token}"}
        return client.post(V1 + path, data=data, content_type=content_type, headers=headers)

    return send


@pytest.fixture
def one(make_vocabulary) -> str:
    return f"/vocabularies/{make_vocabulary().pk}"


def lines(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


class TestImports:
    @pytest.mark.parametrize("content_type", [BINARY, "text/csv", "application/json"])
    def test_are_checked_confirmed_and_told_of(self, call, send, one, content_type):  # noqa: F811
        made = send(f"{one}/imports?file_name=words.csv", DATA, content_type)
        assert made.status_code == 201, made.json()
        assert (made.json()["state"], made.json()["lines"]) == ("checked", 3)
        assert made.json()["counts"] == {"added": 1, "repeated": 1, "keyword_special_characters": 1}
        path = f"/keyword-imports/{made.json()['id']}"

        done = call("post", f"{path}/confirmation").json()

        assert done["state"] == "done"
        assert call("get", path).json() == done
        (row,) = call("get", f"{one}/keywords").json()["keywords"]
        assert (row["text"], row["owner"]) == ("blue lotus", "Anna")
        report = lines(call("get", f"{path}/report"))
        assert [line["Outcome"] for line in report] == ["Added", "Special characters", "Repeated"]
        assert AuditRecord.objects.get(action="keywords.imported").actor_key is not None
        assert refusal(call("post", f"{path}/confirmation")) == (409, "import_not_ready")

    def test_may_be_confirmed_from_the_start(self, send, one):
        made = send(f"{one}/imports?confirm=true", b"bad\nworse").json()

        assert (made["state"], made["counts"]) == ("done", {"added": 2})

    def test_of_long_files_go_on_in_the_background(self, call, send, one):  # noqa: F811
        data = "\n".join(f"word {number}" for number in range(25_000)).encode()
        made = send(f"{one}/imports?confirm=true", data).json()
        assert made["state"] == "running"

        carry_on_imports()

        done = call("get", f"/keyword-imports/{made['id']}").json()
        assert (done["state"], done["done"], done["counts"]) == ("done", 25_000, {"added": 25_000})

    @pytest.mark.parametrize(
        "data, code", [(b"", "import_file_empty"), (b"\xff\xfe\x00", "import_file_unreadable")]
    )
    def test_of_what_cannot_be_read_are_refused(self, send, one, data, code):
        assert refusal(send(f"{one}/imports", data)) == (400, code)
        assert not KeywordImport.objects.exists()

    def test_that_are_too_large_are_refused(self, send, one, settings):
        settings.ASSAY_IMPORT_MAX_BYTES = 10

        assert refusal(send(f"{one}/imports", b"a" * 11)) == (413, "import_file_too_large")


class TestExports:
    def test_are_read_by_an_import_again(self, call, send, one, make_vocabulary):  # noqa: F811
        words = ["@evil", "-minus", "彩金", "blue lotus", "0123"]
        call("post", f"{one}/keywords", {"keywords": words, "owner": "Anna"})
        other = f"/vocabularies/{make_vocabulary('Other').pk}"
        for kind in ("csv", "xlsx"):
            file = call("get", f"{one}/export?format={kind}")
            made = send(f"{other}/imports?confirm=true&file_name=words.{kind}", file.getvalue()).json()
            assert made["counts"] == ({"added": 5} if kind == "csv" else {"repeated": 5})
        rows = call("get", f"{other}/keywords").json()["keywords"]
        assert {(row["text"], row["owner"]) for row in rows} == {(word, "Anna") for word in words}

    def test_compute_nothing_in_a_spreadsheet(self, call, one):  # noqa: F811
        call("post", f"{one}/keywords", {"keywords": ["@SUM", "+1", "-2"]})

        book = openpyxl.load_workbook(io.BytesIO(call("get", f"{one}/export?format=xlsx").getvalue()))

        cells = [row[0] for row in book.active.iter_rows(min_row=2)]
        assert [(cell.data_type, cell.value) for cell in cells] == [
            ("s", "'@SUM"),
            ("s", "'+1"),
            ("s", "'-2"),
        ]

    def test_are_in_the_audit_trail_and_of_known_formats_only(self, call, one):  # noqa: F811
        assert call("get", f"{one}/export").status_code == 200
        assert AuditRecord.objects.filter(action="vocabulary.exported").count() == 1
        assert refusal(call("get", f"{one}/export?format=doc")) == (400, "export_format_unknown")


class TestKeywords:
    def test_get_owners_and_expiries(self, call, one):  # noqa: F811
        call("post", f"{one}/keywords", {"keywords": ["bad", "worse"]})
        moment = "2027-01-01T00:00:00+08:00"

        answer = call("post", f"{one}/keywords/changes", {"keywords": ["BAD"], "expires_at": moment})
        assert answer.json() == {"changed": 1}
        call("post", f"{one}/keywords/changes", {"keywords": ["bad"], "owner": "Anna"})

        rows = {row["text"]: row for row in call("get", f"{one}/keywords").json()["keywords"]}
        assert rows["bad"]["expires_at"] == "2026-12-31T16:00:00+00:00"
        assert [rows[word]["owner"] for word in ("bad", "worse")] == ["Anna", ""]
        call("post", f"{one}/keywords/changes", {"keywords": ["bad"], "expires_at": None})
        assert call("get", f"{one}/keywords?contains=BA").json()["keywords"][0]["expires_at"] is None

    @pytest.mark.parametrize("body", [{"expires_at": "2027-01-01T00:00:00"}, {"owner": "x" * 61}])
    def test_are_not_changed_to_nonsense(self, call, one, body):  # noqa: F811
        call("post", f"{one}/keywords", {"keywords": ["bad"]})

        assert call("post", f"{one}/keywords/changes", {"keywords": ["bad"], **body}).status_code == 400

    def test_are_found_by_any_part(self, call, one):  # noqa: F811
        call("post", f"{one}/keywords", {"keywords": ["blue lotus", "red lotus", "tea"]})

        rows = call("get", f"{one}/keywords?contains=ＬＯＴ").json()["keywords"]

        assert {row["text"] for row in rows} == {"blue lotus", "red lotus"}


class TestVariants:
    def test_are_asked_for_and_given_up(self, call):  # noqa: F811
        asked = {"name": "Rules", "keywords": ["女权"], "variants": ["initials", "pinyin"]}
        made = call("post", "/vocabularies", asked).json()
        assert made["variants"] == ["pinyin", "initials"]

        changed = call("patch", f"/vocabularies/{made['id']}", {"variants": []}).json()

        assert (changed["variants"], changed["name"]) == ([], "Rules")
        refused = call("post", "/vocabularies", {"name": "x", "variants": ["telepathy"]})
        assert refusal(refused) == (400, "variant_unknown")
