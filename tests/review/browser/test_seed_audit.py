"""Seed chapter “Review moderation results” (the Audit page), sentence by sentence in a real browser."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from libraries.models import TextSample
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import Level, Rules
from review.intake import open_item
from review.models import Decision, ReviewItem
from review.states import Mode
from tests.factories import CLEAN, EVERY_LEVEL, NOW, make_key, make_result, publish, service_of
from tests.moderation.results_made import image_service, moderate_picture, store
from tests.review.browser.visits import account, engines, sign_in  # noqa: F401

CONTACT = "Add me on WeChat: abc_12345, free gifts"


@pytest.fixture
def sent(account):  # noqa: F811
    """What API calls brought: three texts, three pictures and a video, all hit; and a clean text."""
    now = timezone.now()
    albums = image_service(account)
    publish(
        albums, replace(albums.current_version.rules, review_levels=frozenset({Level.MEDIUM, Level.HIGH}))
    )
    for number in range(3):
        make_result(account, f"{CONTACT} ({number})", data_id=f"text-{number}", now=now)
        moderate_picture(account, f"[[fake:porn={91 + number}]]", data_id=f"image-{number}", at=now)
    make_result(account, CLEAN, data_id="clean", now=now)
    keep_video(account, now)
    return account


def keep_video(account, now):  # noqa: F811
    service = create_service(
        account=account, code="clips", name="Clips", description="", content_type=ContentType.VIDEO,
        rules=Rules(), actor=None, now=NOW,
    )  # fmt: skip
    result = store(account, "pornographic_adultContent", service=service, data_id="video-0", at=now)
    open_item(result=result, mode=Mode.AUDIT, now=now)


@pytest.fixture
def page(sent, sign_in):  # noqa: F811
    page = sign_in("ann").page
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(page.locator(".pieces")).to_be_visible()
    return page


def tab(page, name: str) -> None:
    page.get_by_role("navigation", name="Content type").get_by_role("link", name=name).click()
    expect(page.get_by_role("navigation", name="Content type").get_by_text(name)).to_have_attribute(
        "aria-current", "page"
    )


def shown(page) -> list[str]:
    expect(page.locator(".pieces, .as-empty").first).to_be_visible()
    return page.locator(".piece-id").all_inner_texts()


def piece(page, data_id: str):
    return page.locator(".piece", has=page.get_by_text(data_id, exact=True))


def said(page):
    return page.locator("[data-said]")


def item_of(data_id: str) -> ReviewItem:
    return ReviewItem.objects.get(data_id=data_id)


class TestAfterApiCallsReturnResults:
    def test_those_results_appear_in_the_console_for_human_review(self, account, client, sign_in):  # noqa: F811
        visit = sign_in("ann")
        answer = client.post(
            "/api/v1/texts/moderations",
            {"service": "comment_detection", "content": CONTACT, "data_id": "post-1"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {make_key(account).token}"},
        )
        assert answer.status_code == 200

        page = visit.go("/console/audit-results/")

        assert shown(page) == ["post-1"]
        expect(piece(page, "post-1")).to_contain_text("WeChat")
        expect(piece(page, "post-1")).to_contain_text("Waiting")

    def test_by_default_only_results_to_review_or_block_are_shown(self, page):
        tab(page, "Text")

        assert shown(page) == ["text-2", "text-1", "text-0"]

    def test_pass_results_are_included_by_the_policy_settings(self, sent, page):
        tab(page, "Text")
        policy = page.get_by_role("link", name="Policy: which results come here")
        assert "/services/" in policy.get_attribute("href")
        page.select_option("#service", "comment_detection")
        page.get_by_role("button", name="Search").click()
        assert policy.get_attribute("href").endswith("#review")

        rules = service_of(sent).current_version.rules
        publish(service_of(sent), replace(rules, review_levels=EVERY_LEVEL))
        make_result(sent, f"{CLEAN} Again.", data_id="clean-2", now=timezone.now())
        page.reload()

        assert shown(page)[0] == "clean-2"

    def test_they_are_kept_for_seven_days(self, sent, page):
        ReviewItem.objects.filter(data_id="text-1").update(created_at=timezone.now() - timedelta(days=7))
        tab(page, "Text")

        assert shown(page) == ["text-2", "text-0"]
        expect(page.get_by_text("Results stay here for 7 days.")).to_be_visible()


class TestTheTabs:
    def test_image_video_and_text_each_show_their_own(self, page):
        for name, found in [("Video", "video-0"), ("Text", "text-2"), ("Image", "image-2")]:
            tab(page, name)
            assert shown(page)[0] == found
        tab(page, "Audio")
        expect(page.get_by_role("heading", name="Nothing stands here")).to_be_visible()

    def test_the_first_with_something_in_it_is_open(self, page):
        expect(page.locator(".results-tabs [aria-current]")).to_have_text("Image")
        expect(page.locator(".piece img").first).to_be_visible()


class TestOneItem:
    def test_click_pass_to_approve(self, page):
        tab(page, "Text")

        piece(page, "text-1").get_by_role("button", name="Pass", exact=True).click()

        expect(said(page)).to_have_text("1 item passed.")
        expect(piece(page, "text-1").locator(".as-tag-good")).to_have_text("Pass")
        assert item_of("text-1").outcome == "pass"
        assert ModerationResult.objects.get(data_id="text-1").human_outcome == "pass"

    def test_click_block_then_select_a_category_in_the_dialog(self, page):
        piece(page, "image-1").get_by_role("button", name="Block", exact=True).click()
        dialog = page.get_by_role("dialog", name="Block")
        for name in ["Porn", "Terrorism", "Ad", "Undesirable Scene"]:
            expect(dialog.get_by_role("radio", name=name)).to_be_visible()

        dialog.get_by_role("radio", name="Porn").check()
        dialog.get_by_label("Reason").fill("Sexual act or nudity")
        dialog.get_by_role("button", name="Block").click()

        expect(piece(page, "image-1").locator(".as-tag-bad")).to_contain_text("Block")
        decision = Decision.objects.get()
        assert (decision.category, decision.reason) == ("porn", "Sexual act or nudity")
        assert decision.label == "pornographic_adultContent"

    def test_a_dialog_that_is_left_blocks_nothing(self, page):
        button = piece(page, "image-1").get_by_role("button", name="Block", exact=True)
        button.click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Block")).to_be_hidden()
        expect(button).to_be_focused()

        button.click()
        page.get_by_role("dialog").get_by_role("radio", name="Porn").check()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

        expect(page.get_by_role("dialog", name="Block")).to_be_hidden()
        assert not Decision.objects.exists()

    def test_click_it_to_view_its_details(self, page):
        piece(page, "image-2").locator("[data-open]").click()
        details = page.locator("[data-details]")

        expect(details.get_by_role("heading", name="Machine labels")).to_be_visible()
        expect(details.locator(".picture img")).to_be_visible()
        expect(details).to_contain_text("pornographic_adultContent")
        expect(details).to_contain_text("fake_picture")
        expect(details).to_contain_text(str(item_of("image-2").task_id))

        details.get_by_role("button", name="Next").click()
        expect(details).to_contain_text("image-1")
        details.get_by_role("button", name="Pass").click()
        expect(details).to_contain_text("It is decided already.")
        page.keyboard.press("Escape")
        expect(details).to_be_hidden()
        expect(piece(page, "image-1").locator("[data-open]")).to_be_focused()


class TestSeveralItems:
    def test_are_passed_by_batch_mark_pass(self, page):
        tab(page, "Text")
        page.get_by_label("Select all on this page").check()
        expect(page.locator("[data-chosen]")).to_have_text("Selected: 3")

        page.get_by_role("button", name="Batch Mark Pass").click()

        expect(said(page)).to_have_text("3 items passed.")
        assert set(Decision.objects.values_list("outcome", flat=True)) == {"pass"}
        assert Decision.objects.values("batch").distinct().count() == 1

    def test_are_blocked_by_batch_mark_block(self, page):
        for name in ["image-0", "image-2"]:
            piece(page, name).get_by_role("checkbox").check()
        page.get_by_role("button", name="Batch Mark Block").click()
        expect(page.get_by_role("dialog")).to_contain_text("items: 2")
        page.keyboard.press("1")
        page.keyboard.press("Enter")

        expect(said(page)).to_contain_text("2 items blocked as")
        assert set(ReviewItem.objects.filter(outcome="block").values_list("data_id", flat=True)) == {
            "image-0", "image-2",
        }  # fmt: skip

    def test_tell_which_of_them_a_colleague_was_faster_with(self, page, sign_in):  # noqa: F811
        tab(page, "Text")
        other = sign_in("ben").go("/console/audit-results/?content_type=text")
        piece(other, "text-0").get_by_role("button", name="Pass", exact=True).click()
        expect(said(other)).to_have_text("1 item passed.")

        page.get_by_label("Select all on this page").check()
        page.get_by_role("button", name="Batch Mark Pass").click()

        expect(said(page)).to_have_text("2 items passed.")
        expect(page.locator("[data-refused]")).to_contain_text("ben decided this")
        assert Decision.objects.filter(item__data_id="text-0").count() == 1


class TestAfterADecision:
    def test_the_same_content_is_answered_with_it(self, sent, page):
        tab(page, "Text")
        piece(page, "text-0").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item passed.")

        again = make_result(sent, f"  {CONTACT.upper()} (0)", now=timezone.now())

        assert again.level == "none"
        assert [label["label"] for label in again.labels] == ["nonLabel_lib"]

    def test_texts_go_to_the_sample_library_and_videos_do_not(self, page):
        tab(page, "Text")
        piece(page, "text-0").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item passed.")
        tab(page, "Video")
        piece(page, "video-0").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item passed.")

        assert [sample.outcome for sample in TextSample.objects.all()] == ["pass"]

    def test_it_can_be_undone_from_the_message(self, page):
        tab(page, "Text")
        page.get_by_label("Select all on this page").check()
        page.get_by_role("button", name="Batch Mark Pass").click()
        expect(said(page)).to_have_text("3 items passed.")

        page.locator("#items-done").get_by_role("button", name="Undo").click()

        expect(said(page)).to_contain_text("Taken back")
        expect(page.get_by_text("With you")).to_have_count(3)
        assert not ReviewItem.objects.filter(state="decided").exists()
        assert not TextSample.objects.present().exists()

    def test_it_leaves_the_list_of_what_waits_and_stands_under_passed(self, page):
        tab(page, "Text")
        piece(page, "text-0").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item passed.")

        page.reload()
        assert shown(page) == ["text-2", "text-1"]
        page.get_by_role("link", name="Passed").click()
        expect(page.locator(".piece")).to_have_count(1)
        expect(piece(page, "text-0")).to_contain_text("ann")


class TestTheKeyboardAlone:
    def test_opens_passes_blocks_and_undoes(self, page):
        first = page.locator("[data-open]").first
        first.focus()
        page.keyboard.press("ArrowDown")
        expect(piece(page, "image-1").locator("[data-open]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-details]")).to_contain_text("image-1")
        page.keyboard.press("Escape")

        page.keyboard.press("Tab")
        expect(piece(page, "image-1").get_by_role("button", name="Pass", exact=True)).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("2")
        page.keyboard.press("Enter")

        expect(said(page)).to_contain_text("1 item blocked as")
        assert Decision.objects.get().category == "terrorism"


class TestWithoutAScript:
    def test_every_step_goes_by_pages(self, sent, sign_in):  # noqa: F811
        page = sign_in("ann", scripts=False).page
        page.get_by_role("link", name="Audit", exact=True).click()
        piece(page, "image-2").get_by_role("button", name="Block", exact=True).click()
        page.get_by_role("radio", name="Porn").check()
        page.get_by_role("button", name="Block").click()
        expect(said(page)).to_contain_text("1 item blocked as")
        assert item_of("image-2").outcome == "block"

        page.locator("#items-done").get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back")).to_be_visible()
        assert item_of("image-2").outcome == ""

        for name in ["image-0", "image-1"]:
            piece(page, name).get_by_role("checkbox").check()
        page.get_by_role("button", name="Batch Mark Pass").click()
        expect(said(page)).to_have_text("2 items passed.")
        page.get_by_role("link", name="Passed").click()
        piece(page, "image-0").locator("[data-open]").click()
        expect(page.get_by_role("heading", name="Machine labels")).to_be_visible()


class TestTheFilters:
    @pytest.mark.parametrize(
        "fill",
        [
            {"data_id": "text-1"},
            {"request_id": "text-1"},
        ],
        ids=str,
    )
    def test_find_one(self, page, fill):
        tab(page, "Text")
        for name, value in fill.items():
            page.fill(f"#{name}", str(item_of("text-1").request_id) if name == "request_id" else value)
        page.get_by_role("button", name="Search").click()

        expect(page.locator(".piece")).to_have_count(1)
        assert shown(page) == ["text-1"]
        page.get_by_role("link", name="Reset").click()
        expect(page.locator(".piece")).to_have_count(3)

    def test_narrow_by_service_level_and_label(self, page):
        page.select_option("#service", "albums")
        page.select_option("#level", "high")
        page.select_option("#label", "pornographic_adultContent")
        page.get_by_role("button", name="Search").click()
        expect(page).to_have_url(re.compile("label=pornographic_adultContent"))
        assert shown(page) == ["image-2", "image-1", "image-0"]

        page.select_option("#level", "low")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", name="No item passes these filters")).to_be_visible()
