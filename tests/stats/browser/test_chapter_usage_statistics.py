"""Seed chapter “View statistics on recent image detections”, step by step in a real browser."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from moderation.models import ModerationResult
from moderation.signals import verdict_reached
from moderation.values import Rules
from stats.charts.palette import DARK, LIGHT
from stats.models import LabelFact, UsageFact
from stats.operations import fold
from tests.factories import service_of
from tests.moderation.results_made import PORN, image_service, store
from tests.review.browser.visits import account, engines, sign_in  # noqa: F401
from tests.shots import choose_language
from tests.stats.browser.pixels import Picture, outermost, rgb, size

PAGE = "/console/usage/"
# Labels of pictures and texts, by how many results carry each: two prefixes have two labels.
CARRIED = {
    PORN: 34,
    "pt_to_contact": 21,
    "pt_to_sites": 13,
    "contraband_gambling": 8,
    "customized": 5,
    "contraband_drug": 3,
}
DAYS = {0: (14, 6), 1: (30, 12), 2: (8, 20), 3: (32, 0), 9: (0, 7)}  # ago: how many hit, how many did not
HITS, ALL = sum(CARRIED.values()), sum(map(sum, DAYS.values()))


@transaction.atomic
def judge(account, *labels, **terms):  # noqa: F811
    result = store(account, *labels, **terms)
    verdict_reached.send(sender=ModerationResult, result=result, rules=Rules())


@pytest.fixture
def used(account):  # noqa: F811
    """Calls of three services on five days, those of today not folded yet; and an online test."""
    services = [service_of(account), service_of(account, "chat_detection"), image_service(account)]
    labels = [label for label, count in CARRIED.items() for _number in range(count)]
    now = timezone.now()
    for ago, (hits, clean) in sorted(DAYS.items(), reverse=True):
        if not ago:
            fold(now=now)
        for number in range(hits + clean):
            label = labels.pop() if number < hits else None
            service = services[2] if label == PORN else services[number % 2]
            judge(account, *([label] if label else []), service=service, at=now - timedelta(days=ago))
    judge(account, "pt_to_contact", source="test", at=now)
    assert not labels
    return account


@pytest.fixture
def visit(used, sign_in):  # noqa: F811
    visit = sign_in("ann", "policy_admin")
    visit.page.get_by_role("link", name="Usage statistics", exact=True).click()
    return visit


@pytest.fixture
def page(visit):
    return visit.page


def day(ago: int = 0) -> str:
    return f"{timezone.now() - timedelta(days=ago):%Y-%m-%d}"


def ask_for(page, first: str, last: str) -> None:
    page.get_by_label("From").fill(first)
    page.get_by_label("to", exact=True).fill(last)
    page.get_by_role("button", name="Show", exact=True).click()


def choose(page, filter_: str, value: str) -> None:
    page.locator("summary", has_text=filter_).click()
    page.get_by_label(value).check()
    page.get_by_role("button", name="Show", exact=True).click()


def value(page, place: int):
    return page.locator(".as-card-value").nth(place)


def in_order(rows: list[list]) -> list[list]:
    return sorted((row[1:] for row in rows), key=lambda row: (row[2], row[0]))


def column_of(page, ago: int):
    return page.locator(f".usage-column[aria-label^='{day(ago)}']")


def rows(page) -> int:
    """Results of the list, on all its pages."""
    page.wait_for_load_state()
    count = page.locator("[data-detail]").count()
    while (older := page.get_by_role("link", name="Older")).count():
        with page.expect_navigation():
            older.first.click()
        count += page.locator("[data-detail]").count()
    return count


class TestStep3QueryUsage:
    """Select a time range to query usage data: by day or by month, up to two months."""

    def test_by_day_up_to_two_months_and_a_day_by_hour(self, page):
        expect(page.locator(".usage-column")).to_have_count(14)

        ask_for(page, day(2), day(1))
        expect(page.locator(".usage-column")).to_have_count(2)
        expect(value(page, 0)).to_have_text("70")
        expect(value(page, 1)).to_have_text("38")

        page.get_by_role("table").first.get_by_role("link", name=day(1)).click()
        expect(page.locator(".usage-column")).to_have_count(24)
        expect(value(page, 0)).to_have_text("42")

        page.get_by_role("link", name="By day").click()
        ask_for(page, day(61), day())
        expect(page.locator(".usage-column")).to_have_count(62)
        ask_for(page, day(62), day())
        expect(page.get_by_role("alert")).to_contain_text("The range is too long")

    def test_by_month(self, page):
        page.get_by_role("link", name="By month").click()

        expect(page.locator(".usage-column")).to_have_count(6)
        page.get_by_role("link", name="12 months").click()
        expect(page.locator(".usage-column")).to_have_count(12)
        expect(value(page, 0)).to_have_text(str(ALL))

    def test_of_some_services_and_sources(self, page):
        choose(page, "All services", "Albums")
        expect(value(page, 0)).to_have_text(str(CARRIED[PORN]))

        page.get_by_role("link", name="Clear filters").click()
        choose(page, "API and console", "Online test")
        expect(value(page, 0)).to_have_text("1")


class TestStep3ExportUsage:
    """Click the icon in the upper-right corner; the report has only data with call volumes."""

    def export(self, page, path) -> list[list]:
        with page.expect_download() as download:
            page.get_by_role("link", name="Excel").click()
        download.value.save_as(path)
        return [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()]

    def raw(self, form: str) -> list[list]:
        """The results themselves, counted."""
        counted = Counter(
            (f"{result.created_at:{form}}", result.service.code)
            for result in ModerationResult.objects.exclude(source="test").select_related("service")
        )
        return [[code, calls, on] for (on, code), calls in sorted(counted.items())]

    def test_the_excel_file_equals_the_counters_and_the_results(self, page, used, tmp_path):
        corner = page.locator(".usage-downloads").bounding_box()
        assert corner["x"] + corner["width"] > 1300 and corner["y"] < 160

        header, *days = self.export(page, tmp_path / "days.xlsx")
        page.get_by_role("link", name="By month").click()
        _header, *months = self.export(page, tmp_path / "months.xlsx")

        assert header == ["Account UID", "Service", "Usage", "Date"]
        assert {row[0] for row in days + months} == {used.uid}
        assert in_order(days) == self.raw("%Y-%m-%d")
        assert in_order(months) == self.raw("%Y-%m")
        facts = UsageFact.objects.owned_by(used).counted().values_list("calls", flat=True)
        assert sum(row[2] for row in days) == sum(facts) == ALL


class TestStep3ColumnChart:
    """Shows the number of daily requests that hit risk labels and that did not."""

    def test_heights_on_the_screen_are_the_figures(self, page):
        page.goto(f"{page.url}?compare=nothing")
        for theme, palette in (("light", LIGHT), ("dark", DARK)):
            page.emulate_media(color_scheme=theme)
            chart = page.locator(".usage-columns")
            origin = chart.bounding_box()
            picture = Picture(chart.screenshot())

            seen = {}
            for ago in range(14):
                box = column_of(page, ago).locator(".usage-area").bounding_box()
                pixels = Counter(picture.column(round(box["x"] + box["width"] / 2 - origin["x"])))
                seen[ago] = pixels[rgb(palette.hits)], pixels[rgb(palette.clean)]

            tall = sum(seen[1]) / sum(DAYS[1])
            assert tall > 3
            for ago, heights in seen.items():
                assert heights == pytest.approx([count * tall for count in DAYS.get(ago, (0, 0))], abs=2.5)

    def test_hovering_tells_the_figures_of_the_day_and_of_the_period_before(self, page):
        column_of(page, 1).locator(".usage-hits").hover()
        card = page.locator(".usage-tip")
        expect(card).to_contain_text(day(1))
        expect(card.locator("dd").nth(0)).to_have_text("42")
        expect(card.locator("dd").nth(1)).to_have_text("30 (71.4%)")
        page.mouse.move(5, 5)
        expect(card).to_be_hidden()

        ask_for(page, day(1), day(1))
        expect(page.locator(".usage-column")).to_have_count(1)
        mark = page.locator(".usage-mark").bounding_box()
        hits, clean = (page.locator(f"rect.usage-{name}").bounding_box() for name in ("hits", "clean"))
        floor = hits["y"] + hits["height"]
        assert (floor - mark["y"]) / (floor - clean["y"]) == pytest.approx(28 / 42, abs=0.02)
        page.locator(".usage-compare").get_by_role("link", name="Nothing").click()
        expect(page.locator(".usage-mark")).to_have_count(0)

    def test_a_column_and_its_parts_lead_to_the_results(self, page):
        for part, count in [("usage-hits", 30), ("usage-clean", 12), ("usage-area", 42)]:
            page.goto(page.url.partition("/console/")[0] + PAGE)
            column_of(page, 1).locator(f".{part}").click(position={"x": 4, "y": 4})

            expect(page).to_have_url(re.compile("/console/results/"))
            assert rows(page) == count


class TestStep3Treemap:
    """Shows labels in descending order of proportion; one prefix has one background colour."""

    def test_areas_and_colours_on_the_screen_are_the_shares(self, page):
        for theme, palette in (("light", LIGHT), ("dark", DARK)):
            page.emulate_media(color_scheme=theme)
            picture = Picture(page.locator(".usage-map").screenshot())

            tiles = outermost(picture.areas(palette.hues))

            tiles.sort(key=lambda tile: -size(tile[1]))
            assert len(tiles) == len(CARRIED)
            for (_colour, box), count in zip(tiles, CARRIED.values(), strict=True):
                share = size(box) / (picture.width * picture.height)
                assert share == pytest.approx(count / HITS, abs=0.012)
            porn, contact, sites, gambling, own, drug = (colour for colour, _box in tiles)
            # Colours go by the rank of the prefix, and of two that are as frequent by the name.
            assert [porn, contact, gambling, own] == list(palette.hues[:4])
            assert (sites, drug) == (contact, gambling)
            assert max(tiles[0][1][:2]) <= 2

    def test_each_label_is_named_counted_and_leads_to_its_results(self, page, used):
        table = page.get_by_role("region", name="By label")
        shown = table.locator("tbody tr td:nth-of-type(1)").all_inner_texts()
        counted = Counter()
        for label, hits in LabelFact.objects.owned_by(used).counted().values_list("label", "hits"):
            counted[label] += hits
        assert shown == [str(count) for count in CARRIED.values()]
        assert counted == CARRIED

        page.locator(".usage-tile").last.hover()
        expect(page.locator(".usage-tip")).to_contain_text("contraband_drug")
        expect(page.locator(".usage-tip")).to_contain_text("3.6%")

        page.locator(".usage-tile").nth(1).click()
        expect(page).to_have_url(re.compile("label=pt_to_contact"))
        assert rows(page) == CARRIED["pt_to_contact"]


class TestFiles:
    def test_a_chart_is_a_file_that_needs_nothing_else(self, page, browser, tmp_path):
        columns, labels = (self.opened(page, browser, tmp_path, chart) for chart in ("columns", "labels"))

        pixels = Counter(columns.pixels)
        hit, clean = pixels[rgb(LIGHT.hits)], pixels[rgb(LIGHT.clean)]
        assert hit / (hit + clean) == pytest.approx(HITS / ALL, abs=0.03)
        sizes = sorted(size(box) for _colour, box in outermost(labels.areas(LIGHT.hues)) if size(box) > 200)
        assert len(sizes) == len(CARRIED)
        assert sizes[-1] / sum(sizes) == pytest.approx(CARRIED[PORN] / HITS, abs=0.03)

    def opened(self, page, browser, folder, chart) -> Picture:
        with page.expect_download() as download:
            page.locator(f"a[href*='charts/{chart}.svg']").click()
        path = Path(folder / download.value.suggested_filename)
        download.value.save_as(path)
        assert path.name.startswith(f"usage-{chart}-") and path.suffix == ".svg"
        assert not re.search(r"href|<style|<script|style=|url\(|@import", path.read_text())
        alone = browser.new_page(viewport={"width": 1100, "height": 520})
        alone.goto(path.as_uri())
        assert any("Harbour Forum" in text for text in alone.locator("text").all_text_contents())
        picture = Picture(alone.screenshot())
        alone.close()
        return picture


class TestEverywhere:
    def test_without_scripts_all_of_it_is_there(self, used, sign_in):  # noqa: F811
        page = sign_in("noscript", "policy_admin", scripts=False).page
        page.goto(page.url.rstrip("/") + "/usage/")

        title = page.locator(".usage-column title").last.text_content()
        assert title.startswith(day()) and "Hit: 14 (70.0%)" in title
        assert page.locator(".usage-tile title").count() == len(CARRIED)
        page.locator(".usage-tile").nth(1).click()
        expect(page.locator("[data-detail]")).to_have_count(CARRIED["pt_to_contact"])

    def test_in_print_there_is_nothing_to_press_and_nothing_is_cut(self, page):
        page.emulate_media(media="print")

        for gone in (".as-side", ".as-head", ".usage-asked", ".usage-downloads", ".usage-steps"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(page.locator(".usage-range")).to_contain_text("Harbour Forum")
        for region in page.get_by_role("region").all():
            assert region.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
        colour = page.locator(".usage-hits").first.evaluate("one => getComputedStyle(one).printColorAdjust")
        assert colour == "exact"

    def test_fits_the_window_in_english_and_chinese(self, page):
        for language in ("en", "zh-hans"):
            choose_language(page, language)
            page.goto(page.url)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            cut = page.locator(".usage-tables .as-scroll").evaluate_all(
                "boxes => boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).length"
            )
            assert cut == 0
        expect(page.locator(".usage-tile").first).to_contain_text("色情")
