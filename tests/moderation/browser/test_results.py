"""Seed chapter “Query detailed detection results for each image”, step by step in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from moderation.models import ModerationResult
from review.models import Feedback
from stats.exports.jobs import make_export
from stats.models import Export
from tests.factories import NOW, make_account
from tests.moderation.results_made import PORN, image_service, moderate_picture, store

PASSWORD = "correct horse"


@pytest.fixture
def account(transactional_db, fake_engines, settings, tmp_path):
    """Four pictures of two services and a text, the newest first in this order."""
    settings.MEDIA_ROOT = tmp_path / "media"
    account = make_account("Harbour Forum")
    user = User.objects.create_user("ada", password=PASSWORD)
    set_member(account=account, user=user, role="policy_admin", actor=None, now=NOW)
    for code in ("albums", "avatars"):
        image_service(account, code)
    now = timezone.now()
    pictures = [
        ("photo-1", "[[fake:porn=91]]", "albums"),
        ("photo-2", "[[fake:porn=60]]", "albums"),
        ("photo-3", "nothing", "albums"),
        ("photo-4", "[[fake:porn=95]]", "avatars"),
    ]
    for number, (data_id, message, service) in enumerate(pictures):
        at = now - timedelta(minutes=number)
        moderate_picture(account, message, services=[service], data_id=data_id, at=at)
    store(account, "pt_to_contact", data_id="comment-1", at=now - timedelta(hours=1))
    return account


@pytest.fixture
def page(account, live_server, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults = []
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/console/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    page.get_by_role("link", name="Detection results", exact=True).click()
    yield page
    context.close()
    assert faults == []


def shown(page) -> list[str]:
    expect(page.locator("#results, .as-empty").first).to_be_visible()
    return page.locator("#results tbody tr .results-ids bdi").all_inner_texts()


def search(page, **fields):
    page.get_by_role("link", name="Reset").click() if page.get_by_role("link", name="Reset").count() else None
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()
    return shown(page)


def row_of(page, data_id):
    return page.locator("#results tbody tr", has_text=data_id)


def test_results_are_displayed_in_reverse_chronological_order(page):
    assert shown(page) == ["photo-1", "photo-2", "photo-3", "photo-4", "comment-1"]

    page.get_by_role("link", name="Image", exact=True).click()

    assert shown(page) == ["photo-1", "photo-2", "photo-3", "photo-4"]
    times = page.locator("#results tbody time").all_inner_texts()
    assert len(times) == 4 and times == sorted(times, reverse=True)
    expect(page.get_by_text("1 to 4, newest first.")).to_be_visible()
    page.get_by_role("link", name="Text", exact=True).click()
    assert shown(page) == ["comment-1"]


def test_queries_are_by_request_id_data_id_service_and_returned_label(page, account):
    request = ModerationResult.objects.get(data_id="photo-2").request_id

    assert search(page, request_id=str(request)) == ["photo-2"]
    assert search(page, data_id="photo-3") == ["photo-3"]
    assert search(page, label=PORN) == ["photo-1", "photo-2", "photo-4"]
    page.get_by_role("link", name="Reset").click()
    page.get_by_label("Service", exact=True).select_option("avatars")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert shown(page) == ["photo-4"]
    assert page.url.endswith("?service=avatars")
    page.go_back()
    assert shown(page) == ["photo-1", "photo-2", "photo-3", "photo-4", "comment-1"]


def test_several_labels_are_separated_by_commas(page):
    assert search(page, label=f"{PORN}, pt_to_contact") == ["photo-1", "photo-2", "photo-4", "comment-1"]
    assert search(page, label="pt_to_contact,no_such_label") == ["comment-1"]
    expect(page.get_by_role("alert")).to_contain_text("no label called no_such_label")


def test_all_records_that_have_a_hit_label_are_found_by_not_nonlabel(page):
    assert search(page, label="!=nonLabel") == ["photo-1", "photo-2", "photo-4", "comment-1"]
    assert search(page, label="nonLabel") == ["photo-3"]


def test_the_newest_are_shown_and_at_most_so_many(page, account, settings):
    settings.ASSAY_RESULTS_SHOWN_MOST = 70
    for number in range(80):
        store(account, data_id=f"many-{number}", at=timezone.now() - timedelta(hours=2, minutes=number))
    store(account, data_id="long-ago", at=timezone.now() - timedelta(days=31))

    page.reload()
    page.get_by_role("link", name="Older").click()

    expect(page.get_by_text("At most 70 are shown")).to_be_visible()
    assert shown(page)[-1] == "many-64"
    assert search(page, data_id="long-ago") == []


def test_feedback_is_chosen_from_the_drop_down_of_the_result(page):
    row = row_of(page, "photo-1")
    row.get_by_text("Feedback").click()
    row.get_by_role("link", name="False positive").click()
    page.get_by_label("Which label is wrong").select_option(PORN)
    page.get_by_label("Note").fill("A statue")
    page.get_by_role("button", name="Send feedback").click()

    expect(row_of(page, "photo-1")).to_contain_text("False positive")
    row = row_of(page, "photo-3")
    row.get_by_text("Feedback").click()
    expect(row.get_by_role("link", name="False positive")).to_have_count(0)
    row.get_by_role("link", name="Missed violation").click()
    page.get_by_label("Which label was missed").select_option(PORN)
    page.get_by_role("button", name="Send feedback").click()

    expect(row_of(page, "photo-3")).to_contain_text("Missed violation")
    said = {(one.result.data_id, one.kind, one.label, one.note) for one in Feedback.objects.open()}
    assert said == {
        ("photo-1", "false_positive", PORN, "A statue"),
        ("photo-3", "missed_violation", PORN, ""),
    }

    row_of(page, "photo-1").get_by_text("Feedback").click()
    page.get_by_role("link", name="Withdraw: False positive").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(row_of(page, "photo-1").locator(".as-tag-warn")).to_have_count(0)
    assert Feedback.objects.open().count() == 1


def test_details_open_by_the_image_and_by_details(page):
    picture = row_of(page, "photo-1").locator("img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0
    picture.click()

    expect(page).to_have_url(re.compile(r"/console/results/\d+/$"))
    expect(page.locator(".result-decided")).to_contain_text("Rule 1: the score 91 lies in the high range")
    expect(page.locator(".picture img")).to_be_visible()
    expect(page.locator(".picture rect")).to_have_count(1)
    expect(page.get_by_text("medium from 50, high from 85").first).to_be_visible()
    expect(page.locator(".result-side")).to_contain_text("photo-1")
    page.go_back()
    row_of(page, "photo-2").get_by_role("link", name="Details").click()
    expect(page.locator(".result-decided")).to_contain_text("Rule 2")


def test_a_request_id_can_be_copied(page):
    request = str(ModerationResult.objects.get(data_id="photo-1").request_id)
    row = row_of(page, "photo-1")
    row.hover()
    row.get_by_role("button", name="Copy").click()

    expect(row.get_by_role("button", name="copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == request


def test_what_is_shown_is_exported_and_fetched(page, account):
    search(page, label=PORN)
    page.get_by_role("button", name="Export CSV").click()
    expect(page.locator("#exports progress")).to_be_visible()

    # The worker's part, done here.
    assert make_export(export_id=Export.objects.get().pk, now=timezone.now())

    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ['"photo-1"', '"photo-2"', '"photo-4"']
    assert download.value.suggested_filename.endswith(".csv")
