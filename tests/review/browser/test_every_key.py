"""Every key in every state of the workbench does what its button says, and nothing else does anything."""

import pytest
from playwright.sync_api import expect

from review.keys import ACTIONS
from review.models import Decision, ItemNote, Reviewer, ReviewItem, Skip
from tests.review.desks import CONTACT, DRUGS, PORN, account, picture_item, sit_down, text_item

__all__ = ["account", "sit_down"]

LETTERS = [f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
OTHERS = [
    "Space", "Enter", "Tab", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "F2",
    "Minus", "Equal", "Semicolon", "Quote", "Backquote", "Comma", "Period", "Slash", "Backslash", "Digit0",
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Escape", "BracketLeft", "BracketRight",
]  # fmt: skip
DIGITS = [f"Digit{digit}" for digit in range(1, 10)]
EVERY_KEY = [*LETTERS, *OTHERS, *DIGITS]
# What may change when a key is pressed, read off the page.
STATE = """() => {
  const desk = document.getElementById("workbench");
  const find = (selector) => desk.querySelector(selector);
  const pressed = (name) => desk.querySelector(`[data-action="${name}"]`).getAttribute("aria-pressed");
  return {
    item: desk.querySelector(".wb-left [data-current], .wb-left > .wb-content")?.dataset.item ?? "",
    view: desk.dataset.view,
    tab: desk.querySelector("a[data-tab][aria-current]").dataset.tab,
    choosing: desk.querySelector('[data-action="block"]').getAttribute("aria-expanded"),
    reasons: Boolean(desk.querySelector('[data-action="reason"]')),
    asks: find("[data-ask]").hidden ? "" : find("[data-ask-question]").textContent,
    help: desk.querySelector("[data-help]").open,
    blur: pressed("blur"), grey: pressed("greyscale"), mute: pressed("mute"), zoom: pressed("zoom"),
    marks: [...desk.querySelectorAll(".wb-left [data-marked]")].map((tile) => tile.dataset.item).join(),
    said: desk.querySelector("[data-said]").textContent,
    count: desk.querySelectorAll(".wb-left [data-item]").length,
  };
}"""


@pytest.fixture
def desk(account, sit_down):
    for number in range(12):
        text_item(
            account, f"Lamp {number} for sale, write to me at once", CONTACT, DRUGS,
            author_id="member-1", data_id=f"post-{number}",
        )  # fmt: skip
    visit = sit_down("rea")
    visit.go("/console/review-queue/?tab=text&view=focus")
    expect(visit.page.locator(".wb-left > .wb-content")).to_be_visible()
    expect(visit.page.locator(".wb-past").first).to_be_visible()
    return visit.page


def state(page) -> dict:
    return page.evaluate(STATE)


def changed(page, key: str) -> set[str]:
    before = state(page)
    page.keyboard.press(key)
    after = state(page)
    return {name for name in before if before[name] != after[name]}


def arrived(page):
    expect(page.locator("#workbench")).to_have_attribute("data-unsent", "0")


class TestInFocus:
    def test_the_buttons_say_their_keys(self, desk):
        for action in ACTIONS:
            keys = desk.locator(
                f'.wb-bar [data-action="{action}"] kbd, .wb-tools [data-action="{action}"] kbd'
            )
            for said in keys.all_inner_texts():
                assert said == {"agree": "Enter", "help": "?"}.get(
                    action, ACTIONS[action].removeprefix("Key")
                )

    def test_a_key_without_a_button_does_nothing(self, desk):
        taken = {*ACTIONS.values(), "Tab"}
        idle = [key for key in EVERY_KEY if key not in taken]
        before = state(desk)
        for key in idle:
            desk.keyboard.press(key)

            assert state(desk) == before, key
        assert len(idle) > 30
        assert not Decision.objects.exists()

    def test_the_browsers_own_combinations_stay_its_own(self, desk):
        before = state(desk)
        desk.evaluate("addEventListener('keydown', (event) => { window.kept = event.defaultPrevented; })")
        for keys in ["Control+KeyP", "Alt+KeyP", "Meta+KeyB", "Shift+KeyP", "Control+KeyU"]:
            desk.keyboard.press(keys)

            assert state(desk) == before, keys
            assert desk.evaluate("window.kept") is False, keys

    def test_one_key_passes(self, desk):
        item = state(desk)["item"]

        assert changed(desk, "KeyP") >= {"item", "said"}
        arrived(desk)
        assert Decision.objects.get(item=item).outcome == "pass"

    def test_two_keys_block_with_the_machines_category_first(self, desk):
        item = state(desk)["item"]

        assert changed(desk, "KeyB") == {"choosing"}
        assert changed(desk, "Digit1") >= {"item", "choosing"}
        arrived(desk)
        decision = Decision.objects.get(item=item)
        assert (decision.outcome, decision.category, decision.label) == ("block", "ad", CONTACT)
        assert decision.handling_ms is not None

    def test_a_digit_alone_does_nothing(self, desk):
        for digit in DIGITS:
            assert changed(desk, digit) == set()

    def test_the_number_pad_chooses_as_well(self, desk):
        item = state(desk)["item"]
        desk.keyboard.press("KeyB")
        desk.keyboard.press("Numpad2")
        arrived(desk)

        assert Decision.objects.get(item=item).category == "text_and_image_violation"

    def test_shift_and_a_digit_asks_for_the_reason(self, desk):
        item = state(desk)["item"]
        desk.keyboard.press("KeyB")
        assert "reasons" in changed(desk, "Shift+Digit1")
        assert "reasons" in changed(desk, "Escape")
        desk.keyboard.press("Shift+Digit1")
        desk.keyboard.press("Digit2")
        arrived(desk)

        decision = Decision.objects.get(item=item)
        assert (decision.category, decision.reason) == ("ad", "Link or QR code")

    def test_enter_agrees_with_the_machine(self, desk):
        item = state(desk)["item"]
        expect(desk.locator("[data-agree]")).to_have_text("Agree: Ad")
        desk.keyboard.press("Enter")
        arrived(desk)

        assert Decision.objects.get(item=item).category == "ad"

    def test_block_and_escape_let_go_of_the_choice(self, desk):
        for key in ["Escape", "KeyB"]:
            desk.keyboard.press("KeyB")
            assert changed(desk, key) == {"choosing"}

    def test_next_and_previous_move(self, desk):
        first = state(desk)["item"]
        assert changed(desk, "KeyJ") == {"item"}
        assert changed(desk, "KeyK") == {"item"}
        assert state(desk)["item"] == first
        assert changed(desk, "KeyK") == set()

    def test_undo_brings_the_item_back(self, desk):
        items = []
        for key in ["KeyP", "Enter", "KeyP"]:
            items.append(state(desk)["item"])
            desk.keyboard.press(key)
        arrived(desk)
        for item in reversed(items):
            desk.keyboard.press("KeyU")
            assert state(desk)["item"] == item
        arrived(desk)

        assert not Decision.objects.standing().exists()
        assert set(ReviewItem.objects.filter(pk__in=items).values_list("state", flat=True)) == {"claimed"}
        desk.keyboard.press("KeyU")
        expect(desk.locator("[data-said]")).to_have_text("There is nothing left to take back.")

    def test_undo_works_after_the_page_was_loaded_again(self, desk):
        item = state(desk)["item"]
        desk.keyboard.press("KeyP")
        arrived(desk)
        desk.reload()
        expect(desk.locator(".wb-left > .wb-content")).to_be_visible()
        desk.keyboard.press("KeyU")

        expect(desk.locator(f'.wb-left > [data-item="{item}"]')).to_be_visible()
        assert not Decision.objects.standing().exists()

    def test_skip_asks_why(self, desk):
        item = state(desk)["item"]
        assert changed(desk, "KeyS") == {"asks"}
        assert changed(desk, "KeyP") == set()
        assert changed(desk, "Escape") == {"asks"}
        desk.keyboard.press("KeyS")
        desk.keyboard.type("not my language")
        desk.keyboard.press("Enter")
        arrived(desk)

        assert Skip.objects.get(item=item).reason == "not my language"
        assert state(desk)["item"] != item

    def test_skip_offers_reasons(self, desk):
        item = state(desk)["item"]
        for key in ["KeyS", "ArrowDown", "ArrowDown", "Enter"]:
            desk.keyboard.press(key)
        arrived(desk)

        assert Skip.objects.get(item=item).reason == "I do not know the language"

    def test_escalate_and_note(self, desk):
        item = state(desk)["item"]
        desk.keyboard.press("KeyN")
        desk.keyboard.type("Seen before, b p u x")
        desk.keyboard.press("Enter")
        expect(desk.locator(".wb-notes")).to_contain_text("Seen before, b p u x")
        assert ItemNote.objects.get(item=item).text == "Seen before, b p u x"
        assert state(desk)["item"] == item
        desk.keyboard.press("KeyE")
        desk.keyboard.type("Is this allowed?")
        desk.keyboard.press("Enter")
        arrived(desk)

        assert ReviewItem.objects.get(pk=item).escalated_at is not None
        assert state(desk)["item"] != item

    def test_the_ways_to_look_switch(self, desk):
        assert changed(desk, "KeyX") == {"blur"}
        assert changed(desk, "KeyG") == {"grey"}
        assert changed(desk, "KeyZ") == {"zoom"}
        assert changed(desk, "KeyM") == set()  # a text has no sound

    def test_help_opens_and_shuts(self, desk):
        for key in ["Escape", "Shift+Slash"]:
            assert changed(desk, "Shift+Slash") == {"help"}
            for other in ["KeyP", "KeyB", "Digit1", "KeyU", "KeyV"]:
                assert changed(desk, other) == set()
            assert changed(desk, key) == {"help"}

    def test_views_and_tabs_go_round(self, desk):
        for view in ["case", "grid", "focus"]:
            expect(desk.locator(".wb-left [data-item]").first).to_be_visible()
            desk.keyboard.press("KeyV")
            assert state(desk)["view"] == view
        for tab in ["audio", "image", "video", "text"]:
            desk.keyboard.press("BracketRight")
            assert state(desk)["tab"] == tab
        desk.keyboard.press("BracketLeft")
        assert state(desk)["tab"] == "video"

    def test_keys_work_wherever_the_focus_is(self, desk):
        desk.locator(".wb-tools [data-action=greyscale]").focus()
        item = state(desk)["item"]
        desk.keyboard.press("KeyP")
        assert state(desk)["item"] != item
        desk.locator(".as-side-nav a").first.focus()
        item = state(desk)["item"]
        desk.keyboard.press("KeyP")
        assert state(desk)["item"] != item

    def test_a_button_reached_by_tab_is_pressed_by_enter(self, desk):
        desk.locator(".wb-tools [data-action=greyscale]").focus()
        item = state(desk)["item"]
        assert changed(desk, "Enter") == {"grey"}
        assert state(desk)["item"] == item

    def test_a_held_key_decides_once(self, desk):
        desk.keyboard.down("KeyP")
        for _number in range(5):
            desk.keyboard.down("KeyP")  # as the system repeats it
        desk.keyboard.up("KeyP")
        arrived(desk)

        assert Decision.objects.count() == 1


class TestInTheGrid:
    @pytest.fixture
    def grid(self, desk):
        desk.keyboard.press("KeyV")
        expect(desk.locator(".wb-case [data-item]").first).to_be_visible()
        desk.keyboard.press("KeyV")
        expect(desk.locator(".wb-grid [data-item]")).to_have_count(12)
        return desk

    def test_arrows_and_letters_move(self, grid):
        first = state(grid)["item"]
        for there, back in [
            ("ArrowRight", "ArrowLeft"),
            ("ArrowDown", "ArrowUp"),
            ("KeyL", "KeyH"),
            ("KeyJ", "KeyK"),
        ]:
            assert changed(grid, there) == {"item"}, there
            assert changed(grid, back) == {"item"}, back
            assert state(grid)["item"] == first

    def test_a_digit_marks_and_pass_unmarks(self, grid):
        item = state(grid)["item"]
        assert changed(grid, "Digit2") == {"marks"}
        assert state(grid)["marks"] == item
        assert changed(grid, "KeyP") == {"marks"}
        assert state(grid)["marks"] == ""

    def test_enter_submits_all_and_undo_takes_all_back(self, grid):
        marked = state(grid)["item"]
        grid.keyboard.press("Digit3")
        grid.keyboard.press("ArrowRight")
        other = state(grid)["item"]
        grid.keyboard.press("Digit1")
        grid.keyboard.press("Enter")
        expect(grid.locator("[data-said]")).to_have_text("Passed 10, blocked 2")
        arrived(grid)

        assert Decision.objects.standing().count() == 12
        assert Decision.objects.get(item=marked).category == "ad"
        assert Decision.objects.get(item=other).category == "porn"
        assert Decision.objects.filter(outcome="pass").count() == 10
        grid.keyboard.press("KeyU")
        expect(grid.locator(".wb-grid [data-item]")).to_have_count(12)
        arrived(grid)
        assert not Decision.objects.standing().exists()
        assert set(state(grid)["marks"].split(",")) == {marked, other}

    def test_zoom_shows_the_tile_large(self, grid):
        assert "zoom" in changed(grid, "KeyZ")
        expect(grid.locator(".wb-loupe .wb-text-main")).to_be_visible()
        grid.keyboard.press("Escape")
        expect(grid.locator(".wb-loupe")).to_have_count(0)


class TestWithOwnKeys:
    def test_the_remapped_key_decides_and_is_shown(self, account, sit_down):
        item = text_item(account, "Lamps for sale, write to me at once")
        visit = sit_down("rea")
        Reviewer.objects.create(account=account, user_id=visit_user(account), keys={"pass": "KeyQ"})
        page = visit.go("/console/review-queue/?tab=text&view=focus")
        expect(page.locator(".wb-left > .wb-content")).to_be_visible()
        expect(page.locator('.wb-bar [data-action="pass"] kbd')).to_have_text("Q")
        page.keyboard.press("KeyP")
        assert state(page)["item"] == str(item.pk)
        page.keyboard.press("KeyQ")
        arrived(page)

        assert Decision.objects.get().outcome == "pass"


class TestTheShield:
    def test_a_severe_picture_is_blurred_until_the_key_is_held(self, account, sit_down):
        picture_item(account, 1, PORN)
        page = sit_down("rea").go("/console/review-queue/?tab=image&view=focus")
        content = page.locator(".wb-left > .wb-content")
        expect(content).to_have_attribute("data-shielded", "")
        page.keyboard.down("Space")
        expect(content).not_to_have_attribute("data-shielded", "")
        page.keyboard.up("Space")
        expect(content).to_have_attribute("data-shielded", "")


def visit_user(account) -> int:
    return account.memberships.get(user__username="rea").user_id
