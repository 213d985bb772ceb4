"""Review statistics as a lead sees and follows them, in a real browser."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from stats.models import WorkFact
from stats.review_folding import fold_review
from tests.review.browser.visits import account, engines, sign_in  # noqa: F401
from tests.stats.review_made import CONTACT, Review

PAGE = "/console/review-statistics/"


@pytest.fixture
def review(account):  # noqa: F811
    """Three days: passed 2, 4 and 6 times, blocked 6, 4 and 12 times, on one of them late."""
    review = Review(account, now=timezone.now())
    for back, passed, blocked in [(3, 2, 6), (2, 4, 4), (1, 6, 12)]:
        day = {"back": timedelta(days=back), "handling_ms": 4_000}
        review.decide(passed, "pass", **day)
        found = review.decide(blocked, "block", CONTACT, **day)
    review.recheck(found, "block", CONTACT)
    review.recheck(found[:3], "pass")
    fold_review(now=timezone.now())
    return review


def figure(page, name) -> str:
    return page.locator(f"[data-figure={name}]").inner_text()


def columns(page, css) -> list[float]:
    """Heights on the screen, the earliest first."""
    parts = page.locator(f".rs-trend rect.{css}")
    return [parts.nth(number).bounding_box()["height"] for number in range(parts.count())]


def colour_in(page, locator) -> tuple:
    """What is painted in the middle of an element: read from the picture, not from the style."""
    picture = Image.open(io.BytesIO(locator.screenshot())).convert("RGB")
    return picture.getpixel((picture.width // 4, picture.height // 2))


@pytest.mark.django_db(transaction=True)
class TestReviewStatistics:
    def test_columns_stand_in_proportion_to_what_was_decided(self, review, sign_in):  # noqa: F811
        page = sign_in("lea", "account_admin").go(PAGE)

        assert figure(page, "decided") == "34"
        passed, blocked = columns(page, "rs-passed"), columns(page, "rs-blocked")
        one = blocked[2] / 12
        assert [round(height / one) for height in passed] == [2, 4, 6]
        assert [round(height / one) for height in blocked] == [6, 4, 12]
        greens = {colour_in(page, page.locator(".rs-passed").nth(number)) for number in range(2)}
        reds = {colour_in(page, page.locator(".rs-blocked").nth(number)) for number in range(3)}
        assert (len(greens), len(reds)) == (1, 1)
        [green], [red] = greens, reds
        assert green[1] > green[0] and red[0] > red[1]

    def test_a_column_leads_to_what_was_decided_on_that_day(self, review, sign_in):  # noqa: F811
        page = sign_in("lea", "account_admin").go(PAGE)
        page.locator(".rs-trend a").last.click()

        expect(page.locator("h1")).to_have_text("Decided items")
        expect(page.locator("tr[data-item]")).to_have_count(18)

    def test_a_figure_leads_to_its_items_and_each_to_its_page(self, review, sign_in):  # noqa: F811
        page = sign_in("lea", "account_admin").go(PAGE)
        page.get_by_role("region", name="Review queues").get_by_role("link", name="12", exact=True).click()

        expect(page.locator("tr[data-item]")).to_have_count(12)
        page.locator("tr[data-item] a").first.click()
        expect(page).to_have_url(re.compile(r"/console/review-items/\d+/"))

    def test_no_share_is_told_of_too_few(self, review, sign_in):  # noqa: F811
        page = sign_in("lea", "account_admin").go(PAGE)

        assert figure(page, "overturned") == "–"
        expect(page.locator("body")).to_contain_text("too few: 12 rechecked")
        assert figure(page, "precision") != "–"

    def test_shows_the_same_without_a_script(self, review, sign_in):  # noqa: F811
        page = sign_in("kim", "account_admin", scripts=False).page
        page.goto(page.url.split("/console/")[0] + PAGE)

        assert figure(page, "decided") == str(
            sum(fact.passed + fact.blocked for fact in WorkFact.objects.all())
        )

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_fits_the_screen_in_both_themes(self, review, sign_in, theme):  # noqa: F811
        visit = sign_in("lea", "account_admin")
        visit.page.emulate_media(color_scheme=theme)
        page = visit.go(PAGE)

        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        regions = page.locator(".rs .as-scroll")
        wide = [
            regions.nth(number).get_attribute("aria-labelledby")
            for number in range(regions.count())
            if regions.nth(number).evaluate("one => one.scrollWidth > one.clientWidth + 1")
        ]
        assert wide == []
