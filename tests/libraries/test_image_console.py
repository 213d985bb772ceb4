"""The pages of image libraries: as requests, and in a browser by the steps of the manual's chapter."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import open_account, set_member
from libraries import usage
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_libraries import create_image_library
from tests.libraries.conftest import NOW
from tests.libraries.pictures import jpeg, png

LIBRARIES = reverse("admin:image_libraries")
NEW = reverse("admin:image_library_new")
PASSWORD = "correct horse"


@pytest.fixture
def sign_in(account):
    def sign_in(role: str, of=None) -> Client:
        user = User.objects.create_user(f"{role}-{User.objects.count()}")
        set_member(account=of or account, user=user, role=role, actor=None, now=NOW)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def editor(sign_in) -> Client:
    return sign_in("policy_admin")


@pytest.fixture
def viewer(sign_in) -> Client:
    return sign_in("viewer")


def page_of(answer) -> str:
    return answer.content.decode()


def at(name: str, row) -> str:
    return reverse(f"admin:{name}", args=[row.pk])


def ids_on(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r"/library-images/(\d+)/thumbnail", page)]


class TestTheList:
    def test_shows_what_there_is_and_who_uses_it(self, viewer, make_library, make_image, monkeypatch):
        monkeypatch.setattr(usage, "askers_of_images", [lambda library: ["baselineCheck_01"]])
        make_image(make_library("Banned flyers"))

        page = page_of(viewer.get(LIBRARIES))

        assert "1 of 10 libraries, 1 of 100,000 images." in page
        assert "Banned flyers" in page and "baselineCheck_01" in page
        assert NEW not in page

    def test_offers_no_new_one_when_there_are_ten(self, editor, make_library):
        for number in range(9):
            make_library(f"Library {number}")
        assert NEW in page_of(editor.get(LIBRARIES))
        make_library("The tenth")

        assert NEW not in page_of(editor.get(LIBRARIES))
        answer = editor.post(NEW, {"name": "One more"})
        assert "An account keeps at most 10 image libraries" in page_of(answer)


class TestOneLibrary:
    def test_a_taken_name_is_told_beside_the_name(self, editor, make_library):
        make_library("Flyers")

        page = page_of(editor.post(NEW, {"name": "Flyers", "description": "Kept text"}))

        assert "Another image library has this name already." in page
        assert "Kept text" in page

    def test_in_use_is_not_deleted(self, editor, make_library, monkeypatch):
        monkeypatch.setattr(usage, "askers_of_images", [lambda library: ["baselineCheck"]])
        library = make_library()

        answer = editor.post(at("image_library_delete", library), follow=True)

        assert "These services use this image library: baselineCheck." in page_of(answer)
        assert ImageLibrary.objects.exists()

    def test_is_searched_by_id_and_by_day(self, viewer, make_library, make_image):
        library = make_library()
        old, new = make_image(library, 1), make_image(library, 2, now=timezone.now())
        page = at("image_library", library)

        assert ids_on(page_of(viewer.get(page))) == [new.pk, old.pk]
        assert ids_on(page_of(viewer.get(page, {"id": f" {old.pk} "}))) == [old.pk]
        day = f"{NOW:%Y-%m-%d}"
        LibraryImage.objects.filter(pk=new.pk).update(added_at=NOW + timezone.timedelta(days=2))
        assert ids_on(page_of(viewer.get(page, {"from": day, "to": day}))) == [old.pk]
        assert ids_on(page_of(viewer.get(page, {"from": "2126-01-01"}))) == []
        assert "An Image ID is a number." in page_of(viewer.get(page, {"id": "x"}))
        assert "Write a day like" in page_of(viewer.get(page, {"to": "9999-99-99"}))

    def test_pages_by_id(self, viewer, make_library, make_image, monkeypatch):
        monkeypatch.setattr("libraries.admin.images.PER_PAGE", 2)
        library = make_library()
        images = [make_image(library, seed).pk for seed in range(3)]
        page = page_of(viewer.get(at("image_library", library)))
        older = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")

        assert ids_on(page) == [images[2], images[1]]
        assert ids_on(page_of(viewer.get(older))) == [images[0]]

    def test_asks_as_often_for_many_images_as_for_one(
        self, viewer, make_library, make_image, django_assert_max_num_queries
    ):
        library = make_library()
        for seed in range(5):
            make_image(library, seed)
        viewer.get(at("image_library", library))

        with django_assert_max_num_queries(8):
            viewer.get(at("image_library", library))

    def test_is_only_to_be_looked_at_by_those_who_may_not_edit(self, viewer, make_library, make_image):
        library = make_library()
        image = make_image(library)

        assert "Delete selected" not in page_of(viewer.get(at("image_library", library)))
        assert viewer.get(at("library_image", image)).status_code == 200
        for name in ("image_library_edit", "image_library_delete", "library_images_add"):
            assert viewer.get(at(name, library)).status_code == 403
        assert viewer.post(at("library_images_remove", library), {"image": image.pk}).status_code == 403
        assert viewer.post(at("library_image", image), {"note": "x"}).status_code == 403
        assert LibraryImage.objects.present().count() == 1

    def test_of_another_account_is_not_there(self, sign_in, other_account, make_library, make_image):
        library = make_library()
        image = make_image(library)
        stranger = sign_in("account_admin", of=other_account)

        for name in ("image_library", "image_library_edit", "image_library_delete", "library_images_add"):
            assert stranger.get(at(name, library)).status_code == 404, name
            assert stranger.post(at(name, library), {"name": "x"}).status_code in (404, 405), name
        for name in ("library_image", "library_image_thumbnail"):
            assert stranger.get(at(name, image)).status_code == 404, name
        assert stranger.post(at("library_images_remove", library), {"image": image.pk}).status_code == 404


class TestAThumbnail:
    def test_is_made_anew_and_harmless(self, viewer, make_library, add):
        (outcome,) = add(make_library(), png() + b"<script>alert(1)</script>")

        answer = viewer.get(at("library_image_thumbnail", outcome.image))

        assert answer.content.startswith(b"\xff\xd8\xff")
        assert b"<script>" not in answer.content
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"].startswith("private")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_is_for_those_who_are_signed_in(self, client, make_library, make_image):
        answer = client.get(at("library_image_thumbnail", make_image(make_library())))

        assert answer.status_code == 302

    def test_of_a_removed_image_is_gone(self, editor, make_library, make_image):
        library = make_library()
        image = make_image(library)
        editor.post(at("library_images_remove", library), {"image": [image.pk, "x", ""]})

        assert editor.get(at("library_image_thumbnail", image)).status_code == 404

    def test_whose_file_is_lost_is_not_found(self, viewer, make_library, make_image):
        image = make_image(make_library())
        LibraryImage.objects.filter(pk=image.pk).update(thumbnail="image-libraries/0/00/lost")

        assert viewer.get(at("library_image_thumbnail", image)).status_code == 404


class TestAnImagesNotes:
    def test_are_changed(self, editor, make_library, make_image):
        image = make_image(make_library())

        editor.post(at("library_image", image), {"note": "Seen", "owner": "Ann", "expires_at": "2126-05-01"})

        image.refresh_from_db()
        assert (image.note, image.owner) == ("Seen", "Ann")
        assert f"{image.expires_at:%Y-%m-%d %H:%M}" == "2126-05-02 00:00"
        page = page_of(editor.get(at("library_image", image)))
        assert 'value="2126-05-01"' in page

    def test_a_day_left_as_it_is_keeps_its_second(self, editor, make_library, make_image):
        moment = timezone.now() + timezone.timedelta(days=1)
        image = make_image(make_library(), expires_at=moment)
        day = f"{moment:%Y-%m-%d}"

        editor.post(at("library_image", image), {"note": "Seen", "owner": "", "expires_at": day})

        image.refresh_from_db()
        assert (image.note, image.expires_at) == ("Seen", moment)

    def test_a_day_that_is_over_is_told(self, editor, make_library, make_image):
        image = make_image(make_library())

        answer = editor.post(at("library_image", image), {"note": "Kept", "expires_at": "2020-01-01"})

        assert "This moment is over" in page_of(answer)
        assert "Kept" in page_of(answer)


class TestThePlainForm:
    """Without JavaScript the form sends all files together and the page tells what became of each."""

    def test_tells_of_each_file(self, editor, make_library, add):
        library = make_library()
        (held,) = add(library, png(1))
        files = [
            SimpleUploadedFile("new.png", png(2)),
            SimpleUploadedFile("old.png", png(1)),
            SimpleUploadedFile("no.png", b"no image"),
            SimpleUploadedFile("large.png", bytes(4 * 2**20 + 1)),
            SimpleUploadedFile("\u202egnp.exe", png(3, width=100, height=100)),
        ]

        page = page_of(editor.post(at("library_images_add", library), {"files": files, "note": "Ours"}))

        assert f"This file is in the library already, as image {held.image.pk}." in page
        assert "Pictures come as JPEG, PNG, GIF, WebP, BMP, TIFF or AVIF" in page
        assert "an image of a library has at most 4 MB." in page
        assert "100 × 100 pixels: at least 256 × 256 are recommended." in page
        assert "gnp.exe" in page and "\u202e" not in page
        assert set(LibraryImage.objects.values_list("note", flat=True)) == {"", "Ours"}

    def test_without_files_says_so(self, editor, make_library):
        page = page_of(editor.post(at("library_images_add", make_library()), {}))

        assert "Choose at least one image." in page

    def test_with_a_wrong_day_adds_nothing(self, editor, make_library):
        library = make_library()
        sent = {"files": [SimpleUploadedFile("a.png", png())], "expires_at": "soon"}

        page = page_of(editor.post(at("library_images_add", library), sent))
        sent["files"][0].seek(0)
        answer = editor.post(at("library_images_add", library), sent, headers={"Accept": "application/json"})

        assert "Enter a valid date." in page
        assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Enter a valid date.")
        assert not LibraryImage.objects.exists()

    def test_takes_ten_and_not_eleven(self, editor, make_library):
        library = make_library()
        files = [SimpleUploadedFile(f"{number}.png", b"x") for number in range(11)]

        assert "At most 10 images" in page_of(
            editor.post(at("library_images_add", library), {"files": files})
        )


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
