"""Every kind of export: its rows, its filters, who may have it, and by which way."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts import rates
from config.accounts.roles import ABILITIES, Role
from config.audit.models import AuditRecord
from config.errors import PlatformError
from libraries.models import Keyword, LibraryImage, TextSample
from moderation.models import Callback
from review.operations.decisions import decide
from stats.exports.asking import request_export
from stats.exports.jobs import make_export
from stats.exports.kinds import KINDS, KindUnknown
from stats.models import Export
from tests.factories import (
    NOW,
    make_account,
    make_endpoint,
    make_item,
    make_key,
    make_user,
    make_vocabulary,
)
from tests.stats.exported import export, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def lead(account):
    return make_user("lead", account=account, role=Role.ACCOUNT_ADMIN)


@pytest.fixture
def decided(account, lead):
    """Two decisions, of which one was reported to an endpoint too."""
    make_endpoint(account)
    for outcome, at in (("block", NOW), ("pass", NOW + timedelta(hours=20))):
        item = make_item(account)
        label = "pt_to_contact" if outcome == "block" else ""
        decide(
            account=account, item_id=item.pk, reviewer=lead, outcome=outcome, label=label, note="=1+1", now=at
        )


def test_each_is_there_and_none_besides():
    assert set(KINDS) == set(Export.Kind.values)


class TestDecisions:
    def test_say_what_was_decided_on_what(self, account, lead, decided):
        newest, oldest = export(account, lead, "decisions")

        assert (oldest["Decision"], oldest["Violation type"]) == ("Block", "pt_to_contact")
        assert (newest["Decision"], newest["Violation type"]) == ("Pass", "")
        assert oldest["Decided by"] == "lead" and oldest["Service"] == "comment_detection"
        assert oldest["Decided (UTC)"] == "2026-11-21 09:00:00"
        assert oldest["Note"] == "'=1+1"
        assert not any("handling" in name.lower() for name in oldest)

    @pytest.mark.parametrize(
        "query, count",
        [
            ("outcome=block", 1),
            ("from=2026-11-22", 1),
            ("to=2026-11-21", 1),
            ("stage=recheck", 0),
            ("service=nickname_detection", 0),
            ("outcome=pass,block&stage=decision", 2),
        ],
    )
    def test_are_narrowed(self, account, lead, decided, query, count):
        assert len(export(account, lead, "decisions", query)) == count

    def test_have_no_notes_without_content(self, account, lead, decided):
        assert "Note" not in export(account, lead, "decisions", has_content=False)[0]


class TestSamples:
    def test_are_the_texts_and_pictures_that_were_decided_on(self, account, lead, decided):
        rows = export(account, lead, "samples")

        assert len(rows) == TextSample.objects.owned_by(account).present().count() == 2
        assert {row["Decision"] for row in rows} == {"Pass", "Block"}
        assert all(row["Text"] for row in rows)
        assert not LibraryImage.objects.owned_by(account).exists()
        assert export(account, lead, "samples", "content_type=image") == []
        assert len(export(account, lead, "samples", "outcome=block")) == 1


class TestVocabularies:
    def test_are_one_or_all(self, account, lead):
        words = [make_vocabulary(account, words=["eins", "zwei"], name="=German")]
        words.append(make_vocabulary(account, words=["one"], name="English"))

        rows = export(account, lead, "vocabulary")
        [row] = export(account, lead, "vocabulary", f"vocabulary={words[1].pk}")

        assert [(row["vocabulary"], row["keyword"]) for row in rows] == [
            ("'=German", "eins"), ("'=German", "zwei"), ("English", "one"),
        ]  # fmt: skip
        assert row["keyword"] == "one"

    def test_of_another_account_are_not_there(self, account, lead):
        theirs = make_vocabulary(make_account(), words=["secret"])

        with pytest.raises(PlatformError):
            export(account, lead, "vocabulary", f"vocabulary={theirs.pk}")
        assert Keyword.objects.exists() and export(account, lead, "vocabulary") == []


class TestLogs:
    def test_the_audit_log_comes_with_its_chain(self, account, lead, decided):
        rows = export(account, lead, "audit")

        newest = AuditRecord.objects.owned_by(account).newest_first()
        assert [row["Hash"] for row in rows] == list(newest.values_list("hash", flat=True))
        assert [row["Hash before"] for row in rows[:-1]] == [row["Hash"] for row in rows[1:]]
        assert {row["Action"] for row in export(account, lead, "audit", "action=endpoint.created")} == {
            "endpoint.created"
        }
        assert export(account, lead, "audit", "actor=nobody") == []

    def test_the_log_of_callbacks_tells_how_each_fared(self, account, lead, decided):
        rows = export(account, lead, "callbacks")

        assert len(rows) == Callback.objects.owned_by(account).count() == 2
        assert {row["State"] for row in rows} == {"Due"} and rows[0]["Event"] == "review.decided"
        assert export(account, lead, "callbacks", "state=dead") == []


class TestWhoMayHaveIt:
    @pytest.mark.parametrize("kind", list(KINDS))
    @pytest.mark.parametrize("role", list(Role.values))
    def test_in_the_console_whoever_may_see_such_rows(self, account, kind, role):
        client = Client()
        client.force_login(make_user(account=account, role=role))
        may = KINDS[kind].ability in ABILITIES[role]
        may = may or KINDS[kind].ability.replace(".view", ".manage") in ABILITIES[role]

        page = client.get(reverse("admin:stats_export_new"), {"kind": kind})
        answer = client.post(reverse("admin:stats_export_new"), {"kind": kind, "format": "csv", "query": ""})

        assert (page.status_code, answer.status_code) == ((200, 302) if may else (403, 403))
        assert Export.objects.filter(kind=kind).count() == may

    @pytest.mark.parametrize("kind", list(KINDS))
    def test_by_api_whoever_has_the_scope(self, account, kind):
        for scopes, status in (([KINDS[kind].scope], 202), (["texts:moderate"], 403)):
            token = make_key(account, scopes=scopes).token
            client = Client(headers={"Authorization": f"Bearer {token}"})
            answer = client.post("/api/v1/exports", {"kind": kind}, content_type="application/json")
            assert answer.status_code == status, answer.json()

    def test_a_person_has_no_content_without_the_ability(self, account):
        client = Client()
        client.force_login(make_user(account=account, role=Role.VIEWER))

        client.post(reverse("admin:stats_export_new"), {"kind": "results", "format": "csv", "query": ""})

        assert not Export.objects.get().has_content


class TestByApi:
    def test_is_asked_for_watched_and_fetched(self, account, decided):
        client = Client(headers={"Authorization": f"Bearer {make_key(account).token}"})
        asked = {"kind": "decisions", "format": "csv", "filters": {"outcome": "block"}}

        made = client.post("/api/v1/exports", asked, content_type="application/json").json()
        early = client.get(f"/api/v1/exports/{made['id']}/file")
        assert make_export(export_id=made["id"], now=timezone.now())
        ready = client.get(f"/api/v1/exports/{made['id']}").json()
        answer = client.get(ready["file"])

        assert (made["state"], made["file"], early.status_code) == ("waiting", None, 409)
        assert early.json()["error"]["code"] == "export_not_ready"
        assert (ready["state"], ready["rows"], ready["total"]) == ("ready", 1, 1)
        headers, row = rows_of(b"".join(answer.streaming_content), "csv")
        assert dict(zip(headers, row, strict=True))["Decision"] == "Block"
        assert [one["id"] for one in client.get("/api/v1/exports").json()["exports"]] == [made["id"]]
        told = AuditRecord.objects.owned_by(account).filter(subject=f"export:{made['id']}")
        assert [entry.action for entry in told.order_by("id")] == [
            "decisions.export_requested", "decisions.downloaded",
        ]  # fmt: skip

    def test_asked_for_again_with_the_same_key_is_the_same_export(self, account, decided):
        client = Client(headers={"Authorization": f"Bearer {make_key(account).token}"})
        asked = {"kind": "decisions", "format": "csv"}
        first, again = (
            client.post(
                "/api/v1/exports",
                asked,
                content_type="application/json",
                headers={"Idempotency-Key": "of today"},
            )
            for _time in range(2)
        )

        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json()["id"] == again.json()["id"] and again.headers["Idempotency-Replayed"] == "true"
        assert Export.objects.owned_by(account).count() == 1

    def test_what_a_person_asked_for_is_not_there(self, account, lead):
        theirs = request_export(
            account=account, actor=lead, kind="usage", format="csv", query="", has_content=False, now=NOW
        )
        client = Client(headers={"Authorization": f"Bearer {make_key(account).token}"})

        assert client.get(f"/api/v1/exports/{theirs.pk}").status_code == 404
        assert client.get("/api/v1/exports").json()["exports"] == []

    @pytest.mark.parametrize(
        "asked, code",
        [
            ({"kind": "salaries"}, "export_kind_unknown"),
            ({"kind": "usage", "format": "pdf"}, "format_unknown"),
            ({"kind": "usage", "columns": ["salary"]}, "export_column_unknown"),
            ({"kind": "usage", "filters": {"from": "yesterday"}}, "range_invalid"),
            ({"kind": "results", "filters": {"label": "no_such"}}, "label_unknown"),
            ({"kind": "audit", "filters": {"from": "soon"}}, "filter_invalid"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, account, asked, code):
        client = Client(headers={"Authorization": f"Bearer {make_key(account).token}"})

        answer = client.post("/api/v1/exports", asked, content_type="application/json")

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_kind_that_nobody_knows_is_refused(account, lead):
    with pytest.raises(KindUnknown):
        export(account, lead, "salaries")


def test_a_list_that_is_too_long_is_cut_and_says_so(account, lead, settings):
    settings.ASSAY_EXPORT_ROWS_MOST = 2
    make_vocabulary(account, words=["a1", "b2", "c3"])
    made = request_export(
        account=account, actor=lead, kind="vocabulary", format="csv", query="", has_content=False, now=NOW
    )

    make_export(export_id=made.pk, now=NOW)

    made.refresh_from_db()
    assert (made.rows, made.is_cut) == (2, True)
    with default_storage.open(made.file) as file:
        assert len(rows_of(file.read(), "csv")) == 3
