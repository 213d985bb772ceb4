"""My settings: keys, view and skip list of one reviewer, through the client and with real key presses."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from config.accounts.roles import Role
from review.keys import ACTIONS, KeyTaken, keys_of
from review.models import Reviewer
from review.operations.my_settings import GroupUnknown, save_my_settings
from review.viewing import View, ViewInvalid, view_of
from tests.console.test_browser import Visit
from tests.factories import make_account, make_user

PASSWORD = "correct horse"
ADDRESS = "/console/my-review-settings/"


@pytest.fixture
def account(db):
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user("rita", account=account)


def stored(account, user) -> Reviewer:
    return Reviewer.objects.owned_by(account).get(user=user)


class TestSaving:
    def test_keeps_what_is_given_and_leaves_the_rest(self, account, reviewer):
        save_my_settings(account=account, user=reviewer, keys={"pass": "KeyQ"}, skipped=["terrorist"])
        save_my_settings(account=account, user=reviewer, view=View(blur=100, tiles=48))

        row = stored(account, reviewer)
        assert keys_of(row)["pass"] == "KeyQ"
        assert view_of(row) == View(blur=100, tiles=48)
        assert row.skipped == ["terrorist"]

    def test_refuses_a_clash_and_changes_nothing(self, account, reviewer):
        with pytest.raises(KeyTaken):
            save_my_settings(
                account=account, user=reviewer, keys={"pass": "KeyB"}, view=View(blur=0), skipped=["fraud"]
            )

        assert Reviewer.objects.count() == 0

    @pytest.mark.parametrize(
        "view",
        [View(blur=101), View(blur=-1), View(tiles=11), View(tiles=101), View(blur=True), View(mute=1)],
    )
    def test_refuses_a_view_that_cannot_be(self, account, reviewer, view):
        with pytest.raises(ViewInvalid):
            save_my_settings(account=account, user=reviewer, view=view)

    def test_refuses_a_type_that_is_not_there(self, account, reviewer):
        with pytest.raises(GroupUnknown):
            save_my_settings(account=account, user=reviewer, skipped=["terrorist", "weather"])

    def test_reads_around_what_makes_no_sense_any_more(self):
        assert view_of(Reviewer(view={"blur": 30, "tiles": 7, "old": 1})) == View(blur=30)
        assert view_of(None) == View()


class TestPage:
    @pytest.fixture
    def page(self, client, reviewer):
        client.force_login(reviewer)
        return client

    def form(self, **changes):
        keys = {f"key_{action}": code for action, code in ACTIONS.items()}
        return {"blur": 40, "tiles": 36, "mute": "on", "skipped": ["terrorist", "abusive"]} | keys | changes

    def test_shows_every_action_with_its_key(self, page):
        text = page.get(ADDRESS).content.decode()

        assert text.count("data-capture=") == len(ACTIONS)

    def test_saves_all_of_it(self, page, account, reviewer):
        answer = page.post(ADDRESS, self.form(key_pass="KeyB", key_block="KeyP"))

        assert answer.status_code == 302
        row = stored(account, reviewer)
        assert row.keys == {"pass": "KeyB", "block": "KeyP"}
        assert view_of(row) == View(blur=40, greyscale=False, mute=True, tiles=36)
        assert row.skipped == ["terrorist", "abusive"]

    @pytest.mark.parametrize("code", ["KeyB", "F5", "Digit1", "Slash", "Ctrl+P"])
    def test_says_beside_the_key_why_it_cannot_be(self, page, code):
        answer = page.post(ADDRESS, self.form(key_pass=code))

        assert answer.status_code == 400
        assert answer.context["form"].errors.keys() == {"key_pass"}
        assert Reviewer.objects.count() == 0

    def test_puts_all_keys_back(self, page, account, reviewer):
        page.post(ADDRESS, self.form(key_pass="KeyQ"))

        page.post(reverse("admin:reset_my_keys"))

        assert keys_of(stored(account, reviewer)) == ACTIONS
        assert stored(account, reviewer).skipped == ["terrorist", "abusive"]

    @pytest.mark.parametrize(
        "role, status", [(Role.REVIEWER, 200), (Role.RECHECKER, 200), (Role.VIEWER, 403)]
    )
    def test_is_for_those_who_review(self, client, account, role, status):
        client.force_login(make_user(account=account, role=role))

        assert client.get(ADDRESS).status_code == status


class TestKeyCapture:
    """In Chromium: a key is changed by pressing it."""

    @pytest.fixture
    def visit(self, transactional_db, account, reviewer, live_server, browser):
        context = browser.new_context(viewport={"width": 1366, "height": 900})
        visit = Visit(context.new_page(), live_server.url)
        visit.page.set_default_timeout(15_000)
        visit.go("/console/")
        visit.page.fill("[name=username]", "rita")
        visit.page.fill("[name=password]", PASSWORD)
        visit.page.click(".as-form button")
        visit.page.wait_for_selector(".as-side-nav")
        visit.go(ADDRESS)
        expect(visit.page.locator("#my-settings[data-ready]")).to_be_attached()
        yield visit
        visit.look()
        context.close()
        assert visit.faults == []

    @pytest.fixture
    def page(self, visit):
        return visit.page

    def capture(self, page, action, *keys):
        page.locator(f"[data-capture={action}]").focus()
        page.keyboard.press("Enter")
        for key in keys:
            page.keyboard.press(key)

    def expect_key(self, page, action, shown):
        expect(page.locator(f"#key-{action}")).to_have_text(shown)

    def save(self, page):
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()

    def test_a_key_that_is_pressed_becomes_the_key(self, page, account, reviewer):
        self.capture(page, "pass", "q")
        self.expect_key(page, "pass", "Q")
        expect(page.locator("#key-said")).to_have_text("Pass: Q")

        self.save(page)

        assert stored(account, reviewer).keys == {"pass": "KeyQ"}
        self.expect_key(page, "pass", "Q")

    def test_a_key_of_another_action_is_swapped_and_said(self, page, account, reviewer):
        self.capture(page, "pass", "u")

        expect(page.locator("#key-said")).to_contain_text("“Undo” has P now")
        self.expect_key(page, "undo", "P")
        self.save(page)
        assert stored(account, reviewer).keys == {"pass": "KeyU", "undo": "KeyP"}

    @pytest.mark.parametrize(
        "key, why", [("5", "Digits"), ("F7", "browser"), ("'", "browser"), ("Control+k", "alone")]
    )
    def test_a_key_of_others_is_refused_and_the_next_one_taken(self, page, key, why):
        self.capture(page, "note", key)
        expect(page.locator("#key-said")).to_contain_text(why)

        page.keyboard.press("y")

        self.expect_key(page, "note", "Y")

    def test_escape_leaves_it_as_it_is(self, page):
        self.capture(page, "skip", "Escape")

        self.expect_key(page, "skip", "S")
        expect(page.locator("#key-said")).to_have_text("Left as it is.")

    def test_tab_is_never_caught(self, page):
        self.capture(page, "skip", "Tab")

        self.expect_key(page, "skip", "S")
        expect(page.locator("[data-capture=escalate]")).to_be_focused()

    @pytest.mark.parametrize("key, shown", [("Space", "Space"), ("Enter", "Enter")])
    def test_the_keys_that_press_buttons_can_be_taken_too(self, page, key, shown):
        self.capture(page, "zoom", key)

        self.expect_key(page, "zoom", shown)
        expect(page.locator("[data-capture=zoom]")).not_to_have_attribute("data-listening", "")

    def test_the_question_mark_stays_with_help(self, page):
        self.capture(page, "pass", "?")
        expect(page.locator("#key-said")).to_contain_text("browser")
        page.keyboard.press("Escape")

        self.capture(page, "help", "p")
        expect(page.locator("#key-said")).to_contain_text("cannot be swapped")
        self.expect_key(page, "help", "?")

    def test_blur_is_shown_as_it_would_be(self, page, account, reviewer):
        page.get_by_label("Blur (percent)").fill("100")

        expect(page.locator("#blur-sample")).to_have_css("filter", "blur(48px)")
        expect(page.locator("#blur-said")).to_have_text("100 %")
        self.save(page)
        assert view_of(stored(account, reviewer)).blur == 100
