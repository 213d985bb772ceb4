"""Retention in the console and by the API: who may see and change it, asked twice, receipts as a file."""

import csv
import io
import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts import authentication, rates
from config.retention.classes import kept_days
from config.retention.holds import held
from config.retention.models import DoomedFile, LegalHold, PurgeReceipt
from config.retention.periods import set_period
from config.retention.purging import purge
from moderation.models import ModerationResult
from tests.console.conftest import PASSWORD
from tests.factories import make_key, make_user
from tests.moderation.results_made import store

pytestmark = pytest.mark.django_db
OLD = timedelta(days=31)


@pytest.fixture
def old(account):
    return [store(account, at=timezone.now() - OLD) for _number in range(3)]


@pytest.fixture
def ask(client, account):
    authentication._known.clear()
    rates._lots.clear()

    def call(method, path="", body=None, scopes=("retention:read", "retention:write")):
        token = make_key(account, scopes=list(scopes)).token
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(
            f"/api/v1/retention{path}", headers={"Authorization": f"Bearer {token}"}, **given
        )

    return call


@pytest.fixture
def shots():
    """Pictures of what the test sees, for people, where ASSAY_TEST_SHOTS names a folder."""

    def shoot(page, name):
        if folder := os.environ.get("ASSAY_TEST_SHOTS"):
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(200)
                page.screenshot(path=f"{folder}/{name}-{scheme}.png")

    return shoot


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "sees", "changes"),
        [
            ("account_admin", 200, 200),
            ("auditor", 200, 403),
            ("policy_admin", 403, 403),
            ("viewer", 403, 403),
        ],
    )
    def test_see_and_change(self, account, make_member, signed_in, role, sees, changes):
        client = signed_in(make_member(role))
        for path in ("retention/", "retention/receipts/all/", "retention/receipts/file/", "holds/"):
            assert client.get(f"/console/{path}").status_code == sees, path
        for path in ("retention/results/", "holds/new/"):
            assert client.get(f"/console/{path}").status_code == changes, path


class TestThePeriods:
    def test_are_changed_and_shown(self, account, account_admin):
        answer = account_admin.post("/console/retention/results/", {"kind": "own", "days": "90"}, follow=True)

        assert kept_days(account, "results") == 90
        assert b"90 days" in answer.content and b"Detection results" in answer.content
        account_admin.post("/console/retention/results/", {"kind": "ever"})
        assert kept_days(account, "results") == 0

    def test_get_shorter_only_after_what_would_go_was_shown(self, account, account_admin, old):
        asked = {"kind": "own", "days": "10"}
        answer = account_admin.post("/console/retention/results/", asked)

        assert kept_days(account, "results") == 30
        assert [one.rows for one in answer.context["previews"]] == [3, 0, 0]
        account_admin.post("/console/retention/results/", asked | {"sure": "yes"})
        assert kept_days(account, "results") == 10

    @pytest.mark.parametrize("days", ["", "0", "-1", "4000", "ten"])
    def test_are_whole_days_of_at_most_ten_years(self, account, account_admin, days):
        answer = account_admin.post("/console/retention/results/", {"kind": "own", "days": days})
        assert answer.status_code == 200 and answer.context["form"].errors["days"]

    def test_are_of_classes_that_there_are(self, account_admin):
        for name in ("nothing", "tasks"):
            assert account_admin.get(f"/console/retention/{name}/").status_code == 404


class TestHolds:
    def test_are_placed_and_released(self, account, account_admin):
        asked = {"scope": "author_id", "value": "<b>a1</b>", "reason": "Court order", "until": ""}
        answer = account_admin.post("/console/holds/new/", asked, follow=True)

        assert held(account, author_id="<b>a1</b>")
        assert b"<b>a1</b>" not in answer.content and b"Court order" in answer.content
        hold = LegalHold.objects.get()
        account_admin.post(f"/console/holds/{hold.pk}/release/")
        assert not held(account, author_id="<b>a1</b>")
        assert b"Court order" not in account_admin.get("/console/holds/").content
        assert b"Court order" in account_admin.get("/console/holds/?show=all").content

    def test_say_what_is_missing(self, account_admin):
        answer = account_admin.post("/console/holds/new/", {"scope": "data_id", "value": "", "reason": "x"})
        assert "value" in answer.context["form"].errors

    def test_end_with_their_last_day_on_the_accounts_clock(self, account, account_admin):
        account.time_zone = "Asia/Shanghai"
        account.save()
        day = timezone.now().date() + timedelta(days=3)
        asked = {"scope": "account", "value": "", "reason": "x", "until": day.isoformat()}
        account_admin.post("/console/holds/new/", asked)

        assert LegalHold.objects.get().until.isoformat().startswith(f"{day}T15:59:59")


class TestReceipts:
    def test_are_listed_shown_and_fetched_as_a_file(self, account, account_admin, old):
        purge(now=timezone.now(), names=["results"])
        receipt = PurgeReceipt.objects.get()

        assert (
            receipt.ids_sha256.encode()
            in account_admin.get(f"/console/retention/receipts/{receipt.pk}/").content
        )
        listed = account_admin.get("/console/retention/receipts/all/?class=results")
        assert [one.pk for one, _name in listed.context["receipts"]] == [receipt.pk]
        assert not account_admin.get("/console/retention/receipts/all/?class=events").context["receipts"]
        file = b"".join(account_admin.get("/console/retention/receipts/file/").streaming_content)
        rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
        assert [(row["Class"], row["Rows"], row["SHA-256 of the ids"]) for row in rows] == [
            ("results", "3", receipt.ids_sha256)
        ]


class TestTheApi:
    def test_tells_and_changes_how_long_what_is_kept(self, account, ask, old):
        classes = {one["name"]: one for one in ask("get").json()["classes"]}
        assert (classes["results"]["days"], classes["results"]["is_own"]) == (30, False)
        assert {"media", "callbacks", "events", "decisions", "statistics"} <= set(classes)

        assert ask("get", "/results/preview").json()["rows"] == 3
        assert ask("get", "/results/preview?days=60").json()["rows"] == 0
        assert ask("get", "/tasks/preview").json()["rows"] == 0
        answer = ask("patch", "/results", {"days": 60})
        assert (answer.status_code, answer.json()["days"], answer.json()["is_own"]) == (200, 60, True)
        assert ask("patch", "/results", {"days": None}).json()["days"] == 30

    @pytest.mark.parametrize(
        ("method", "path", "body", "code"),
        [
            ("patch", "/results", {"days": 3651}, "retention_days_invalid"),
            ("patch", "/results", {"days": -1}, "retention_days_invalid"),
            ("patch", "/results", {"days": True}, "invalid"),
            ("patch", "/results", {}, "invalid"),
            ("patch", "/tasks", {"days": 3}, "retention_class_unknown"),
            ("get", "/nothing", None, "retention_class_unknown"),
            ("get", "/audit_items/preview", None, "retention_class_unknown"),
            ("get", "/results/preview?days=x", None, "retention_days_invalid"),
            ("post", "/holds", {"scope": "author_id", "reason": "x"}, "hold_value_invalid"),
            ("post", "/holds/1/release", {}, "not_found"),
            ("get", "/receipts?cursor=x!", None, "cursor_invalid"),
        ],
    )
    def test_refuses_by_codes(self, ask, method, path, body, code):
        assert ask(method, path, body).json()["error"]["code"] == code

    def test_places_lists_and_releases_holds(self, account, ask):
        asked = {"scope": "data_id", "value": "d1", "reason": "Court order", "until": "2099-01-01T00:00:00"}
        placed = ask("post", "/holds", asked)

        assert placed.status_code == 201 and placed.json()["stands"]
        number = placed.json()["id"]
        assert [one["id"] for one in ask("get", "/holds").json()["holds"]] == [number]
        assert ask("get", f"/holds/{number}").json()["placed_by"].startswith("key:")
        assert ask("post", f"/holds/{number}/release", {}).json()["stands"] is False
        assert ask("post", f"/holds/{number}/release", {}).json()["error"]["code"] == "hold_ended"

    def test_lists_receipts(self, account, ask, old):
        purge(now=timezone.now(), names=["results"])
        receipt = PurgeReceipt.objects.get()
        DoomedFile.objects.create(
            account=account, key="pictures/x", receipt=receipt, doomed_at=OLD_MOMENT, due_at=OLD_MOMENT
        )

        body = ask("get", "/receipts?class=results").json()
        assert [(one["id"], one["rows"], one["files_left"]) for one in body["receipts"]] == [
            (receipt.pk, 3, 1)
        ]
        assert ask("get", f"/receipts/{receipt.pk}").json()["ids_sha256"] == receipt.ids_sha256
        assert ask("get", "/receipts?class=events").json()["receipts"] == []

    def test_needs_its_scopes(self, ask):
        assert ask("get", scopes=["stats:read"]).status_code == 403
        assert ask("patch", "/results", {"days": 5}, scopes=["retention:read"]).status_code == 403


OLD_MOMENT = timezone.now() - OLD


@pytest.mark.django_db(transaction=True)
def test_a_person_shortens_a_period_and_places_a_hold_in_a_browser(account, live_server, browser, shots):
    make_user("jane", account=account, role="account_admin")
    now = timezone.now()
    for number in range(3):
        store(account, at=now - timedelta(days=40 + number))
    purge(now=now, names=["results"])
    store(account, at=now - timedelta(days=20), author_id="member-7")
    store(account, at=now - timedelta(days=20))
    set_period(account=account, name="callbacks", days=90, actor=None, now=now)
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.goto(f"{live_server.url}/console/")
    page.fill("[name=username]", "jane")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")

    page.goto(f"{live_server.url}/console/holds/new/")
    page.select_option("[name=scope]", "author_id")
    page.fill("[name=value]", "member-7")
    page.fill("[name=reason]", "Court order 12/2026")
    page.get_by_role("button", name="Place the hold").click()
    expect(page.locator("table")).to_contain_text("member-7")
    shots(page, "holds")
    page.goto(f"{live_server.url}/console/retention/")
    shots(page, "retention")
    page.get_by_role("link", name="Change: Detection results").click()
    page.get_by_label("For so many days").check()
    page.fill("[name=days]", "10")
    shots(page, "change")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Detection results")
    expect(row).to_contain_text("1")
    shots(page, "sure")
    page.get_by_role("button", name="Yes, keep it shorter").click()
    expect(page.get_by_role("row", name="Detection results")).to_contain_text("10 days")
    purge(now=timezone.now())
    page.goto(f"{live_server.url}/console/retention/receipts/all/")
    expect(page.locator("tbody tr")).to_have_count(2)
    shots(page, "receipts")
    page.locator("tbody tr").first.get_by_role("link").click()
    expect(page.locator(".as-facts")).to_contain_text("SHA-256")
    shots(page, "receipt")
    assert [one.author_id for one in ModerationResult.objects.all()] == ["member-7"]
