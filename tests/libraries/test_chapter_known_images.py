"""Special or emergency moderation of known images, as its chapter tells it, in a browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import open_account, set_member
from libraries.models import LibraryImage
from libraries.operations.image_libraries import create_image_library
from tests.libraries.conftest import NOW
from tests.libraries.pictures import jpeg, png

PASSWORD = "correct horse"
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@pytest.mark.django_db(transaction=True)
class TestPerformSpecialOrEmergencyModerationOnSpecificKnownImages:
    """The manual's chapter on image libraries, step by step in a browser."""

    @pytest.fixture
    def account(self, transactional_db, media):
        return open_account(name="Harbour Forum", actor=None, now=timezone.now())

    @pytest.fixture
    def faults(self) -> list[str]:
        return []

    @pytest.fixture
    def page(self, account, live_server, browser, faults):
        user = User.objects.create_user("ann", password=PASSWORD)
        set_member(account=account, user=user, role="policy_admin", actor=None, now=NOW)
        context = browser.new_context(viewport={"width": 1366, "height": 900})
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.add_init_script(WATCH)
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{live_server.url}/console/")
        page.fill("[name=username]", "ann")
        page.fill("[name=password]", PASSWORD)
        page.click(".as-form button")
        page.wait_for_selector(".as-side-nav")
        yield page
        faults += page.evaluate("window.refused")
        context.close()
        assert faults == []

    @pytest.fixture
    def library(self, account):
        return create_image_library(
            account=account, name="Banned flyers", description="", actor=None, now=timezone.now()
        )

    def open(self, page, library):
        page.click(".as-side-nav a:has-text('Image libraries')")
        page.click(f"tr:has-text('{library.name}') a:has-text('Image Detail')")

    def upload(self, page, *files):
        page.set_input_files("#files", list(files))
        page.wait_for_selector("#add-images[data-state=done]")

    def file(self, name: str, content: bytes) -> dict:
        return {"name": name, "mimeType": "image/png", "buffer": content}

    def test_create_an_image_library_and_upload_images(self, page):
        page.click(".as-side-nav a:has-text('Image libraries')")
        page.click("text=Create image library")
        page.fill("[name=name]", "Drug pictures")
        page.fill("[name=description]", "Seen in the harbour")
        page.click("text=Create library")
        page.click(".as-side-nav a:has-text('Image libraries')")
        expect(page.locator("tbody tr")).to_contain_text("Seen in the harbour")

        page.click("tr:has-text('Drug pictures') a:has-text('Image Detail')")
        page.click("text=Add image")
        with page.expect_file_chooser() as chooser:
            page.click("text=Select images")
        chooser.value.set_files([self.file(f"{seed}.png", png(seed)) for seed in range(1, 4)])
        page.wait_for_selector("#add-images[data-state=done]")

        expect(page.locator(".upload-accepted")).to_have_count(3)
        expect(page.locator(".upload img")).to_have_count(3)
        page.evaluate("Promise.all([...document.querySelectorAll('.upload img')].map((it) => it.decode()))")
        expect(page.locator("[data-summary]")).to_have_text("Accepted: 3. Duplicates: 0. Refused: 0.")
        page.click("text=Back to the library")
        expect(page.locator(".image")).to_have_count(3)

    def test_the_upload_list_shows_what_became_of_each_file(self, page, library):
        self.open(page, library)
        page.click("text=Add image")
        self.upload(page, self.file("first.png", png(1)))
        page.click("text=Clear the list and continue uploading")
        expect(page.locator(".upload")).to_have_count(0)

        self.upload(
            page,
            self.file("again.png", png(1)),
            self.file("close.jpg", jpeg(1, quality=50)),
            self.file("large.png", bytes(4 * 2**20 + 1)),
            self.file("broken.png", b"no image"),
            self.file("small.png", png(2, width=120, height=90)),
            self.file("txt\u202egnp.exe", b"no image"),
        )

        first = LibraryImage.objects.order_by("id").first()
        for name, state, line in [
            ("again.png", "Duplicate", f"This file is in the library already, as image {first.pk}."),
            ("close.jpg", "Accepted", f"Almost the same as image {first.pk}:"),
            ("large.png", "Refused", "Too large: an image of a library has at most 4 MB."),
            ("broken.png", "Refused", "Pictures come as JPEG, PNG, GIF, WebP, BMP, TIFF or AVIF"),
            ("small.png", "Accepted", "120 × 90 pixels: at least 256 × 256 are recommended."),
            ("txt[U+202E]gnp.exe", "Refused", "Pictures come as JPEG, PNG, GIF, WebP, BMP, TIFF or AVIF"),
        ]:
            row = page.locator(f".upload:has-text('{name}')")
            expect(row.locator("[data-state]")).to_have_text(state)
            expect(row).to_contain_text(line)
        assert LibraryImage.objects.count() == 3

    def test_ten_at_a_time_then_clear_the_list_and_continue(self, page, library):
        self.open(page, library)
        page.click("text=Add image")
        self.upload(page, *[self.file(f"{seed}.png", png(seed, width=300, height=300)) for seed in range(12)])

        expect(page.locator(".upload")).to_have_count(10)
        expect(page.locator("[data-note]")).to_contain_text("Left out: 2.")
        expect(page.locator("#files")).to_be_disabled()
        page.click("text=Clear the list and continue uploading")
        self.upload(page, *[self.file(f"{seed}.png", png(seed, width=300, height=300)) for seed in (10, 11)])
        assert LibraryImage.objects.count() == 12

    def test_images_are_dropped_onto_the_page(self, page, library):
        self.open(page, library)
        page.click("text=Add image")
        data = page.evaluate_handle(
            """(bytes) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
                return data;
            }""",
            list(png(1, width=300, height=300)),
        )
        page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
        page.wait_for_selector("#add-images[data-state=done]")

        expect(page.locator(".upload-accepted")).to_contain_text("dropped.png")

    def test_an_upload_that_is_cut_off_is_told(self, page, library, faults):
        self.open(page, library)
        page.click("text=Add image")
        page.route("**/add/", lambda route: route.abort())
        self.upload(page, self.file("one.png", png()))

        expect(page.locator(".upload-refused")).to_contain_text("The upload did not arrive.")
        assert [fault for fault in faults if "ERR_FAILED" not in fault] == []
        faults.clear()

    def test_without_javascript_the_form_does_the_same(self, page, browser, library):
        context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 900})
        context.add_cookies(page.context.cookies())
        plain = context.new_page()
        plain.set_default_timeout(15_000)
        self.open(page, library)
        plain.goto(page.url)
        plain.click("text=Add image")
        plain.set_input_files("#files", [self.file("one.png", png(1)), self.file("no.png", b"no image")])
        plain.click("button:has-text('Upload')")

        expect(plain.locator(".upload-accepted")).to_contain_text("one.png")
        expect(plain.locator(".upload-refused")).to_contain_text("Pictures come as JPEG")
        plain.click("text=Back to the library")
        plain.check("input[name=image]")
        plain.click("text=Delete selected")
        plain.click("text=Yes, delete these images")
        expect(plain.locator(".as-alert")).to_have_text("1 image is deleted.")
        context.close()

    def test_query_images(self, page, library, add):
        old, new = (add(library, png(seed))[0].image for seed in (1, 2))
        LibraryImage.objects.filter(pk=old.pk).update(added_at=NOW - timezone.timedelta(days=9))
        self.open(page, library)
        expect(page.locator(".image")).to_have_count(2)

        page.fill("[name=id]", str(new.pk))
        page.click("button:has-text('Search')")
        expect(page.locator(".image")).to_have_count(1)
        expect(page.locator(".image")).to_contain_text(str(new.pk))

        page.click("text=Show all")
        day = f"{NOW - timezone.timedelta(days=9):%Y-%m-%d}"
        page.fill("[name=from]", day)
        page.fill("[name=to]", day)
        page.click("button:has-text('Search')")
        expect(page.locator(".image")).to_have_count(1)
        expect(page.locator(".image")).to_contain_text(str(old.pk))

    def test_delete_images_also_in_batches(self, page, library, add):
        add(library, *[png(seed, width=300, height=300) for seed in range(6)])
        kept = LibraryImage.objects.order_by("id").first()
        self.open(page, library)
        expect(page.locator("text=Delete selected")).to_be_hidden()

        page.check("[data-choose-all]")
        page.uncheck(f"input[name=image][value='{kept.pk}']")
        expect(page.locator("[data-count]")).to_have_text("Selected: 5")
        page.click("text=Delete selected")
        page.click("text=Yes, delete these images")

        expect(page.locator(".as-alert")).to_have_text("5 images are deleted.")
        expect(page.locator(".image")).to_have_count(1)
        assert list(LibraryImage.objects.present()) == [kept]

    def test_images_are_chosen_by_the_keyboard(self, page, library, add):
        add(library, *[png(seed, width=300, height=300) for seed in range(2)])
        self.open(page, library)
        page.focus("[data-choose-all]")
        page.keyboard.press("Space")
        expect(page.locator("[data-count]")).to_have_text("Selected: 2")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator(".as-alert")).to_have_text("2 images are deleted.")

    def test_maintain_an_existing_image_library(self, page, library, add):
        add(library, png())
        page.click(".as-side-nav a:has-text('Image libraries')")
        page.click("tr:has-text('Banned flyers') a:has-text('Edit')")
        page.fill("[name=name]", "Banned handbills")
        page.fill("[name=description]", "Of all kinds")
        page.click("button:has-text('Save')")
        expect(page.locator("tbody tr")).to_contain_text("Banned handbills")
        expect(page.locator("tbody tr")).to_contain_text("Of all kinds")

        page.click("text=Image Detail")
        page.click(".image-frame")
        page.fill("[name=note]", "Seen in March")
        page.fill("[name=owner]", "Trust team")
        page.fill("[name=expires_at]", "2126-01-01")
        page.click("button:has-text('Save')")
        expect(page.locator(".image")).to_contain_text("Seen in March")
        expect(page.locator(".image")).to_contain_text("Owner: Trust team")
        expect(page.locator(".image")).to_contain_text("until 2126-01-0")

        page.click(".as-side-nav a:has-text('Image libraries')")
        page.click("tr:has-text('Banned handbills') a:has-text('Delete')")
        page.click("button:has-text('Delete library')")
        expect(page.locator(".as-empty")).to_contain_text("No image library yet")
