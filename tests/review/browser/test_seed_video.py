"""Seed 003, manual review of audio and video, step by step in a browser that really plays them."""

import os

import pytest
from playwright.sync_api import Page, expect

from review.intake import open_item
from review.models import ReviewItem
from review.states import Mode
from tests.factories import NOW
from tests.ground.media import CONTACT, PORN, make_job, make_media_result
from tests.review.desks import account, sit_down

__all__ = ["account", "sit_down"]
SHOTS = os.environ.get("ASSAY_TEST_SHOTS", "")
SEEN = {2.0: ("high", PORN, 96.0), 2.5: ("high", PORN, 91.0), 5.0: ("medium", CONTACT, 72.0)}


def look_at(page: Page, name: str) -> None:
    """Pictures for whoever wants to see what the test saw."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def at(page: Page) -> float:
    return page.locator("video, audio").first.evaluate("media => media.currentTime")


def until_at(page: Page, seconds: float) -> None:
    """Until it plays at that second, give or take a frame."""
    media = page.locator("video, audio").first
    page.wait_for_timeout(50)
    for _try in range(100):
        if abs(media.evaluate("media => media.currentTime") - seconds) < 0.15:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"at {at(page)}, not {seconds}")


def item_of(job) -> ReviewItem:
    return open_item(result=make_media_result(job), mode=Mode.HUMAN_MACHINE, now=NOW)


@pytest.fixture
def waiting(account):
    said = ((0.5, 3.0, "Hello and welcome on board", ""), (4.0, 6.5, "add me on WeChat abc_123", CONTACT))
    job = make_job(account, seen=SEEN, said=said)
    return item_of(job)


class TestTheWorkbench:
    def test_plays_and_seeks_and_goes_from_one_flagged_moment_to_the_next(self, waiting, sit_down):
        visit = sit_down("rea")
        page = visit.go("/console/review-queue/?tab=video&view=focus")
        expect(page.locator(".wb-player [data-player-controls]")).to_be_visible()
        expect(page.locator("video")).to_have_js_property("readyState", 4)
        look_at(page, "workbench-video")

        page.keyboard.press("KeyF")
        until_at(page, 2.0)
        page.keyboard.press("KeyF")
        until_at(page, 4.0)
        page.keyboard.press("KeyD")
        until_at(page, 2.0)
        page.keyboard.press("ArrowRight")
        until_at(page, 7.0)
        page.keyboard.press("ArrowLeft")
        until_at(page, 2.0)
        page.keyboard.press("KeyT")
        until_at(page, 2.6)
        assert page.locator("video").evaluate("media => media.muted && !media.paused")
