"""The rules editor beside its chapters: colleagues, drafts, tabs, filter, keys, what is not saved yet."""

import pytest
from playwright.sync_api import expect

from moderation.operations.drafts import draft_of
from tests.factories import make_vocabulary, service_of

pytestmark = pytest.mark.usefixtures("fake_engines")
BASELINE = "baselineCheck_global"


@pytest.fixture
def service(account):
    return service_of(account, BASELINE)


def edit(visit, service, tab="type-prohibited"):
    page = visit.page
    page.goto(f"{visit.url}/console/service-rules/{service.pk}/?edit=1#{tab}")
    expect(page.locator(".rules-save")).to_be_visible()
    return page


def switch(page, label):
    return page.locator(f"tr[data-code='{label}'] [role=switch]")


def test_two_admins_at_once_one_wins_and_the_other_is_told(make_admin, service, account):
    ada, ben = make_admin("ada"), make_admin("ben")
    first, second = edit(ada, service), edit(ben, service)
    switch(first, "contraband_drug").check()
    switch(second, "contraband_gamble").check()
    for page in (first, second):
        page.get_by_role("button", name="Save", exact=True).click()

    first.get_by_role("button", name="Publish as version 2").click()
    expect(first.locator(".as-alert")).to_contain_text("Version 2 is in force now")
    second.get_by_label("Note").fill("Cards, too")
    second.get_by_role("button", name="Publish as version 2").click()

    expect(second.get_by_role("alert")).to_contain_text(
        "Version 2 was published by ada while you were editing"
    )
    expect(second.get_by_label("Note")).to_have_value("Cards, too")
    second.get_by_role("button", name="Publish as version 3").click()
    expect(second.locator(".as-alert")).to_contain_text("Version 3 is in force now")
    labels = service_of(account, BASELINE).current_version.rules.labels
    assert labels["contraband_drug"].on and labels["contraband_gamble"].on
    ben.faults.clear()  # the refusal is answered with 409, which the browser notes


def test_a_draft_is_kept_compared_continued_and_discarded(admin, service):
    page = edit(admin, service)
    switch(page, "contraband_drug").check()
    page.get_by_role("button", name="Save as draft").click()

    banner = page.locator(".rules-draft")
    expect(banner).to_contain_text("There is a draft by ada: 1 setting differs from what is in force.")
    expect(page.locator("tr[data-code='contraband_drug']")).to_contain_text("off")
    banner.get_by_role("link", name="Compare").click()
    expect(page.locator(".rules-told")).to_contain_text("contraband_drug")
    page.get_by_role("link", name="Settings").click()
    page.locator(".rules-draft").get_by_role("link", name="Continue the draft").click()
    page.locator(".rules-tabs a", has_text="Prohibited").click()
    expect(switch(page, "contraband_drug")).to_be_checked()
    page.get_by_role("link", name="Cancel").click()
    page.locator(".rules-draft summary").click()
    page.get_by_role("button", name="Yes, discard the draft").click()

    expect(page.locator(".as-alert")).to_have_text("The draft is discarded.")
    assert draft_of(service) is None


def test_the_editor_is_used_by_keys_and_keeps_its_place(admin, service):
    page = edit(admin, service)
    expect(page.locator("#type-prohibited, [data-panel='type-prohibited']")).to_be_visible()
    expect(page.locator("[data-panel='type-flag']")).to_be_hidden()
    page.locator(".rules-tabs a", has_text="Prohibited").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-panel='type-flag']")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-panel='type-flag']")).to_be_visible()

    page.fill("#rules-filter", "tii drug")
    expect(page.locator("tr[data-code]:visible")).to_have_count(1)
    expect(page.locator("[data-found]")).to_have_text("Items found: 1")
    switch(page, "contraband_drug_tii").press("Space")
    page.fill("#rules-filter", "")
    expect(page.locator("[data-panel='type-flag']")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.get_by_role("button", name="Back to the editor").click()
    expect(page.locator("[data-panel='type-flag']")).to_be_visible()
    page.locator(".rules-tabs a", has_text="Prohibited").click()
    expect(switch(page, "contraband_drug_tii")).to_be_checked()


def test_leaving_with_unsaved_changes_is_asked_about(admin, service, account):
    make_vocabulary(account, name="House rules")
    page = edit(admin, service)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    row = page.locator("tr[data-lists='contraband_drug_tii']")
    row.locator("summary").click()
    row.get_by_label("House rules").check()
    expect(row.locator("[data-chosen]")).to_have_text("House rules")
    expect(switch(page, "contraband_drug_tii")).to_be_checked()
    expect(page.locator("[data-changes]")).to_have_text("2 unsaved changes")

    page.get_by_role("link", name="Dashboard").click()
    expect(page.locator(".rules-save")).to_be_visible()
    assert asked == ["beforeunload"]
    row.locator("summary").click()
    row.get_by_label("House rules").uncheck()
    switch(page, "contraband_drug_tii").uncheck()
    expect(page.locator("[data-changes]")).to_be_hidden()
    page.get_by_role("link", name="Dashboard").click()
    expect(page.locator(".rules-save")).to_have_count(0)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("code", ["tonalityImprove", "comment_detection_pro"])
def test_nothing_is_wider_than_the_window(admin, account, code):
    page = edit(admin, service_of(account, code), tab="type-political")

    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    assert page.evaluate(
        "[...document.querySelectorAll('[data-panel]:not([hidden]) .as-scroll')]"
        ".every((one) => one.scrollWidth <= one.clientWidth)"
    )
