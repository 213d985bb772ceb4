"""Seed chapter “Recheck manual review results”, sentence by sentence in a real browser."""

import json
import re
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from libraries.models import TextSample
from moderation.models import Callback
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import Level, Rules
from review.intake import open_item
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from review.states import Mode
from tests.factories import NOW, make_endpoint, make_result, make_user, publish, service_of
from tests.moderation.results_made import image_service, store
from tests.review.browser.visits import account, engines, sign_in  # noqa: F401

CONTACT = "Add me on WeChat: abc_12345, free gifts"


@pytest.fixture
def reviewed(account):  # noqa: F811
    """Texts that the machine sent on, decided by ann or still waiting; human-only pictures, videos, audio."""
    account.manual_review_on = True
    account.save()
    make_endpoint(account, events=["review.decided", "review.rechecked"])
    service = service_of(account)
    rules = replace(service.current_version.rules, manual_levels=frozenset({Level.MEDIUM, Level.HIGH}))
    publish(service, rules)
    now, ann = timezone.now(), make_user("ann", account=account)
    for name in ["waits", "passed", "blocked"]:
        make_result(account, f"{CONTACT}: {name}", data_id=name, now=now)
    kinds = [(image_service(account), "picture"), (service_for(account, "video"), "film"),
             (service_for(account, "audio"), "sound")]  # fmt: skip
    for one, name in kinds:
        result = store(account, service=one, data_id=name, at=now)
        open_item(result=result, mode=Mode.HUMAN_ONLY, now=now)
    for name in ["passed", "picture", "sound"]:
        say(name, ann, "pass")
    for name in ["blocked", "film"]:
        say(name, ann, "block", category="ad" if name == "blocked" else "porn")
    return account


def service_for(account, kind):  # noqa: F811
    return create_service(
        account=account, code=kind, name=kind.title(), description="", content_type=ContentType(kind),
        rules=Rules(), actor=None, now=NOW,
    )  # fmt: skip


def say(name, reviewer, outcome, **terms):
    item = item_of(name)
    decide(
        account=item.account, item_id=item.pk, reviewer=reviewer, outcome=outcome, now=timezone.now(), **terms
    )


def item_of(name) -> ReviewItem:
    return ReviewItem.objects.get(data_id=name)


@pytest.fixture
def page(reviewed, sign_in):  # noqa: F811
    page = sign_in("rex", "rechecker").page
    page.get_by_role("link", name="Recheck", exact=True).click()
    tab(page, "Text")
    return page


def tab(page, name: str) -> None:
    tabs = page.get_by_role("navigation", name="Content type")
    tabs.get_by_role("link", name=name).click()
    expect(tabs.get_by_text(name)).to_have_attribute("aria-current", "page")


def choose(page, segment: str, name: str) -> None:
    page.get_by_role("navigation", name=segment).get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("navigation", name=segment).locator("[aria-current]")).to_have_text(name)


def shown(page) -> list[str]:
    expect(page.locator(".pieces, .as-empty").first).to_be_visible()
    return page.locator(".piece-id").all_inner_texts()


def piece(page, name: str):
    return page.locator(".piece", has=page.get_by_text(name, exact=True))


def said(page):
    return page.locator("[data-said]")


def search(page, **fields) -> list[str]:
    for name, value in fields.items():
        field = page.locator(f"#{name}")
        tag = field.evaluate("field => field.tagName")
        field.select_option(value) if tag == "SELECT" else field.fill(value)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("|".join(fields)))
    return shown(page)


def choose_reason(page, name: str) -> None:
    dialog = page.get_by_role("dialog", name="Block")
    dialog.get_by_role("radio", name=name, exact=False).check()
    dialog.get_by_role("button", name="Block").click()


class TestWithoutActivation:
    def test_the_section_is_not_visible_in_the_console(self, account, sign_in):  # noqa: F811
        visit = sign_in("rex", "rechecker")
        page = visit.go("/console/")

        expect(page.get_by_role("link", name="Audit", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Recheck", exact=True)).to_have_count(0)


class TestTheData:
    def test_is_all_that_was_sent_to_manual_review_by_type_of_content(self, page):
        assert shown(page) == ["blocked", "passed", "waits"]
        for name, found in [("Image", "picture"), ("Video", "film"), ("Audio", "sound")]:
            tab(page, name)
            assert shown(page) == [found]

    def test_is_categorized_by_review_mode(self, page):
        choose(page, "Review mode", "Human-machine review")
        assert shown(page) == ["blocked", "passed", "waits"]
        choose(page, "Review mode", "Human-only review")
        assert shown(page) == []
        tab(page, "Image")
        assert shown(page) == ["picture"]

    def test_is_categorized_by_review_result_as_pass_review_and_block(self, page):
        for result, found in [("Pass", "passed"), ("Review", "waits"), ("Block", "blocked")]:
            choose(page, "Manual review result", result)
            assert shown(page) == [found]


class TestTheSearchCriteria:
    @pytest.mark.parametrize(
        ("fields", "found"),
        [
            ({"from": "2026-01-01T00:00", "to": "2026-01-02T00:00"}, []),
            ({"violation": "category:ad"}, ["blocked"]),
            ({"violation": "pt_to_contact"}, ["blocked"]),
            ({"service": "comment_detection"}, ["blocked", "passed", "waits"]),
            ({"recheck": "none"}, ["blocked", "passed"]),
            ({"recheck_violation": "category:politics"}, []),
            ({"data_id": "passed"}, ["passed"]),
        ],
        ids=str,
    )
    def test_narrow_the_results(self, page, fields, found):
        assert search(page, **fields) == found

    def test_take_a_task_id(self, page):
        assert search(page, task_id=str(item_of("waits").task_id)) == ["waits"]


class TestASingleRecheck:
    def test_changes_what_is_blocked_to_pass(self, page):
        piece(page, "blocked").get_by_role("button", name="Pass", exact=True).click()

        expect(said(page)).to_have_text("1 item rechecked: pass.")
        expect(piece(page, "blocked")).to_contain_text("Rechecked: Pass")
        item = item_of("blocked")
        assert (item.outcome, item.recheck_outcome, item.effective_outcome) == ("block", "pass", "pass")

    @pytest.mark.parametrize(
        ("reason", "code"),
        [
            ("Politics", "politics"),
            ("Porn", "porn"),
            ("Terrorism", "terrorism"),
            ("Text and image violation", "text_and_image_violation"),
        ],
    )
    def test_changes_what_passed_to_block_with_a_violation_reason(self, page, reason, code):
        piece(page, "passed").get_by_role("button", name="Block", exact=True).click()
        choose_reason(page, reason)

        expect(said(page)).to_contain_text("1 item rechecked: block as")
        decision = Decision.objects.get(item=item_of("passed"), stage="recheck")
        assert (decision.outcome, decision.category) == ("block", code)

    def test_of_what_waits_is_its_decision(self, page):
        piece(page, "waits").get_by_role("button", name="Pass", exact=True).click()

        expect(said(page)).to_have_text("1 item passed.")
        assert item_of("waits").outcome == "pass"

    def test_is_not_for_who_decided_first(self, reviewed, sign_in):  # noqa: F811
        visit = sign_in("roy", "rechecker")
        say("waits", User.objects.get(username="roy"), "pass")
        page = visit.go("/console/recheck/?content_type=text")

        own = piece(page, "waits")
        expect(own.get_by_role("button", name="Pass", exact=True)).to_be_disabled()
        expect(own).to_contain_text("You decided this yourself: somebody else has to recheck it.")
        expect(own.get_by_role("checkbox")).to_be_disabled()

    def test_can_be_undone_from_the_message(self, page):
        piece(page, "blocked").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item rechecked: pass.")

        page.locator("#items-done").get_by_role("button", name="Undo").click()

        expect(said(page)).to_contain_text("Taken back")
        expect(piece(page, "blocked")).not_to_contain_text("Rechecked")
        assert item_of("blocked").effective_outcome == "block"


class TestABatchRecheck:
    def test_marks_several_as_pass(self, page):
        for name in ["blocked", "waits"]:
            piece(page, name).get_by_role("checkbox").check()

        page.get_by_role("button", name="Batch mark as pass").click()

        expect(said(page)).to_contain_text("1 item rechecked: pass.")
        expect(said(page)).to_contain_text("1 item passed.")
        page.locator("#items-done").get_by_role("button", name="Undo").click()
        expect(said(page)).to_contain_text("Taken back")
        assert item_of("blocked").effective_outcome == "block" and item_of("waits").outcome == ""

    def test_marks_several_as_block(self, page):
        page.get_by_label("Select all on this page").check()
        page.get_by_role("button", name="Batch Mark as Block").click()
        choose_reason(page, "Terrorism")

        expect(said(page)).to_contain_text("2 items rechecked: block as")
        assert {item.effective_outcome for item in ReviewItem.objects.filter(content_type="text")} == {
            "block"
        }


class TestTheDetailsPanel:
    def test_expands_by_a_click_on_the_data(self, page):
        piece(page, "blocked").locator("[data-open]").click()
        details = page.locator("[data-details]")

        expect(details.get_by_role("heading", name="Decisions")).to_be_visible()
        expect(details).to_contain_text("ann")
        expect(details).to_contain_text("WeChat")
        expect(details.locator("mark").first).to_be_visible()
        expect(details).to_contain_text(str(item_of("blocked").task_id))
        details.get_by_role("button", name="Pass").click()
        expect(details.locator(".details-head")).to_contain_text("Rechecked: Pass")


class TestAfterTheRecheck:
    def test_the_system_sends_a_callback_with_its_result(self, page):
        piece(page, "blocked").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item rechecked: pass.")

        callback = Callback.objects.get(event="review.rechecked")
        told = json.loads(bytes(callback.body))
        assert "pass" in json.dumps(told) and str(item_of("blocked").request_id) in json.dumps(told)

    def test_the_sample_library_follows(self, page):
        blocked = TextSample.objects.present().get(outcome="block")
        piece(page, "blocked").get_by_role("button", name="Pass", exact=True).click()
        expect(said(page)).to_have_text("1 item rechecked: pass.")

        assert TextSample.objects.present().get(content=blocked.content).outcome == "pass"

    def test_it_is_found_by_its_result_and_violation_type(self, page):
        piece(page, "passed").get_by_role("button", name="Block", exact=True).click()
        choose_reason(page, "Politics")
        expect(said(page)).to_contain_text("1 item rechecked: block as")

        assert search(page, recheck="block", recheck_violation="category:politics") == ["passed"]
