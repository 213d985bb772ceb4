"""Customize detection settings for text in images, first half: keeping vocabularies, in a browser."""

import csv
import io

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import open_account, set_member
from config.tables.xlsx import xlsx_file
from libraries.models import KeywordImport, Vocabulary
from libraries.operations.vocabularies import create_vocabulary
from libraries.tasks import carry_on_imports
from tests.console.test_browser import Visit

PASSWORD = "correct horse"


@pytest.fixture
def account(transactional_db):
    account = open_account(name="Harbour Forum", actor=None, now=timezone.now())
    editor = User.objects.create_user("editor", password=PASSWORD)
    set_member(account=account, user=editor, role="policy_admin", actor=None, now=timezone.now())
    return account


@pytest.fixture
def visit(account, live_server, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    visit = Visit(page, live_server.url)
    visit.go("/console/")
    page.fill("[name=username]", "editor")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    yield visit
    visit.look()
    context.close()
    assert visit.faults == []


@pytest.fixture
def vocabulary(account):
    return create_vocabulary(
        account=account,
        name="Contraband",
        description="",
        keywords=["blue lotus"],
        actor=None,
        now=timezone.now(),
    )


def create_library(visit, name: str, keywords: str):
    page = visit.go("/console/libraries/vocabulary/")
    page.click("a[href$='/vocabulary/add/']")
    page.fill("[name=name]", name)
    page.fill("[name=keywords]", keywords)
    page.click("button[name=_save]")
    return page


def upload(visit, vocabulary, name: str, data: bytes):
    page = visit.go(f"/console/vocabulary-import/{vocabulary.pk}/")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/plain", "buffer": data})
    page.click("form[enctype] button")
    page.wait_for_url("**/keyword-import/*/")
    return page


def cards(page) -> dict[str, str]:
    names = page.locator(".as-card h2").all_inner_texts()
    return dict(zip(names, page.locator(".as-card-value").all_inner_texts(), strict=True))


def words_of(vocabulary) -> list[str]:
    return sorted(vocabulary.keywords.values_list("text", flat=True))


def download(page, link: str) -> bytes:
    with page.expect_download() as caught:
        page.click(link)
    with open(caught.value.path(), "rb") as file:
        return file.read()


class TestCreateLibrary:
    def test_with_keywords(self, visit):
        page = create_library(visit, "Contraband", "blue lotus\n彩金")

        expect(page.locator("#result_list")).to_contain_text("Contraband")
        assert words_of(Vocabulary.objects.get()) == ["blue lotus", "彩金"]

    def test_without_keywords_which_are_added_later(self, visit):
        create_library(visit, "Contraband", "")
        vocabulary = Vocabulary.objects.get()
        assert words_of(vocabulary) == []

        page = visit.go(f"/console/libraries/vocabulary/{vocabulary.pk}/change/")
        page.fill("[name=keywords]", "blue lotus")
        page.click("button[name=_save]")

        expect(page.locator(".as-messages")).to_contain_text("Keywords added: 1.")
        assert words_of(vocabulary) == ["blue lotus"]

    def test_tells_of_what_went_wrong_and_can_be_tried_again(self, visit):
        page = create_library(visit, "Contraband", "good\n50% off\n" + "x" * 21)
        visit.faults.clear()  # the refusal itself

        expect(page.locator("#vocabulary_form")).to_contain_text("Special characters are not supported")
        expect(page.locator("#vocabulary_form")).to_contain_text("at most 20 characters")
        assert not Vocabulary.objects.exists()
        page.fill("[name=keywords]", "good")
        page.click("button[name=_save]")
        expect(page.locator("#result_list")).to_contain_text("Contraband")
        assert words_of(Vocabulary.objects.get()) == ["good"]


LINES = ["blue lotus", "red lotus", "RED LOTUS", "50% off", "x" * 21, "彩金"]
PROBLEMS = {"Repeated": "2", "Too long": "1", "Special characters": "1"}
FILES = {
    "words.txt": "\n".join(LINES).encode(),
    "words.csv": ("keyword,owner\r\n" + "\r\n".join(f"{line},Anna" for line in LINES)).encode("gb18030"),
    "words.xlsx": xlsx_file(["keyword"], [[line] for line in LINES], sheet_name="words").read(),
}


class TestImportingAFile:
    @pytest.mark.parametrize("name", FILES)
    def test_is_shown_first_and_confirmed_then(self, visit, vocabulary, name):
        page = upload(visit, vocabulary, name, FILES[name])

        assert cards(page) == {"To be added": "2", **PROBLEMS}
        expect(page.locator(".as-page")).to_contain_text("take out %")
        assert words_of(vocabulary) == ["blue lotus"]
        before = download(page, "a[href$='/report/']").decode("utf-8-sig")

        page.click("text=Import 2 keywords")
        expect(page.locator("[role=status]")).to_contain_text("Imported")
        assert cards(page) == {"Added": "2", **PROBLEMS}
        assert words_of(vocabulary) == ["blue lotus", "red lotus", "彩金"]
        report = download(page, "a[href$='/report/']").decode("utf-8-sig")
        assert report == before.replace("To be added", "Added")
        rows = list(csv.DictReader(io.StringIO(report)))
        assert [row["Outcome"] for row in rows] == [
            "Repeated",
            "Added",
            "Repeated",
            "Special characters",
            "Too long",
            "Added",
        ]
        assert rows[3]["Detail"] == "take out %"

    def test_may_be_cancelled(self, visit, vocabulary):
        page = upload(visit, vocabulary, "words.txt", FILES["words.txt"])

        page.click("text=Cancel")

        expect(page.locator(".as-messages")).to_contain_text("No keyword was changed")
        assert words_of(vocabulary) == ["blue lotus"]

    def test_says_why_a_file_cannot_be_read(self, visit, vocabulary):
        page = visit.go(f"/console/vocabulary-import/{vocabulary.pk}/")
        picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
        page.set_input_files("[name=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": picture})
        page.click("form[enctype] button")

        expect(page.locator(".as-error")).to_contain_text("This file could not be read")
        visit.faults.clear()  # the refusal itself

    def test_of_a_long_file_goes_on_in_the_background_and_shows_how_far_it_is(self, visit, vocabulary):
        lines = [f"word {number}" for number in range(30_000)]
        page = upload(visit, vocabulary, "words.txt", "\n".join(lines).encode())
        expect(page.locator("progress")).to_be_visible()
        expect(page.locator(".as-note")).to_contain_text("1,000")

        assert carry_on_imports() == 1
        page.click("text=Import 30,000 keywords")
        expect(page.locator("progress")).to_be_visible()
        assert KeywordImport.objects.get().state == "running"
        assert carry_on_imports() == 1

        expect(page.locator("[role=status]")).to_contain_text("Imported")
        assert cards(page)["Added"] == "30,000"
        vocabulary.refresh_from_db()
        assert vocabulary.keyword_count == vocabulary.keywords.count() == 30_001


class TestExportingAVocabulary:
    def test_gives_the_words_back(self, visit, account):
        words = ["@evil", "-minus", "blue lotus", "彩金", "0123"]
        vocabulary = create_vocabulary(
            account=account, name="Odd", description="", keywords=words, actor=None, now=timezone.now()
        )
        page = visit.go(f"/console/libraries/vocabulary/{vocabulary.pk}/change/")

        book = openpyxl.load_workbook(io.BytesIO(download(page, "a[href$='format=xlsx']")))
        cells = [row[0] for row in book.active.iter_rows(min_row=2)]
        assert [cell.data_type for cell in cells] == ["s"] * 5
        assert [cell.value.removeprefix("'") for cell in cells] == words
        assert [cell.value for cell in cells[:2]] == ["'@evil", "'-minus"]
        assert download(page, "a[href$='format=txt']").decode().split("\r\n") == [*words, ""]
        table = csv.DictReader(io.StringIO(download(page, "a[href$='format=csv']").decode("utf-8-sig")))
        assert [row["keyword"] for row in table] == [cell.value for cell in cells]


class TestKeywordsOfALibrary:
    def test_are_searched_and_given_an_owner_and_an_expiry_together(self, visit, vocabulary):
        vocabulary = create_vocabulary(
            account=vocabulary.account,
            name="More",
            description="",
            keywords=["red lotus", "green tea"],
            actor=None,
            now=timezone.now(),
        )
        page = visit.go("/console/libraries/keyword/?q=LOTUS")
        expect(page.locator("#result_list tbody tr")).to_have_count(2)
        page.check("#action-toggle")
        page.select_option("select[name=action]", "set_owner_and_expiry")
        page.click("button[name=index]")
        page.check("[name=set_owner]")
        page.fill("[name=owner]", "Anna")
        page.check("[name=set_expiry]")
        page.fill("[name=expires_at]", "2020-01-31T18:00")
        page.click("button[name=apply]")

        expect(page.locator(".as-messages")).to_contain_text("2 keywords changed.")
        expect(page.locator("#result_list")).to_contain_text("expired")
        assert list(vocabulary.keywords.order_by("id").values_list("owner", flat=True)) == ["Anna", ""]


class TestTryingKeywords:
    def test_shows_the_text_as_it_is_compared_and_what_made_a_word_found(self, visit, account):
        create_vocabulary(
            account=account,
            name="Contraband",
            description="",
            keywords=["blue lotus", "电影", "virus", "同性恋"],
            variants=["initials"],
            actor=None,
            now=timezone.now(),
        )
        page = visit.go("/console/keyword-test/")
        page.fill("[name=text]", "ＢＬＵＥ　lotus, 電影, vi\u200brus, b-l-u-e-lotus, txl")
        page.click(".try-form button")

        rows = [
            " | ".join(row.locator("td").all_inner_texts())
            for row in page.locator(".as-scroll tbody tr").all()
        ]
        assert any("blue lotus" in row and "width and form" in row and "capitals" in row for row in rows)
        assert any("电影" in row and "traditional characters" in row for row in rows)
        assert any("virus" in row and "invisible characters" in row for row in rows)
        assert any("signs between letters" in row for row in rows)
        assert any("first letters of the pinyin" in row for row in rows)
        assert page.locator(".try-text mark").count() == 5
