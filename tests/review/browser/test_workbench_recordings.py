"""Audio and video at the workbench: played, gone through by keys, spared, and decided."""

import pytest
from playwright.sync_api import expect

from review.intake import open_item
from review.models import Decision
from review.states import Mode
from tests.factories import NOW
from tests.ground.media import CONTACT, PORN, make_job, make_media_result, speech
from tests.review.browser.test_seed_video import player, until_at
from tests.review.desks import account, sit_down

__all__ = ["account", "sit_down"]
SEEN = {2.0: ("high", PORN, 96.0), 2.5: ("high", PORN, 91.0), 5.0: ("medium", CONTACT, 72.0)}
SAID = ((0.5, 3.0, "Hello and welcome on board", ""), (4.0, 6.5, "add me on WeChat abc_123", CONTACT))


def waiting(account, **facts):  # noqa: F811
    job = make_job(account, **facts)
    return open_item(result=make_media_result(job), mode=Mode.HUMAN_MACHINE, now=NOW)


@pytest.fixture
def desk(account, sit_down):  # noqa: F811
    """The second item is the newer: it comes second."""
    waiting(account, seen=SEEN, said=SAID)
    waiting(account, seen={1.0: ("medium", CONTACT, 70.0)})
    page = sit_down("rea").go("/console/review-queue/?tab=video&view=focus")
    expect(page.locator(".wb-player [data-player-controls]")).to_be_visible()
    expect(player(page)).to_have_js_property("readyState", 4)
    return page


def test_keys_play_and_go_from_one_flagged_moment_to_the_next(desk):
    assert player(desk).evaluate("media => media.muted && media.paused")
    for key, second in (("KeyF", 2.0), ("KeyF", 4.0), ("KeyF", 5.0), ("KeyD", 4.0)):
        desk.keyboard.press(key)
        until_at(desk, second)
    desk.keyboard.press("ArrowLeft")
    until_at(desk, 0)
    desk.keyboard.press("KeyT")
    until_at(desk, 0.7, within=0.4)
    desk.keyboard.press("KeyM")
    expect(player(desk)).to_have_js_property("muted", False)
    expect(desk.locator('.wb-tools [data-action="mute"]')).to_have_attribute("aria-pressed", "false")
    expect(desk.locator('.wb-player [data-do="mute"]')).to_have_attribute("aria-pressed", "false")


def test_what_is_severe_is_blurred_until_somebody_peeks(desk):
    filtered = "media => getComputedStyle(media).filter"
    assert "blur" in player(desk).evaluate(filtered)
    assert "blur" not in desk.locator(".wb-player [data-line]").evaluate(filtered)
    desk.locator(".wb-content").first.focus()
    desk.keyboard.down("Space")
    expect(desk.locator(".wb-left > .wb-content[data-shielded]")).to_have_count(0)
    assert player(desk).evaluate(filtered) == "none"
    desk.keyboard.up("Space")
    expect(desk.locator(".wb-left > .wb-content[data-shielded]")).to_have_count(1)


def test_a_decision_brings_the_next_recording_which_is_ready(desk):
    first = desk.locator(".wb-left > .wb-content").get_attribute("data-item")
    desk.keyboard.press("KeyT")
    desk.keyboard.press("KeyP")

    expect(desk.locator(".wb-left > .wb-content")).not_to_have_attribute("data-item", first)
    until_at(desk, 0)
    desk.keyboard.press("KeyF")
    until_at(desk, 1.0)
    expect(desk.locator("#workbench")).to_have_attribute("data-unsent", "0")
    assert Decision.objects.get().item_id == int(first)


def test_the_grid_shows_the_frames_that_were_flagged(desk):
    desk.keyboard.press("KeyV")
    desk.locator('[data-to="grid"]').click()
    tile = desk.locator(".wb-tile").first
    expect(tile.locator(".media-tile img")).to_have_count(3)
    expect(tile).to_contain_text("⚑3")


def test_audio_has_its_transcript_beside_it(account, sit_down):  # noqa: F811
    said = ((0.2, 1.5, "Hello. Add me on", ""), (1.6, 3.0, "we chat", CONTACT))
    job = make_job(account, content_type="audio", said=said, facts={"duration_ms": 3400})
    open_item(result=make_media_result(job, data=speech()), mode=Mode.HUMAN_MACHINE, now=NOW)
    page = sit_down("rea").go("/console/review-queue/?tab=audio&view=focus")
    line = page.locator(".wb-heard [data-said-lines] > li").nth(1)
    line.get_by_role("link").click()
    until_at(page, 1.6)
    expect(line).to_have_attribute("aria-current", "true")
