"""Seed chapter “Test image moderation effects online”, step by step in a real browser."""

import pytest
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import NOW, make_account
from tests.pictures import saying
from tests.receivers import Reply, receiving

PASSWORD = "correct horse"


@pytest.fixture
def page(transactional_db, live_server, browser, fake_engines, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]
    account = make_account("Harbour Forum")
    user = User.objects.create_user("ada", password=PASSWORD)
    set_member(account=account, user=user, role="policy_admin", actor=None, now=NOW)
    create_service(
        account=account,
        code="albums",
        name="Albums",
        description="",
        content_type=ContentType.IMAGE,
        rules=Rules(labels={"pornographic_adultContent": LabelRule(medium=50, high=85)}),
        actor=None,
        now=NOW,
    )
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{live_server.url}/console/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    yield page
    context.close()


def files(tmp_path, count):
    made = []
    for number in range(count):
        made.append(tmp_path / f"picture-{number}.png")
        made[-1].write_bytes(saying(f"[[fake:porn={number * 10}]]", seed=number))
    return made


def test_local_images_and_addresses_are_tested_with_the_chosen_service(page, tmp_path):
    page.get_by_role("link", name="Online test").click()
    page.get_by_role("link", name="Image", exact=True).click()
    page.get_by_label("Service", exact=True).select_option("albums")
    page.get_by_label("DataId").fill("trial-1")
    page.get_by_label("Device id").fill("phone-7")
    page.locator("[name=files]").set_input_files(files(tmp_path, 11))

    with receiving(Reply(200, {"Content-Type": "image/png"}, saying("[[fake:porn=99]]"))) as server:
        page.get_by_label("Image URLs").fill(f"{server.url}\n{server.url}?2")
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.locator("[data-said]")).to_contain_text("13 of 13 tested")

    cards = page.locator(".test-card")
    expect(cards).to_have_count(13)
    expect(cards.first).to_contain_text("High risk")
    expect(cards.first).to_contain_text("99")
    expect(cards.first.locator("img")).to_be_visible()
    expect(cards.first.locator("svg rect")).to_have_count(1)
    expect(cards.nth(7)).to_contain_text("Rule 2: the score 50 lies in the medium range")
    expect(cards.nth(2)).to_contain_text("Rule 3: the score 0 lies below the medium range")
    assert set(ModerationResult.objects.values_list("source", "data_id")) == {("test", "trial-1")}


def test_up_to_100_images_at_a_time(page, tmp_path):
    page.get_by_role("link", name="Online test").click()
    page.get_by_label("Image URLs").fill("\n".join(f"https://10.0.0.{n}/a.png" for n in range(120)))
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator("[data-said]")).to_contain_text("100 of 100 tested", timeout=60_000)
    expect(page.locator("[data-said]")).to_contain_text("At most 100 at a time")
    expect(page.locator(".test-card")).to_have_count(100)
    expect(page.locator(".test-card").first).to_contain_text("url_forbidden_address")


def test_a_text_is_tested_on_its_tab(page):
    page.get_by_role("link", name="Online test").click()
    page.get_by_role("link", name="Text", exact=True).click()
    page.get_by_label("Text", exact=True).fill("The library opens at nine.")
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".test-card")).to_contain_text("Rule 5: no label that is on was hit.")
