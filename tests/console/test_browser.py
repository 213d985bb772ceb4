"""The console in a real browser, under the strict policy: nothing of it is refused, and its parts work."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import open_account, set_member
from config.accounts.operations.keys import issue_key
from config.audit.records import record
from config.console.admin.people import MembershipInline
from tests.console.conftest import PASSWORD
from tests.shots import EXTRA, addresses, choose_language

WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(
  `${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""


class Visit:
    """A signed-in page that remembers everything that went wrong on it."""

    def __init__(self, page, url):
        self.page, self.url, self.faults = page, url, []
        page.add_init_script(WATCH)
        page.on("console", lambda message: self.note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self.note(True, str(error)))
        page.on("request", lambda request: self.note(self.is_strange(request.url), request.url))
        page.on("response", lambda answer: self.note(answer.status >= 400, f"{answer.status} {answer.url}"))

    def note(self, is_fault, what):
        if is_fault:
            self.faults.append(f"{self.page.url}: {what}")

    def is_strange(self, address):
        return urlsplit(address).scheme != "data" and urlsplit(address).netloc != urlsplit(self.url).netloc

    def go(self, path):
        self.page.goto(self.url + path)
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        self.look()
        return self.page

    def look(self):
        self.faults += [f"{self.page.url}: {what}" for what in self.page.evaluate("window.refused || []")]


@pytest.fixture
def furnished(transactional_db):
    now = timezone.now()
    account = open_account(name="Harbour Forum", actor=None, now=now)
    open_account(name="Market Square", actor=None, now=now)
    root = User.objects.create_superuser("root", password=PASSWORD)
    set_member(account=account, user=root, role="account_admin", actor=root, now=now)
    issue_key(account=account, name="web shop", actor=root, now=now)
    for number in range(60):
        record(account=account, actor=root, action="test.done", subject=f"test:{number}", now=now)
    return account


@pytest.fixture
def visit(furnished, live_server, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    visit = Visit(page, live_server.url)
    visit.go("/console/")
    page.fill("[name=username]", "root")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    yield visit
    visit.look()
    context.close()
    assert visit.faults == []


def test_the_policy_lets_no_inline_code_run():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
    assert directives["style-src"] == ["'self'"]
    assert "unsafe" not in str(directives)


def test_the_watch_sees_what_the_policy_refuses(visit):
    visit.page.evaluate("document.head.append(document.createElement('style'))")
    visit.page.evaluate("document.head.lastChild.textContent = 'p { color: red }'")
    visit.page.wait_for_function("window.refused.length > 0")
    visit.look()

    assert any("style-src" in fault for fault in visit.faults)
    visit.faults.clear()
    visit.page.evaluate("window.refused = []")


def test_every_page_keeps_to_the_policy(visit):
    found = addresses(visit.page, f"{visit.url}/console/")
    for language in ["zh-hans", "en"]:
        choose_language(visit.page, language)
        for address in found:
            visit.go(address.removeprefix(visit.url))

    assert len(found) >= 6 + len(EXTRA)


def test_the_frame_works_without_eval(visit):
    page = visit.go("/console/members/")

    page.click(".as-head-menu")
    expect(page.locator(".as-side")).to_be_hidden()
    page.reload()
    expect(page.locator(".as-side")).to_be_hidden()
    page.click(".as-head-menu")
    expect(page.locator(".as-side")).to_be_visible()

    page.click(".as-side-user summary")
    page.click(".as-side-user [data-theme-choice=dark]")
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    page.keyboard.press("Escape")
    expect(page.locator(".as-side-user .as-menu")).to_be_hidden()
    page.reload()
    assert page.evaluate("document.documentElement.classList.contains('dark')")


def test_the_account_is_switched_from_the_sidebar(visit):
    page = visit.page
    page.click(".as-side-account summary")
    page.click(".as-side-account button:has-text('Market Square')")

    expect(page.locator(".as-side-account summary")).to_contain_text("Market Square")


def test_filters_open_filter_and_page(visit):
    page = visit.go("/console/audit/auditrecord/")
    expect(page.locator("#changelist-filter")).to_be_hidden()

    page.click("text=Filters")
    expect(page.locator("#changelist-filter")).to_be_visible()
    page.fill("#changelist-filter [name=action__icontains]", "test.done")
    with page.expect_navigation(url="**action__icontains=test.done**"):
        page.click("text=Apply Filters")
    with page.expect_navigation():
        page.click("text=Older")
    expect(page.locator("#result_list tbody")).to_have_count(10)
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()


def test_a_date_is_picked_from_the_calendar(visit):
    page = visit.go("/console/audit/auditrecord/")
    page.click("text=Filters")
    page.click("#changelist-filter .datetimeshortcuts a:has(.date-icon) >> nth=0")

    expect(page.locator(".calendarbox").first).to_be_visible()


def test_a_key_is_made_and_copied(visit):
    page = visit.go("/console/keys/new/")
    page.fill("[name=name]", "mobile app")
    page.click("text=Create key")

    assert page.input_value("#token").startswith("AK")
    page.click("[data-copy=token]")
    expect(page.locator("[data-copy=token]")).to_have_text("Copied")


def test_removing_a_member_asks_first(visit):
    page = visit.go("/console/members/")
    sure = page.locator("text=Yes, remove root")
    expect(sure).to_be_hidden()

    page.click(".as-sure summary")
    expect(sure).to_be_visible()
    sure.click()

    expect(page.locator(".as-alert")).to_contain_text("at least one account admin")


def test_a_model_form_works(visit):
    page = visit.go("/console/accounts/account/add/")
    page.fill("[name=name]", "New Town")
    page.click(".select2-selection")
    page.fill(".select2-search__field", "Shanghai")
    page.click(".select2-results__option:has-text('Asia/Shanghai')")
    page.click("button[name=_save]")

    expect(page.locator("#result_list")).to_contain_text("New Town")
    expect(page.locator("#result_list")).to_contain_text("Asia/Shanghai")


def test_an_action_runs_over_the_chosen_rows(visit, monkeypatch):
    def greet(page, request, users):
        page.message_user(request, f"Greeted {users.count()}.")

    monkeypatch.setattr(admin.site._registry[User], "actions", [greet])
    page = visit.go("/console/accounts/user/")
    page.locator("#result_list tbody .action-select").first.check()
    run = page.locator("button[name=index]")
    expect(run).to_be_hidden()
    page.select_option("select[name=action]", "greet")
    run.click()

    expect(page.locator(".as-alert")).to_have_text("Greeted 1.")


def test_tabs_of_a_form_switch(visit, monkeypatch):
    monkeypatch.setattr(MembershipInline, "tab", True)
    page = visit.go(f"/console/accounts/user/{User.objects.get().pk}/change/")
    expect(page.locator("[name=email]")).to_be_visible()

    page.click("#tabs-items a >> nth=1")

    expect(page.locator("[name=email]")).to_be_hidden()
    expect(page.locator("text=Harbour Forum").last).to_be_visible()
