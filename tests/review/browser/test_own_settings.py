"""What a reviewer set under My settings holds at the workbench."""

from playwright.sync_api import expect

from config.accounts.models import User
from review.models import Decision
from review.operations.my_settings import save_my_settings
from review.viewing import View
from tests.moderation.results_made import PORN
from tests.review.desks import account, picture_item, sit_down

__all__ = ["account", "sit_down"]


def test_keys_blur_and_tiles_are_the_reviewers_own(account, sit_down):
    item = picture_item(account, 1, PORN)
    visit = sit_down()
    save_my_settings(
        account=account,
        user=User.objects.get(username="rea"),
        keys={"pass": "KeyQ"},
        view=View(blur=100, greyscale=True, mute=False, tiles=36),
    )

    page = visit.go("/console/review-queue/?tab=image&view=focus")

    expect(page.locator(".wb-content[data-shielded] [data-media] > *").first).to_have_css(
        "filter", "blur(48px)"
    )
    expect(page.locator("[data-action=greyscale]").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-action=mute]").first).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-tiles] option:checked")).to_have_text("36")
    page.keyboard.press("q")
    expect(page.locator(f".wb-left [data-item='{item.pk}']")).to_have_count(0)
    expect(page.locator("#workbench")).to_have_attribute("data-unsent", "0")
    assert Decision.objects.get().outcome == "pass"
    # The desk gives back what it holds when it is left: that is to be over before the tables are emptied.
    visit.go("/console/my-exposure/")
