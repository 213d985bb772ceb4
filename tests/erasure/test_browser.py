"""A person's request in the console, in a real browser: counted, handed out, erased, and the receipt."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.erasure.models import SubjectRequest
from config.erasure.work import work_on
from moderation.models import ModerationResult
from tests.console.test_browser import Visit
from tests.erasure.people import make_person

# Named by whoever wants to look at the pages.
SHOTS = os.environ.get("ASSAY_SHOTS")


@pytest.fixture
def visit(transactional_db, account, reviewer, live_server, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(20_000)
    visit = Visit(page, live_server.url)
    visit.go("/console/")
    page.fill("[name=username]", reviewer.get_username())
    page.fill("[name=password]", "correct horse")
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    yield visit
    visit.look()
    context.close()
    assert visit.faults == []


def look_at(page, name: str) -> None:
    if SHOTS:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=True)


def work(purpose: str) -> SubjectRequest:
    """As the worker does, in another process."""
    request = SubjectRequest.objects.filter(purpose=purpose).latest("id")
    assert work_on(request_id=request.pk, now=timezone.now())
    request.refresh_from_db()
    return request


def ask(visit, name: str):
    page = visit.go("/console/personal-data/")
    page.select_option("[name=kind]", "author_id")
    page.fill("[name=value]", "author-ann")
    page.get_by_role("button", name=name, exact=True).click()
    return page


def test_a_person_is_counted_handed_out_and_erased(visit, account, reviewer):
    ann = make_person(account, "ann", reviewer=reviewer)
    page = ask(visit, "Count")
    expect(page.locator("#subject-request[data-moving] progress")).to_be_visible()

    counted = work("count")

    expect(page.locator(".as-tag-good")).to_have_text("Done")
    expect(page.locator("tfoot td").first).to_have_text(str(counted.rows))
    look_at(page, "counted")
    address = page.url

    page = ask(visit, "Export for the person")
    work("export")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    assert Path(fetched.value.path()).read_bytes()[:2] == b"PK"
    look_at(page, "exported")

    page.goto(address)
    page.fill("#value", "author-bob")
    page.get_by_role("button", name="Erase for ever").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was erased")
    page.fill("#value", ann.author_id)
    page.get_by_role("button", name="Erase for ever").click()
    page.wait_for_selector("#subject-request[data-moving]")
    erased = work("erase")
    expect(page.locator("#receipt")).to_contain_text(str(erased.receipt.uid))
    expect(page.locator("#receipt")).to_contain_text(erased.receipt.sha256)
    assert not ModerationResult.objects.exists()
    look_at(page, "erased")
    visit.go("/console/personal-data/")
    look_at(page, "requests")
