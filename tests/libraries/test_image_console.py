"""The pages of image libraries: as requests, and in a browser by the steps of the manual's chapter."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from libraries import usage
from libraries.models import ImageLibrary, LibraryImage
from tests.libraries.conftest import NOW
from tests.libraries.pictures import png

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
