"""What a person gets when they ask what is held of them; by API and in the console."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from config.accounts import authentication, rates
from config.audit.models import AuditRecord
from config.erasure.archive import forget_archives
from config.erasure.models import ErasureReceipt, SubjectRequest
from config.erasure.operations import ask_export
from config.erasure.receipts import sum_of
from config.erasure.subjects import Subject
from config.erasure.work import work_on
from moderation.models import ModerationResult
from tests.erasure.people import make_person
from tests.factories import NOW, make_account, make_key, make_result, make_user


def as_bytes(mark: str | bytes) -> bytes:
    return mark if isinstance(mark, bytes) else mark.encode()


def work(uid) -> SubjectRequest:
    request = SubjectRequest.objects.get(uid=uid)
    assert work_on(request_id=request.pk, now=timezone.now())
    request.refresh_from_db()
    return request


@pytest.fixture
def call(client, account):
    authentication._known.clear()
    rates._lots.clear()
    token = make_key(account).token

    def send(method, path, body=None, *, token=token):
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(
            f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}, **more
        )

    return send


class TestAnExport:
    def test_holds_every_word_and_every_file_and_nobody_elses(self, account, reviewer):
        ann = make_person(account, "ann", reviewer=reviewer)
        bob = make_person(account, "bob", reviewer=reviewer)
        asked = ask_export(
            account=account, subject=Subject.named("author_id", ann.author_id), actor=reviewer, now=NOW
        )

        assert work_on(request_id=asked.pk, now=timezone.now())

        asked.refresh_from_db()
        assert bytes(asked.sealed) == b""
        with zipfile.ZipFile(io.BytesIO(read(asked))) as packed:
            texts = {name: packed.read(name) for name in packed.namelist()}
        words = b"".join(text for name, text in texts.items() if name.endswith("l")).decode()
        everything = b"".join(texts.values())
        told = [json.loads(line) for line in texts["results.jsonl"].splitlines()]
        assert {one["request_id"] for one in told if one["table"] == "moderation.ModerationResult"} == {
            str(one.request_id) for one in ann.results
        }
        assert all(mark in words for mark in ann.marks if " of ann " in str(mark) and "mp4" not in mark)
        assert ann.film in everything
        assert not [mark for mark in bob.marks if as_bytes(mark) in everything]
        assert reviewer.get_username() not in words
        about = json.loads(texts["about.json"])
        assert about["subject"] == {"author_id": ann.author_id}
        assert about["rows"] == asked.counts

    def test_leaves_out_what_is_too_large_and_says_so(self, account, reviewer, settings):
        settings.ASSAY_SUBJECT_EXPORT_BYTES = 0
        ann = make_person(account, "ann", reviewer=reviewer)
        subject = Subject.named("media_id", ann.asset.media_id)
        asked = ask_export(account=account, subject=subject, actor=reviewer, now=NOW)

        work_on(request_id=asked.pk, now=timezone.now())

        asked.refresh_from_db()
        with zipfile.ZipFile(io.BytesIO(read(asked))) as packed:
            about = json.loads(packed.read("about.json"))
        assert ann.asset.key in about["files_left_out"]
        assert asked.files == 0

    def test_goes_when_its_time_is_over(self, account, reviewer):
        make_result(account, author_id="ann")
        subject = Subject.named("author_id", "ann")
        asked = ask_export(account=account, subject=subject, actor=reviewer, now=NOW)
        work_on(request_id=asked.pk, now=timezone.now())
        asked.refresh_from_db()

        assert forget_archives(now=asked.expires_at - timedelta(seconds=1)) == 0
        assert forget_archives(now=asked.expires_at) == 1
        asked.refresh_from_db()
        assert asked.file == ""


def read(asked) -> bytes:
    with default_storage.open(asked.file) as kept:
        return kept.read()


class TestTheApi:
    def test_counts_erases_and_proves(self, account, call):
        make_result(account, author_id="ann", data_id="post")

        counted = call("post", "erasures", {"author_id": "ann", "dry_run": True})
        assert (counted.status_code, counted.json()["state"]) == (202, "waiting")
        work(counted.json()["id"])
        assert call("get", f"erasures/{counted.json()['id']}").json()["counts"] == {
            "moderation.ModerationResult": 1, "moderation.ResultLabel": 1, "review.ReviewItem": 1,
            "moderation.Event": 1, "moderation.Callback": 1,
        }  # fmt: skip
        assert ModerationResult.objects.count() == 1

        erased = call("post", "erasures", {"author_id": "ann"}).json()
        assert call("get", f"erasures/{erased['id']}/receipt").status_code == 404
        work(erased["id"])

        receipt = call("get", f"erasures/{erased['id']}/receipt").json()
        assert receipt["rows"] == 5
        assert receipt["sha256"] == sum_of(ErasureReceipt.objects.get())
        assert ModerationResult.objects.count() == 0
        listed = call("get", "erasures?author_id=ann").json()["items"]
        assert [one["purpose"] for one in listed] == ["erase", "count"]
        assert call("get", "erasures?author_id=bob").json()["items"] == []

    def test_hands_out(self, account, call):
        make_result(account, data_id="post")
        asked = call("post", "subject_exports", {"data_id": "post"}).json()
        assert call("get", f"subject_exports/{asked['id']}/file").status_code == 409
        work(asked["id"])

        answer = call("get", f"subject_exports/{asked['id']}/file")

        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
            assert b"post" in packed.read("results.jsonl")
        assert AuditRecord.objects.filter(action="subject.export_fetched").count() == 1

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"author_id": "a", "data_id": "b"},
            {"request_id": "no uuid"},
            {"author_id": " "},
            {"author_id": "x" * 129},
            {"author_id": "a\n"},
        ],
    )
    def test_refuses_what_names_nobody(self, call, body):
        answer = call("post", "erasures", body)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "subject_invalid")

    def test_is_closed_to_keys_without_the_scope_and_to_others(self, account, call):
        asked = call("post", "erasures", {"author_id": "ann"}).json()
        reader = make_key(account, scopes=["subjects:read"]).token
        stranger = make_key(make_account()).token

        assert call("post", "erasures", {"author_id": "b"}, token=reader).status_code == 403
        assert call("get", f"erasures/{asked['id']}", token=reader).status_code == 200
        assert call("get", f"erasures/{asked['id']}", token=stranger).status_code == 404


class TestTheConsole:
    @pytest.fixture
    def admin(self, client, reviewer):
        client.force_login(reviewer)
        return client

    def test_counts_first_and_erases_only_what_is_typed_once_more(self, account, admin):
        make_result(account, author_id="ann")
        answer = admin.post(reverse("admin:subjects"), {"kind": "author_id", "value": "ann", "do": "count"})
        counted = work(answer.url.rstrip("/").rsplit("/", 1)[1])
        page = admin.get(answer.url).content.decode()
        assert "Erase for ever" in page and "Detection results" in page

        wrong = admin.post(reverse("admin:subject_erase", args=[counted.uid]), {"value": "bob"})
        assert "not the id that was counted" in wrong.content.decode()
        right = admin.post(reverse("admin:subject_erase", args=[counted.uid]), {"value": "ann"})
        erased = work(right.url.rstrip("/").rsplit("/", 1)[1])

        assert ModerationResult.objects.count() == 0
        assert str(erased.receipt.uid) in admin.get(right.url).content.decode()

    def test_hands_a_file_out_by_a_link_that_is_ones_own(self, account, admin, client):
        make_result(account, author_id="ann")
        answer = admin.post(reverse("admin:subjects"), {"kind": "author_id", "value": "ann", "do": "export"})
        export = work(answer.url.rstrip("/").rsplit("/", 1)[1])
        page = admin.get(answer.url)
        link = f"{reverse('admin:subject_file', args=[export.uid])}?token={page.context_data['token']}"

        assert b"".join(admin.get(link).streaming_content)[:2] == b"PK"
        client.force_login(make_user(account=account, role="account_admin"))
        assert client.get(link).status_code == 302

    @pytest.mark.parametrize("role, sees, asks", [("auditor", 200, 403), ("reviewer", 403, 403)])
    def test_is_for_those_who_may(self, account, client, role, sees, asks):
        client.force_login(make_user(account=account, role=role))
        address = reverse("admin:subjects")

        assert client.get(address).status_code == sees
        form = {"kind": "author_id", "value": "ann", "do": "count"}
        assert client.post(address, form).status_code == asks
